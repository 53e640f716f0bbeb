//! One attempt at a time, against receivers of every temper.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "these are tests, helpers included")]

use std::{net::SocketAddr, time::Duration};

use axum::{
    Router,
    body::Bytes,
    extract::Path,
    http::{HeaderMap, StatusCode},
    routing::post,
};
use sahod_model::{EventId, SecretString, Timestamp};
use sahod_outbound::{HttpClient, HttpClientConfig};
use sahod_webhooks::{Attempt, Message, Outcome, Target, deliver, sign_standard, verify};
use tokio::{net::TcpListener, sync::mpsc};

const ID: &str = "et-00000000000000000000000000000001";
const AT_S: i64 = 1_795_161_600;
const PATIENCE: Duration = Duration::from_secs(30);

fn client(allow_private_networks: bool) -> HttpClient {
    HttpClient::new(HttpClientConfig {
        allow_private_networks,
        timeout_ms: 300,
        ..HttpClientConfig::default()
    })
    .unwrap()
}

fn secret() -> SecretString {
    "a secret of the customer".to_owned().into()
}

async fn serve(router: Router) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

async fn attempt(client: &HttpClient, url: &str, body: &'static [u8]) -> Attempt {
    let secret = secret();
    let target = Target { url, secret: &secret };
    let id: EventId = ID.parse().unwrap();
    let at = Timestamp::from_micros(AT_S * 1_000_000 + 999_999);
    let message = Message { id: &id, body: Bytes::from_static(body), at };
    tokio::time::timeout(PATIENCE, deliver(client, target, message)).await.expect("bounded")
}

fn failed(reason: &str) -> Outcome {
    Outcome::Failed { reason: reason.to_owned() }
}

#[tokio::test]
async fn exactly_the_signed_bytes_are_sent() {
    let (tell, mut told) = mpsc::channel(1);
    let hook = post(move |headers: HeaderMap, body: Bytes| {
        let tell = tell.clone();
        async move {
            tell.send((headers, body)).await.unwrap();
            StatusCode::NO_CONTENT
        }
    });
    let address = serve(Router::new().route("/hook", hook)).await;
    let body = "{\"name\": \"Se\u{f1}or\",  \"amount\":1.10}\n".as_bytes();
    let attempt = attempt(&client(true), &format!("http://{address}/hook"), body).await;
    assert_eq!(attempt.outcome, Outcome::Delivered { status: 204 });

    let (headers, received) = told.recv().await.unwrap();
    assert_eq!(received, body);
    assert_eq!(headers["content-type"], "application/json");
    let signature = headers["smile-signature"].to_str().unwrap();
    assert!(verify(&secret(), body, signature));
    assert!(signature.len() == 128 && !signature.contains(|c: char| c.is_ascii_uppercase()), "{signature}");
    assert_eq!(headers["webhook-id"], ID);
    assert_eq!(headers["webhook-timestamp"], AT_S.to_string(), "whole seconds");
    assert_eq!(headers["webhook-signature"], sign_standard(&secret(), ID, AT_S, body));
    assert!(headers["user-agent"].to_str().unwrap().starts_with("Sahod-Webhooks/"));
}

#[tokio::test]
async fn anything_but_2xx_is_a_failure() {
    let answer = |Path(status): Path<u16>| async move { StatusCode::from_u16(status).unwrap() };
    let address = serve(Router::new().route("/{status}", post(answer))).await;
    for (status, outcome) in [
        (200, Outcome::Delivered { status: 200 }),
        (299, Outcome::Delivered { status: 299 }),
        (304, failed("answered 304 (redirects are not followed)")),
        (307, failed("answered 307 (redirects are not followed)")),
        (410, failed("answered 410")),
        (500, failed("answered 500")),
    ] {
        let attempt = attempt(&client(true), &format!("http://{address}/{status}"), b"{}").await;
        assert_eq!(attempt.outcome, outcome, "{status}");
    }
}

#[tokio::test]
async fn silence_refusal_and_private_addresses_are_failures_with_a_reason() {
    let silent = post(|| async { std::future::pending::<StatusCode>().await });
    let address = serve(Router::new().route("/", silent)).await;
    let url = format!("http://{address}/");
    assert_eq!(attempt(&client(true), &url, b"{}").await.outcome, failed("timed out after 300 ms"));
    assert_eq!(
        attempt(&client(false), &url, b"{}").await.outcome,
        failed("address is in a private network (this machine itself)")
    );

    let gone = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let attempt = attempt(&client(true), &format!("http://{gone}/"), b"{}").await;
    assert_eq!(attempt.outcome, failed("refused connection"));
}
