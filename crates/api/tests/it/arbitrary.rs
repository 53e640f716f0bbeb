//! Arbitrary input through the real router: whatever stands in a query, a path, a header or a body, the answer is one of the
//! contract's, in its envelope (which the harness checks of every answer), and never a fault of ours.

use axum::{
    body::Body,
    http::{HeaderName, HeaderValue, Method, Uri, header},
};
use sahod_model::{Random, SeededRandom};

use crate::harness::{Client, World, on_both_databases};

on_both_databases!(
    arbitrary_queries_are_answered,
    arbitrary_paths_are_answered,
    arbitrary_headers_are_answered,
    arbitrary_bodies_are_answered,
);

/// Inputs of each sort. Enough to be worth it, few enough for every run.
const INPUTS: u64 = 400;

/// Texts that inputs are made of: pieces of good ones, and what has broken parsers before.
const PIECES: &[&str] = &[
    "size=",
    "cursor=",
    "startDate=",
    "endDate=",
    "userId=",
    "sourceId=",
    "accountId=",
    "startMonth=",
    "status=",
    "method=",
    "ids=",
    "topIds=",
    "name=",
    "type=",
    "active=",
    "&",
    "&&",
    "=",
    "%",
    "%00",
    "%FF",
    "%F0%9F%90%99",
    "+",
    "?",
    "/",
    ";",
    "2026-02-30",
    "2026-11-20",
    "9999-12-31",
    "-1",
    "0",
    "1",
    "150",
    "18446744073709551616",
    "1e999999",
    "NaN",
    "true",
    "null",
    "acme-",
    "a-",
    "00000000000000000000000000000000",
    "users",
    "accounts",
    "tokens",
    "webhooks",
    "requests",
    "transactions",
    "providers",
    "{",
    "}",
    "[",
    "]",
    "\"",
    ":",
    ",",
    "\\",
    "\\u0000",
    "\\ud800",
    "\\udc00",
    "\"externalMetadata\":",
    "\"name\":",
    "\"url\":",
    "\"secret\":",
    "\"eventTypes\":",
    "\"active\":",
    "\"ALL_EVENTS\"",
    "https://example.com",
    "http://[::1",
    "Basic ",
    "Bearer ",
    "a2V5OnNlY3JldA==",
    "====",
    " ",
    "\t",
];

/// A repeatable stream of inputs.
struct Inputs(SeededRandom);

impl Inputs {
    fn number(&self, below: usize) -> usize {
        let number = u64::from_le_bytes((&self.0 as &dyn Random).array());
        usize::try_from(number % u64::try_from(below).unwrap()).unwrap()
    }

    /// Pieces in any order, some of them with bytes changed, added or cut off.
    fn next(&self) -> Vec<u8> {
        let mut input = Vec::new();
        for _ in 0..=self.number(12) {
            let piece = PIECES[self.number(PIECES.len())].as_bytes();
            let times = if self.number(20) == 0 { 200 } else { 1 };
            input.extend(piece.repeat(times));
        }
        for _ in 0..self.number(4) {
            let at = self.number(input.len());
            match self.number(3) {
                0 => input[at] = (&self.0 as &dyn Random).array::<1>()[0],
                1 => input.insert(at, (&self.0 as &dyn Random).array::<1>()[0]),
                _ => input.truncate(at.max(1)),
            }
        }
        input
    }

    /// The same, with what cannot stand in an address encoded.
    fn in_address(&self) -> String {
        let escape = |byte: u8| match byte {
            b'!'..=b'~'
                if !matches!(byte, b'#' | b'"' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}') =>
            {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        };
        self.next().into_iter().map(escape).collect()
    }
}

fn inputs(seed: u64) -> Inputs {
    Inputs(SeededRandom::new(seed))
}

/// Sends it and holds the answer against what the contract knows; a fault of ours is none of it.
async fn hold(client: &Client, method: &Method, path: &str, headers: &[(HeaderName, &str)], body: Vec<u8>) {
    let answer = client.send(method.clone(), path, headers, Body::from(body)).await;
    let known = [200, 201, 400, 401, 403, 404, 415, 501].contains(&answer.status);
    assert!(known, "{method} {path} {headers:?}: {answer:?}");
}

async fn arbitrary_queries_are_answered(world: World) {
    let (api, inputs) = (world.api(), inputs(1));
    let lists =
        ["users", "accounts", "tasks", "webhooks", "providers", "requests", "transactions", "eincomes"];
    for number in 0..INPUTS {
        let list = lists[inputs.number(lists.len())];
        let path = format!("/{list}?{}", inputs.in_address());
        hold(&api, &Method::GET, &path, &[], Vec::new()).await;
        if number % 8 == 0 {
            hold(&api, &Method::POST, &format!("/tokens?{}", inputs.in_address()), &[], Vec::new()).await;
        }
    }
}

async fn arbitrary_paths_are_answered(world: World) {
    let (api, inputs) = (world.api(), inputs(2));
    for _ in 0..INPUTS {
        let (id, below) = (inputs.in_address(), ["users", "accounts", "requests", "incomes", "tasks"]);
        let path = match inputs.number(3) {
            0 => format!("/{id}"),
            _ => format!("/{}/{}", below[inputs.number(below.len())], id.replace(['?', '/'], "")),
        };
        let raw = api.raw(&Method::GET, &path, &[], Body::empty());
        assert!(path.parse::<Uri>().is_ok(), "{path}");
        assert!(raw.await.status() != 500, "{path}");
        for method in [Method::DELETE, Method::POST] {
            let status = api.raw(&method, &path, &[], Body::empty()).await.status().as_u16();
            assert!([200, 201, 400, 404, 415, 501].contains(&status), "{method} {path}: {status}");
        }
    }
}

async fn arbitrary_headers_are_answered(world: World) {
    let (api, inputs) = (world.api(), inputs(3));
    let key = HeaderName::from_static("idempotency-key");
    for _ in 0..INPUTS {
        let text = String::from_utf8_lossy(&inputs.next()).into_owned();
        if HeaderValue::from_str(&text).is_err() {
            continue;
        }
        let stranger = world.stranger("sandbox").authorized(text.clone());
        hold(&stranger, &Method::GET, "/users", &[], Vec::new()).await;
        hold(&api, &Method::POST, "/users", &[(key.clone(), &text)], Vec::new()).await;
        hold(&api, &Method::POST, "/users", &[(header::CONTENT_TYPE, &text)], b"{}".to_vec()).await;
    }
}

async fn arbitrary_bodies_are_answered(world: World) {
    let (api, inputs) = (world.api(), inputs(4));
    let json = [(header::CONTENT_TYPE, "application/json")];
    for _ in 0..INPUTS {
        for path in ["/users", "/webhooks", "/tokens"] {
            let mut body = inputs.next();
            if inputs.number(2) == 0 {
                body = [b"{", &body[..], b"}"].concat();
            }
            hold(&api, &Method::POST, path, &json, body).await;
        }
    }
}
