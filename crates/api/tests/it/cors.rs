//! Pages of other origins at the Open API: the docs' own may call it from a browser, nobody else's.

use axum::{
    body::Body,
    http::{HeaderMap, Method, header},
};

use crate::harness::{World, on_both_databases};

on_both_databases!(
    the_docs_page_may_ask_first,
    the_docs_page_may_read_every_answer,
    pages_elsewhere_get_nothing,
    without_an_address_of_the_docs_no_page_may_call,
);

const DOCS: &str = "https://docs.example.com";
const ELSEWHERE: [&str; 6] = [
    "https://evil.example",
    "http://docs.example.com",
    "https://docs.example.com:8443",
    "https://docs.example.com.evil.example",
    "https://sandbox.example.com",
    "null",
];

/// The headers by which a server speaks to pages of other origins.
fn said(headers: &HeaderMap) -> Vec<&str> {
    headers
        .keys()
        .map(header::HeaderName::as_str)
        .filter(|name| name.starts_with("access-control-"))
        .collect()
}

async fn the_docs_page_may_ask_first(world: World) {
    let api = world.with_docs_at("https://docs.example.com/docs");
    for surface in ["sandbox", "open-sandbox", "open"] {
        for method in ["GET", "POST", "PUT", "DELETE"] {
            let asked = [
                (header::ORIGIN, DOCS),
                (header::ACCESS_CONTROL_REQUEST_METHOD, method),
                (header::ACCESS_CONTROL_REQUEST_HEADERS, "authorization,content-type,idempotency-key"),
            ];
            let answer = api.at(surface).raw(&Method::OPTIONS, "/users", &asked, Body::empty()).await;
            assert_eq!(answer.status(), 200, "{surface} {method}");
            let headers = answer.headers();
            assert_eq!(headers[header::ACCESS_CONTROL_ALLOW_ORIGIN], DOCS);
            assert!(
                headers[header::ACCESS_CONTROL_ALLOW_METHODS]
                    .to_str()
                    .unwrap()
                    .split(',')
                    .any(|one| one == method)
            );
            assert_eq!(
                headers[header::ACCESS_CONTROL_ALLOW_HEADERS],
                "authorization,content-type,idempotency-key"
            );
            // A page with somebody's cookies must not be able to do more than one without.
            assert!(headers.get(header::ACCESS_CONTROL_ALLOW_CREDENTIALS).is_none());
        }
    }
}

async fn the_docs_page_may_read_every_answer(world: World) {
    let (key, secret) = &world.acme.sandbox;
    let nobody = world.with_docs_at(DOCS).at("sandbox");
    let api = nobody.basic(key, secret);
    for (caller, path, status) in [
        (&api, "/users", 200),
        (&api, "/users?size=0", 400),
        (&nobody, "/users", 401),
        (&api, "/users/x", 404),
        (&api, "/nothing", 404),
    ] {
        let answer = caller.send(Method::GET, path, &[(header::ORIGIN, DOCS)], Body::empty()).await;
        assert_eq!(
            (answer.status, answer.header("access-control-allow-origin")),
            (status, Some(DOCS)),
            "{path}"
        );
        assert_eq!(
            answer.header("access-control-expose-headers"),
            Some("x-request-id,ratelimit-limit,ratelimit-remaining,ratelimit-reset,retry-after"),
            "{path}"
        );
        assert!(answer.header("vary").unwrap().contains("origin"), "{path}");
    }
}

async fn pages_elsewhere_get_nothing(world: World) {
    let (key, secret) = &world.acme.sandbox;
    let api = world.with_docs_at(DOCS).at("sandbox").basic(key, secret);
    for origin in ELSEWHERE {
        let answer = api.send(Method::GET, "/users", &[(header::ORIGIN, origin)], Body::empty()).await;
        assert_eq!((answer.status, said(&answer.headers)), (200, vec![]), "{origin}");
        let asked = [(header::ORIGIN, origin), (header::ACCESS_CONTROL_REQUEST_METHOD, "GET")];
        let answer = api.send(Method::OPTIONS, "/users", &asked, Body::empty()).await;
        assert_eq!((answer.status, said(&answer.headers)), (501, vec![]), "{origin}");
    }
    // A caller that is no page at all.
    let answer = api.get("/users").await;
    assert_eq!((answer.status, said(&answer.headers)), (200, vec![]));
}

async fn without_an_address_of_the_docs_no_page_may_call(world: World) {
    for origin in [DOCS, "", "null"] {
        let answer =
            world.api().send(Method::GET, "/users", &[(header::ORIGIN, origin)], Body::empty()).await;
        assert_eq!((answer.status, said(&answer.headers)), (200, vec![]), "{origin}");
    }
}
