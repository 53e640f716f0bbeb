//! The receivers in `docs/receivers`, each run where its language is at hand: they take what this room sends, and nothing else.

#![expect(clippy::unwrap_used, reason = "these are tests, helpers included")]

use std::{path::Path, process::Stdio, time::Duration};

use bytes::Bytes;
use sahod_model::{Clock, EventId, SecretString, SystemClock, Timestamp, WebhookUrl};
use sahod_outbound::{HttpClient, HttpClientConfig};
use sahod_webhooks::{Message, Target, deliver};
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    net::{TcpListener, TcpStream},
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

fn command(program: &str, arguments: &[&str]) -> Command {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/receivers");
    let mut command = Command::new(program);
    command
        .args(arguments)
        .current_dir(folder)
        .env("WEBHOOK_SECRET", SECRET)
        .env("PORT", "0")
        .stdout(Stdio::piped())
        .kill_on_drop(true);
    command
}

/// `None` when its language is not at hand.
async fn start(program: &str, arguments: &[&str]) -> Option<Receiver> {
    let mut child = command(program, arguments).spawn().ok()?;
    let (mut printed, mut line) = (BufReader::new(child.stdout.take().unwrap()), String::new());
    printed.read_line(&mut line).await.unwrap();
    let url = line.strip_prefix("listening on ").unwrap().trim_end().to_owned();
    Some(Receiver { _child: child, _printed: printed, url })
}

async fn runs(program: &str, arguments: &[&str]) {
    match start(program, arguments).await {
        Some(receiver) => takes_what_is_signed_and_fresh(&receiver.url).await,
        None => eprintln!("{program} is not at hand"),
    }
}

async fn takes_what_is_signed_and_fresh(url: &str) {
    let config = HttpClientConfig { allow_private_networks: true, ..HttpClientConfig::default() };
    let client = HttpClient::new(config).unwrap();
    let (id, url): (EventId, WebhookUrl) = (ID.parse().unwrap(), url.parse().unwrap());
    let send = async |secret: &str, body: &'static str, at: Timestamp| {
        let secret = SecretString::from(secret.to_owned());
        let target = Target { url: &url, secret: &secret, previous_secret: None };
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
    runs("node", &["receiver.mjs"]).await;
}

#[tokio::test]
async fn the_receiver_in_python() {
    runs("python3", &["-B", "receiver.py"]).await;
}

#[tokio::test]
async fn the_receiver_in_java() {
    runs("java", &["Receiver.java"]).await;
}

#[tokio::test]
async fn the_receiver_in_go() {
    runs("go", &["run", "receiver.go"]).await;
}

#[tokio::test]
async fn the_receiver_in_rust() {
    // Built beside this test, as an example of the room.
    let here = std::env::current_exe().unwrap();
    let program = here.parent().unwrap().with_file_name("examples").join("receiver");
    runs(program.to_str().unwrap(), &[]).await;
    assert!(program.exists(), "its language is at hand");
}

/// PHP's own server takes the address from the command line, and says nothing on standard output.
#[tokio::test]
async fn the_receiver_in_php() {
    let address = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let arguments = ["-d", "display_errors=0", "-S", &address.to_string(), "receiver.php"];
    let Ok(_child) = command("php", &arguments).spawn() else {
        eprintln!("php is not at hand");
        return;
    };
    let listens = async {
        while TcpStream::connect(address).await.is_err() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), listens).await.unwrap();
    takes_what_is_signed_and_fresh(&format!("http://{address}/hooks")).await;
}
