//! Clients that mean harm, or are broken: each ends in an answer or a closed connection, and others are served meanwhile.

use std::time::Duration;

use serde_json::Value;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};

use crate::harness::{Engine, Installation, Sahod, on_both_databases, soon};

on_both_databases!(bodies_of_every_wrong_kind_are_answered_in_the_envelope);

/// What the process may grow by while it is attacked.
const GROWTH_KIB: u64 = 64 * 1024;

/// Sends those bytes and reads until the other end closes. A client that hangs up closes its own end first.
async fn exchange(sahod: &Sahod, bytes: &[u8], hangs_up: bool) -> String {
    let (mut read, mut write) = TcpStream::connect(sahod.address()).await.unwrap().into_split();
    let sending = async {
        let _ = write.write_all(bytes).await;
        if hangs_up {
            let _ = write.shutdown().await;
        }
    };
    let mut answer = Vec::new();
    let reading = async {
        let _ = soon("an answer", read.read_to_end(&mut answer)).await;
    };
    tokio::join!(sending, reading);
    String::from_utf8_lossy(&answer).into_owned()
}

fn head(sahod: &Sahod, more: &str) -> String {
    use base64::{Engine as _, engine::general_purpose::STANDARD};

    let pair =
        format!("{}:{}", sahod.ready["apiKey"].as_str().unwrap(), sahod.ready["apiSecret"].as_str().unwrap());
    format!(
        "POST /sandbox/v1/users HTTP/1.1\r\nHost: localhost\r\nAuthorization: Basic {}\r\n\
         Content-Type: application/json\r\nConnection: close\r\n{more}\r\n",
        STANDARD.encode(pair)
    )
}

/// Status and body of an answer, when it is whole.
fn parse(answer: &str) -> (u16, Value) {
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no answer: {answer:?}"));
    let status = head[9..12].parse().unwrap();
    (status, serde_json::from_str(body).unwrap_or_else(|error| panic!("{error}: {answer}")))
}

fn resident_kib(sahod: &Sahod) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", sahod.pid())).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

async fn still_serves(sahod: &Sahod) {
    let answer = timeout(Duration::from_secs(5), sahod.open().get("/users")).await;
    assert_eq!(answer.expect("others are served at once").unwrap().status, 200);
}

async fn bodies_of_every_wrong_kind_are_answered_in_the_envelope(engine: Engine) {
    let installation = Installation::new(engine).await;
    let sahod = installation.dev().await;
    let deep = format!("{{\"a\":{}{}}}", "[".repeat(10_000), "]".repeat(10_000));
    let huge = format!("{{\"externalMetadata\":{{\"a\":1{}}}}}", "0".repeat(100_000));
    let surrogate = "{\"externalMetadata\":{\"a\":\"\\ud800\"}}".to_owned();
    let large = format!("{{\"a\":\"{}\"}}", "x".repeat(600 * 1024));
    for body in [&deep, &huge, &surrogate, &large] {
        let length = head(&sahod, &format!("Content-Length: {}\r\n", body.len())) + body;
        let chunked = head(&sahod, "Transfer-Encoding: chunked\r\n")
            + &format!("{:x}\r\n{body}\r\n0\r\n\r\n", body.len());
        let keyed = head(&sahod, &format!("Idempotency-Key: k\r\nContent-Length: {}\r\n", body.len())) + body;
        for request in [&length, &chunked, &keyed] {
            let answer = exchange(&sahod, request.as_bytes(), false).await;
            let (status, body) = parse(&answer);
            assert_eq!((status, &body["code"]), (400, &"INVALID_PARAMETERS".into()), "{body}");
        }
    }
    let nul = "{\"externalMetadata\":{\"a\":\"\\u0000\"}}";
    let whole = head(&sahod, &format!("Content-Length: {}\r\n", nul.len())) + nul;
    let (status, made) = parse(&exchange(&sahod, whole.as_bytes(), false).await);
    // PostgreSQL keeps it too: what people noted is sealed.
    assert_eq!((status, &made["data"]["user"]["externalMetadata"]["a"]), (201, &"\0".into()));
    assert_eq!(sahod.open().items("/users").await.len(), 1, "nothing else was made");
    still_serves(&sahod).await;
}

#[tokio::test]
async fn broken_http_ends_in_a_refusal_or_a_closed_connection() {
    let installation = Installation::new(Engine::Sqlite).await;
    let sahod = installation.dev().await;
    let garbage = [
        head(&sahod, "Transfer-Encoding: chunked\r\n") + "zz\r\nnot a chunk",
        head(&sahod, "Transfer-Encoding: chunked\r\n") + "ffffffffffffffffff\r\n{}",
        head(&sahod, "Transfer-Encoding: chunked\r\n") + "5\r\n{}",
        head(&sahod, "Transfer-Encoding: chunked\r\nContent-Length: 2\r\n") + "{}",
        head(&sahod, "Content-Length: 5\r\nContent-Length: 2\r\n") + "{}",
        head(&sahod, "Content-Length: -1\r\n") + "{}",
        head(&sahod, "Content-Length: 99999999999999999999999\r\n") + "{}",
        head(&sahod, "Content-Length: 100\r\n") + "{\"a\":",
        head(&sahod, " folded: header\r\n"),
        head(&sahod, "Na me: x\r\n"),
        head(&sahod, "X: \0\r\n"),
        "\r\n\r\n\r\n".to_owned(),
        "GET / HTTP/9.9\r\n\r\n".to_owned(),
        "\x16\x03\x01\x02\0\x01\0".to_owned(),
        "x".repeat(100_000),
    ];
    for request in &garbage {
        let answer = exchange(&sahod, request.as_bytes(), true).await;
        let refused =
            answer.is_empty() || answer.starts_with("HTTP/1.1 4") || answer.starts_with("HTTP/1.0 4");
        assert!(refused, "{request:?}: {answer}");
    }
    assert_eq!(sahod.open().items("/users").await.len(), 0, "nothing was made");
    still_serves(&sahod).await;
}

#[tokio::test]
async fn a_body_that_drips_is_cut_off_by_the_time_limit() {
    let installation = Installation::new(Engine::Sqlite).await.with("SAHOD_SERVER__BODY_WINDOW_MS", "2000");
    let sahod = installation.dev().await;
    let (mut read, mut write) = TcpStream::connect(sahod.address()).await.unwrap().into_split();
    let start = head(&sahod, "Content-Length: 100000\r\n") + "{";
    let dripping = tokio::spawn(async move {
        let mut next = start.into_bytes();
        while write.write_all(&next).await.is_ok() {
            next = b" ".to_vec();
            // The drip itself, not a wait for something.
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    });
    let mut answer = Vec::new();
    let _ = soon("the end of the connection", read.read_to_end(&mut answer)).await;
    dripping.abort();
    let (status, body) = parse(&String::from_utf8_lossy(&answer));
    assert_eq!((status, &body["code"]), (504, &"TIME_LIMIT_EXCEEDED".into()));
    still_serves(&sahod).await;
}

#[tokio::test]
async fn clients_that_never_read_take_bounded_memory() {
    let installation = Installation::new(Engine::Sqlite).await;
    let sahod = installation.dev().await;
    still_serves(&sahod).await;
    let before = resident_kib(&sahod);
    let request = head(&sahod, "").replace("POST /sandbox/v1/users", "GET /sandbox/v1/providers?size=150");
    let pipelined = request.replace("Connection: close\r\n", "").repeat(500);
    let mut held = Vec::new();
    for _ in 0..20 {
        let mut connection = TcpStream::connect(sahod.address()).await.unwrap();
        // It stops taking more when its answers are not read; that is what this waits for, for a moment.
        let _ = timeout(Duration::from_millis(300), connection.write_all(pipelined.as_bytes())).await;
        held.push(connection);
    }
    still_serves(&sahod).await;
    let grown = resident_kib(&sahod).saturating_sub(before);
    assert!(grown < GROWTH_KIB, "{grown} KiB more are resident");
    drop(held);
}
