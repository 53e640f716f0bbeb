//! The receivers in `docs/receivers`, each run where its language is at hand: they take what this room sends, and nothing else.

#![expect(clippy::unwrap_used, reason = "these are tests, helpers included")]

use std::{path::Path, process::Stdio};

use bytes::Bytes;
use sahod_model::{Clock, EventId, SecretString, SystemClock, Timestamp};
use sahod_outbound::{HttpClient, HttpClientConfig};
use sahod_webhooks::{Message, Target, deliver};
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    process::{Child, ChildStdout, Command},
};

const SECRET: &str = "a secret of acme's own";
const ID: &str = "et-00000000000000000000000000000001";
const BODY: &str = r#"{"id":"et-00000000000000000000000000000001","type":"USER_CREATED"}"#;

/// A receiver that runs. What it prints must have a reader to the end.
struct Receiver {
    _child: Child,
    _printed: BufReader<ChildStdout>,
    url: String,
}

/// `None` when its language is not at hand.
async fn start(command: &[&str]) -> Option<Receiver> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/receivers");
    let spawned = Command::new(command[0])
        .args(&command[1..])
        .current_dir(folder)
        .env("WEBHOOK_SECRET", SECRET)
        .env("PORT", "0")
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn();
    let mut child = spawned.ok()?;
    let (mut printed, mut line) = (BufReader::new(child.stdout.take().unwrap()), String::new());
    printed.read_line(&mut line).await.unwrap();
    let url = line.strip_prefix("listening on ").unwrap().trim_end().to_owned();
    Some(Receiver { _child: child, _printed: printed, url })
}

async fn takes_what_is_signed_and_fresh(command: &[&str]) {
    let Some(receiver) = start(command).await else {
        eprintln!("{} is not at hand", command[0]);
        return;
    };
    let config = HttpClientConfig { allow_private_networks: true, ..HttpClientConfig::default() };
    let client = HttpClient::new(config).unwrap();
    let id: EventId = ID.parse().unwrap();
    let send = async |secret: &str, body: &'static str, at: Timestamp| {
        let secret = SecretString::from(secret.to_owned());
        let target = Target { url: &receiver.url, secret: &secret, previous_secret: None };
        let message = Message { id: &id, sequence: Some(1), body: Bytes::from_static(body.as_bytes()), at };
        deliver(&client, target, message).await.status
    };
    let now = SystemClock.now();
    let refused = Some(400);
    assert_eq!(send("another secret", BODY, now).await, refused);
    let an_hour_ago = Timestamp::from_micros(now.as_micros() - 3_600_000_000);
    assert_eq!(send(SECRET, BODY, an_hour_ago).await, refused, "a replay");
    assert_eq!(send(SECRET, "no event", now).await, refused);
    for _ in 0..2 {
        assert_eq!(send(SECRET, BODY, now).await, Some(204));
    }
}

#[tokio::test]
async fn the_receiver_in_node() {
    takes_what_is_signed_and_fresh(&["node", "receiver.mjs"]).await;
}

#[tokio::test]
async fn the_receiver_in_python() {
    takes_what_is_signed_and_fresh(&["python3", "-B", "receiver.py"]).await;
}

#[tokio::test]
async fn the_receiver_in_java() {
    takes_what_is_signed_and_fresh(&["java", "Receiver.java"]).await;
}

#[tokio::test]
async fn the_receiver_in_go() {
    takes_what_is_signed_and_fresh(&["go", "run", "receiver.go"]).await;
}
