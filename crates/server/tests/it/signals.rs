//! How it stops.

use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{
    CODE, Engine, Installation, PROVIDER, Widget, on_both_databases, poll, soon, widget::text,
};

on_both_databases!(a_stop_ends_what_runs_and_is_clean, a_stop_while_data_is_read_keeps_the_connection);

/// Well above what a stop needs, and well below what `grace_ms` says in this test.
const SOON: Duration = Duration::from_secs(10);

async fn a_stop_ends_what_runs_and_is_clean(engine: Engine) {
    let installation = Installation::new(engine).await.with("SAHOD_SERVER__GRACE_MS", "20000");
    let sahod = installation.dev().await;
    let keys = sahod.ready.clone();

    // A person who is being asked for a code, and follows it; one whose data is there; an idle connection.
    let widget = sahod.widget().await;
    let waiting = widget.start_george(PROVIDER).await.unwrap();
    assert_eq!(widget.follow(&waiting).await.unwrap()["stage"], "WAITING_FOR_ANSWER");
    let path = format!("/accounts/{waiting}/events");
    let mut stream = widget.api.send(Method::GET, &path, None).await.unwrap();
    assert!(stream.chunk().await.unwrap().is_some());
    let done = sahod.widget().await.link_george(PROVIDER).await.unwrap();
    let _idle = tokio::net::TcpStream::connect(sahod.address()).await.unwrap();

    let began = Instant::now();
    sahod.tell_to_stop().await;
    // The stream says how it ended, or at least ends.
    let rest = soon("the end of the stream", async {
        let mut rest = Vec::new();
        while let Ok(Some(chunk)) = stream.chunk().await {
            rest.extend_from_slice(&chunk);
        }
        String::from_utf8(rest).unwrap()
    })
    .await;
    assert!(rest.contains("FAILED") && rest.contains("SYSTEM_ERROR"), "{rest}");
    let ended = sahod.end().await;
    assert_eq!(ended.status.code(), Some(0), "{ended:?}");
    assert!(began.elapsed() < SOON, "the stop took {:?}", began.elapsed());

    let again = installation.dev().await;
    let account: Value = again.open_with(&keys).data(&format!("/accounts/{waiting}")).await;
    assert_eq!(text(&account["connectionStatus"]), "ERROR");
    assert_eq!(text(&account["connection"]["errorCode"]), "SYSTEM_ERROR");
    let account = again.open().data(&format!("/accounts/{done}")).await;
    assert_eq!(account["connectionStatus"], "CONNECTED");
}

async fn a_stop_while_data_is_read_keeps_the_connection(engine: Engine) {
    // Slow enough that it is not over before the stop.
    let installation = Installation::new(engine)
        .await
        .with("SAHOD_SANDBOX__SHORTEST_STEP_MS", "1500")
        .with("SAHOD_SANDBOX__LONGEST_STEP_MS", "1500");
    let sahod = installation.dev().await;
    let keys = sahod.ready.clone();
    let widget = sahod.widget().await;
    let account = widget.start_george(PROVIDER).await.unwrap();
    let asked = widget.follow(&account).await.unwrap();
    let answer = widget.encrypt(&json!({ "answer": CODE }));
    widget.answer(&account, &asked["prompt"]["id"], &answer).await.unwrap().data(202);
    poll("the reading", async || {
        let progress = widget.api.data(&format!("/accounts/{account}/progress")).await;
        (progress["stage"] == "READING").then_some(())
    })
    .await;
    assert_eq!(sahod.stop().await.status.code(), Some(0));

    // The process that stopped has ended the task, so the next one need not.
    let again = installation.dev().await;
    let api = again.open_with(&keys);
    let connected = api.data(&format!("/accounts/{account}")).await;
    assert_eq!(connected["connectionStatus"], "CONNECTED");
    let tasks = api.items("/tasks").await;
    assert_eq!((tasks.len(), &tasks[0]["status"]), (1, &json!("Finished")), "{tasks:?}");
    let token = api.post_empty(&format!("/tokens?userId={}", text(&connected["userId"]))).await.unwrap();
    let token = text(&token.data(201)["accessToken"]);
    let widget = Widget::open(&again.at("linkSandboxUrl"), &token).await.unwrap();
    let progress = widget.api.data(&format!("/accounts/{account}/progress")).await;
    assert_eq!(progress["stage"], "FAILED", "{progress}");
    assert_eq!(progress["connectionStatus"], "CONNECTED", "{progress}");
    assert_eq!(progress["errorCode"], "SYSTEM_ERROR", "{progress}");
}

#[tokio::test]
async fn a_request_that_never_ends_is_cut_off_after_the_grace_time() {
    use tokio::io::AsyncWriteExt as _;

    let installation = Installation::new(Engine::Sqlite).await.with("SAHOD_SERVER__GRACE_MS", "500");
    let sahod = installation.dev().await;
    let mut endless = tokio::net::TcpStream::connect(sahod.address()).await.unwrap();
    let head = "POST /sandbox/v1/users HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
                Content-Length: 1000\r\n\r\n{";
    endless.write_all(head.as_bytes()).await.unwrap();
    // Answered before it: the process has seen the other one, too.
    assert_eq!(sahod.open().get("/users").await.unwrap().status, 200);

    let began = Instant::now();
    let ended = sahod.stop().await;
    assert_eq!(ended.status.code(), Some(0), "{ended:?}");
    assert!(began.elapsed() < SOON, "the stop took {:?}", began.elapsed());
}

#[tokio::test]
async fn a_stop_while_keys_are_being_made_is_clean() {
    let installation = Installation::empty();
    // Ready comes first: the keys are made behind the start.
    let sahod = installation.dev().await;
    let began = Instant::now();
    let ended = sahod.stop().await;
    assert_eq!(ended.status.code(), Some(0), "{ended:?}");
    assert!(began.elapsed() < SOON, "the stop took {:?}", began.elapsed());
}

/// A request on a connection of its own, and what became of it: `None` when nobody took the connection.
async fn try_once(address: &str) -> Option<String> {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    let mut stream = tokio::net::TcpStream::connect(address).await.ok()?;
    let request = "GET /readyz HTTP/1.1\r\nHost: localhost\r\n\r\n";
    stream.write_all(request.as_bytes()).await.expect("a connection that was taken takes a request");
    let mut answer = vec![0; 4096];
    let length =
        soon("an answer", stream.read(&mut answer)).await.expect("a request that was taken is answered");
    assert!(length > 0, "a request that was taken is answered");
    Some(String::from_utf8_lossy(&answer[..length]).into_owned())
}

#[tokio::test]
async fn a_stop_is_announced_before_anything_is_closed_and_loses_no_request() {
    let installation = Installation::new(Engine::Sqlite).await.with("SAHOD_SERVER__DRAIN_MS", "1500");
    let sahod = installation.dev().await;
    let address = sahod.address();
    let clients: Vec<_> = (0..8)
        .map(|_| {
            let address = address.clone();
            // As a balancer does: it goes elsewhere as soon as it is told to.
            tokio::spawn(async move {
                loop {
                    let answer = try_once(&address).await.expect("nothing is closed before it was announced");
                    if !answer.starts_with("HTTP/1.1 200") {
                        assert!(answer.starts_with("HTTP/1.1 503"), "{answer}");
                        return answer.to_ascii_lowercase().contains("connection: close");
                    }
                }
            })
        })
        .collect();
    let api = sahod.open();
    assert_eq!(api.get("/users").await.unwrap().status, 200);
    sahod.tell_to_stop().await;
    poll("the announcement", async || {
        try_once(&address).await.filter(|answer| answer.contains("503")).map(drop)
    })
    .await;
    assert_eq!(api.get("/users").await.unwrap().status, 200, "it serves on");
    for client in clients {
        assert!(client.await.unwrap(), "whoever kept the connection is asked to make another one");
    }
    assert_eq!(sahod.end().await.status.code(), Some(0));
}

#[tokio::test]
async fn a_second_signal_ends_the_announcement() {
    let installation = Installation::new(Engine::Sqlite).await.with("SAHOD_SERVER__DRAIN_MS", "3600000");
    let sahod = installation.dev().await;
    let address = sahod.address();
    sahod.tell_to_stop().await;
    poll("the announcement", async || {
        try_once(&address).await.filter(|answer| answer.contains("503")).map(drop)
    })
    .await;
    assert_eq!(sahod.stop().await.status.code(), Some(0));
}

#[tokio::test]
async fn a_hang_up_ends_nothing() {
    let installation = Installation::new(Engine::Sqlite).await.with("SAHOD_LOG__FILTER", "info");
    let mut sahod = installation.dev().await;
    sahod.signal("HUP").await;
    sahod.logged("nothing to read anew").await;
    assert_eq!(sahod.open().get("/users").await.unwrap().status, 200);
    assert_eq!(sahod.stop().await.status.code(), Some(0));
}
