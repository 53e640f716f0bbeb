//! What it takes, and what it does not give.

use std::time::Duration;

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};

use crate::harness::{Engine, Installation, on_both_databases, soon};

on_both_databases!(idle_memory_is_small);

/// A development build is somewhat larger.
const IDLE_KIB: u64 = if cfg!(debug_assertions) { 96 * 1024 } else { 64 * 1024 };
/// What a client that drips its head is allowed, and some time for a busy machine.
const HEAD_TIMEOUT: Duration = Duration::from_secs(15 + 10);

async fn idle_memory_is_small(engine: Engine) {
    let installation = Installation::new(engine).await;
    let sahod = installation.dev().await;
    assert_eq!(sahod.open().get("/users").await.unwrap().status, 200);
    let status = std::fs::read_to_string(format!("/proc/{}/status", sahod.pid())).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    let resident: u64 = line.split_whitespace().nth(1).unwrap().parse().unwrap();
    assert!(resident < IDLE_KIB, "{resident} KiB are resident");
}

#[tokio::test]
async fn a_client_that_drips_its_head_is_cut_off() {
    let installation = Installation::new(Engine::Sqlite).await;
    let sahod = installation.dev().await;
    let connection = TcpStream::connect(sahod.address()).await.unwrap();
    let (mut read, mut write) = connection.into_split();
    let head = "GET /livez HTTP/1.1\r\nHost: localhost\r\nX-Slow: ".bytes().chain(std::iter::repeat(b'a'));
    let dripping = tokio::spawn(async move {
        for byte in head {
            if write.write_all(&[byte]).await.is_err() {
                return;
            }
            // The drip itself, not a wait for something.
            tokio::time::sleep(Duration::from_millis(250)).await;
        }
    });
    let mut answer = Vec::new();
    let ended = timeout(HEAD_TIMEOUT, read.read_to_end(&mut answer)).await;
    dripping.abort();
    assert!(ended.is_ok(), "it is still connected");
    let answer = String::from_utf8_lossy(&answer);
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 408"), "{answer}");
    assert_eq!(sahod.open().get("/users").await.unwrap().status, 200);
}

#[tokio::test]
async fn a_head_or_a_body_of_a_megabyte_is_refused() {
    let installation = Installation::new(Engine::Sqlite).await;
    let sahod = installation.dev().await;
    let megabyte = "a".repeat(1024 * 1024);

    let head = format!("GET /livez HTTP/1.1\r\nHost: localhost\r\nX-Large: {megabyte}\r\n\r\n");
    let answer = exchange(&sahod.address(), &head).await;
    assert!(answer.starts_with("HTTP/1.1 431"), "{answer}");
    let many = (0..2_000).fold(String::new(), |all, number| all + &format!("X-{number}: a\r\n"));
    let head = format!("GET /livez HTTP/1.1\r\nHost: localhost\r\n{many}\r\n");
    let answer = exchange(&sahod.address(), &head).await;
    assert!(answer.starts_with("HTTP/1.1 431"), "{answer}");

    let api = sahod.open();
    let large = serde_json::json!({ "externalMetadata": { "ref": megabyte } });
    let answer = api.post("/users", &large).await.unwrap();
    assert!((400..500).contains(&answer.status), "{answer:?}");
    assert_ne!(answer.json()["code"], "OK");
    let path = format!("/users?size={}", "1".repeat(100_000));
    let answer =
        exchange(&sahod.address(), &format!("GET /sandbox/v1{path} HTTP/1.1\r\nHost: a\r\n\r\n")).await;
    assert!(answer.starts_with("HTTP/1.1 4"), "{answer}");
    assert_eq!(api.items("/users").await.len(), 0, "nothing was made");
}

/// Sends that and reads until the other end closes.
async fn exchange(address: &str, request: &str) -> String {
    let (mut read, mut write) = TcpStream::connect(address).await.unwrap().into_split();
    let sending = async {
        let _ = write.write_all(request.as_bytes()).await;
        let _ = write.shutdown().await;
    };
    let mut answer = Vec::new();
    let reading = async {
        let _ = soon("an answer", read.read_to_end(&mut answer)).await;
    };
    tokio::join!(sending, reading);
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn five_hundred_idle_connections_stop_nobody() {
    let installation = Installation::new(Engine::Sqlite).await;
    let sahod = installation.dev().await;
    let mut idle = Vec::new();
    for number in 0..500 {
        let mut connection = TcpStream::connect(sahod.address()).await.unwrap();
        if number % 2 == 0 {
            connection.write_all(b"GET /sandbox/v1/us").await.unwrap();
        }
        idle.push(connection);
    }
    let api = sahod.open();
    for _ in 0..20 {
        let answer = timeout(Duration::from_secs(5), api.get("/users")).await;
        assert_eq!(answer.expect("others are served at once").unwrap().status, 200);
    }
    drop(idle);
}
