//! One attempt at a time, against receivers of every temper.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "these are tests, helpers included")]

use std::{net::SocketAddr, time::Duration};

use axum::{
    Router,
    body::Bytes,
    extract::Path,
    http::{HeaderMap, StatusCode, Uri},
    routing::post,
};
use sahod_model::{EventId, SecretString, Timestamp};
use sahod_outbound::{HttpClient, HttpClientConfig};
use sahod_webhooks::{Attempt, Directive, Message, Target, deliver, sign_standard, verify};
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
    attempt_with(client, url, body, None).await
}

async fn attempt_with(
    client: &HttpClient,
    url: &str,
    body: &'static [u8],
    previous_secret: Option<&SecretString>,
) -> Attempt {
    let secret = secret();
    let url = url.parse().unwrap();
    let target = Target { url: &url, secret: &secret, previous_secret };
    let id: EventId = ID.parse().unwrap();
    let at = Timestamp::from_micros(AT_S * 1_000_000 + 999_999);
    let message = Message { id: &id, sequence: Some(17), body: Bytes::from_static(body), at };
    tokio::time::timeout(PATIENCE, deliver(client, target, message)).await.expect("bounded")
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
    assert_eq!((attempt.status, attempt.failure.as_deref()), (Some(204), None));

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
    assert_eq!(headers["sahod-sequence"], "17");
    assert_eq!(headers.get("smile-signature-previous"), None);

    let sent = &attempt.details.request;
    assert_eq!(sent.body_bytes, body.len() as u64);
    for (name, value) in &sent.headers {
        assert_eq!(headers[name.as_str()], *value, "what is kept is what was sent");
    }
}

#[tokio::test]
async fn whom_the_address_names_is_proved_to_the_receiver_and_shown_to_nobody() {
    let (tell, mut told) = mpsc::channel(1);
    let hook = post(move |headers: HeaderMap, uri: Uri| {
        let tell = tell.clone();
        async move { tell.send((headers, uri)).await.unwrap() }
    });
    let address = serve(Router::new().route("/hook", hook)).await;
    let url = format!("http://me%40acme:canary%3A1@{address}/hook");
    let attempt = attempt(&client(true), &url, b"{}").await;
    assert_eq!(attempt.failure, None);

    let (headers, uri) = told.recv().await.unwrap();
    assert_eq!(headers["authorization"], "Basic bWVAYWNtZTpjYW5hcnk6MQ==");
    assert_eq!(headers["host"], address.to_string());
    assert_eq!(uri, "/hook");
    let sent = &attempt.details.request;
    assert_eq!(sent.url, format!("http://***@{address}/hook"));
    assert_eq!(sent.headers["Authorization"], "Basic ***");
    let kept = serde_json::to_string(sent).unwrap();
    for secret in ["canary", "bWVAYWNtZTpjYW5hcnk6MQ"] {
        assert!(!kept.contains(secret), "{kept}");
    }
}

#[tokio::test]
async fn while_a_secret_is_replaced_both_sign() {
    let (tell, mut told) = mpsc::channel(1);
    let hook = post(move |headers: HeaderMap| {
        let tell = tell.clone();
        async move { tell.send(headers).await.unwrap() }
    });
    let address = serve(Router::new().route("/", hook)).await;
    let previous = SecretString::from("the one before".to_owned());
    let attempt = attempt_with(&client(true), &format!("http://{address}/"), b"{}", Some(&previous)).await;
    assert_eq!(attempt.failure, None);

    let headers = told.recv().await.unwrap();
    assert!(verify(&secret(), b"{}", headers["smile-signature"].to_str().unwrap()), "the new one");
    assert!(verify(&previous, b"{}", headers["smile-signature-previous"].to_str().unwrap()));
    let both = [&secret(), &previous].map(|secret| sign_standard(secret, ID, AT_S, b"{}")).join(" ");
    assert_eq!(headers["webhook-signature"], both);
}

#[tokio::test]
async fn anything_but_2xx_is_a_failure() {
    let answer = |Path(status): Path<u16>| async move { StatusCode::from_u16(status).unwrap() };
    let address = serve(Router::new().route("/{status}", post(answer))).await;
    for (status, failure) in [
        (200, None),
        (299, None),
        (304, Some("answered 304 (redirects are not followed)")),
        (307, Some("answered 307 (redirects are not followed)")),
        (410, Some("answered 410 (it wants nothing any more)")),
        (500, Some("answered 500")),
    ] {
        let attempt = attempt(&client(true), &format!("http://{address}/{status}"), b"{}").await;
        assert_eq!((attempt.status, attempt.failure.as_deref()), (Some(status), failure));
        assert_eq!(attempt.directive, (status == 410).then_some(Directive::Gone));
    }
}

#[tokio::test]
async fn a_receiver_is_left_alone_for_as_long_as_it_asks() {
    let answer = |Path(pause): Path<String>| async move {
        (StatusCode::SERVICE_UNAVAILABLE, [("Retry-After", pause)])
    };
    let address = serve(Router::new().route("/{pause}", post(answer))).await;
    let (minute, day) = (Duration::from_mins(1), Duration::from_hours(24));
    let at = Timestamp::from_micros(AT_S * 1_000_000);
    assert_eq!(Timestamp::from_http_date("Fri, 20 Nov 2026 08:01:00 GMT"), Some(at.plus(minute)));
    for (text, pause) in [
        ("60", Some(minute)),
        ("Fri,%2020%20Nov%202026%2008:01:01%20GMT", Some(minute)),
        ("9999999999", Some(day)),
        ("0", None),
        ("-1", None),
        ("soon", None),
        ("Thu,%2019%20Nov%202026%2008:00:00%20GMT", None),
    ] {
        let attempt = attempt(&client(true), &format!("http://{address}/{text}"), b"{}").await;
        assert_eq!(attempt.status, Some(503));
        let whole_seconds = attempt.directive.map(|directive| match directive {
            Directive::RetryAfter(pause) => Duration::from_secs(pause.as_secs()),
            Directive::Gone => Duration::ZERO,
        });
        assert_eq!(whole_seconds, pause, "{text}");
    }
}

#[tokio::test]
async fn the_beginning_of_an_answer_is_kept() {
    let answer = |Path(length): Path<usize>| async move { (StatusCode::BAD_GATEWAY, "x".repeat(length)) };
    let address = serve(Router::new().route("/{length}", post(answer))).await;
    for (length, kept, truncated) in
        [(0, 0, false), (2_048, 2_048, false), (2_049, 2_048, true), (5_000_000, 2_048, true)]
    {
        let attempt = attempt(&client(true), &format!("http://{address}/{length}"), b"{}").await;
        let response = attempt.details.response.expect("an answer");
        assert_eq!((response.body.len(), response.truncated), (kept, truncated));
        assert_eq!(response.headers["content-type"], "text/plain; charset=utf-8");
    }
}

/// Of an attempt that got no answer.
fn failure(attempt: Attempt) -> String {
    assert!(attempt.status.is_none() && attempt.details.response.is_none());
    attempt.failure.expect("it failed")
}

#[tokio::test]
async fn silence_refusal_and_private_addresses_are_failures_with_a_reason() {
    let silent = post(|| async { std::future::pending::<StatusCode>().await });
    let address = serve(Router::new().route("/", silent)).await;
    let url = format!("http://{address}/");
    assert_eq!(failure(attempt(&client(true), &url, b"{}").await), "timed out after 300 ms");
    assert_eq!(
        failure(attempt(&client(false), &url, b"{}").await),
        "address is in a private network (this machine itself)"
    );

    let gone = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let refused = attempt(&client(true), &format!("http://{gone}/"), b"{}").await;
    assert_eq!(failure(refused), "refused connection");
}
