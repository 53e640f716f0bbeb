//! Webhooks in, events out.

use std::time::Duration;

use axum::{
    Router,
    body::Body,
    http::{Request, StatusCode},
    response::Response,
};
use http_body_util::BodyExt as _;
use sahod_webhooks::sign;
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::{
    json_of,
    mock::{OTHER_USER, USER},
    send, started,
};

/// Only keeps a broken stream from hanging the whole run.
const PATIENCE: Duration = Duration::from_secs(10);

async fn receive(router: &Router, body: &str, signature: &str) -> StatusCode {
    let request = Request::post("/webhook").header("Smile-Signature", signature);
    router.clone().oneshot(request.body(Body::from(body.to_owned())).unwrap()).await.unwrap().status()
}

fn event(id: &str, user_id: &str) -> String {
    json!({ "id": id, "version": 1, "type": "USER_CREATED", "createdAt": "x", "data": { "userId": user_id } })
        .to_string()
}

/// What a stream sends until it has shown `count` events, or ends.
async fn events(response: Response, count: usize) -> Vec<String> {
    let mut body = response.into_body();
    let mut received = String::new();
    while received.matches("event: webhook").count() < count {
        let frame = tokio::time::timeout(PATIENCE, body.frame()).await.expect("an event in time");
        let Some(frame) = frame else { break };
        received += std::str::from_utf8(&frame.unwrap().into_data().unwrap()).unwrap();
    }
    received.lines().filter_map(|line| line.strip_prefix("data: ").map(str::to_owned)).collect()
}

#[tokio::test]
async fn only_a_rightly_signed_webhook_is_taken_and_both_are_shown() {
    let (demo, _, secret) = started().await;
    let router = demo.router();
    let good = event("et-1", USER);
    assert_eq!(receive(&router, &good, &sign(&secret, good.as_bytes())).await, StatusCode::NO_CONTENT);
    let forged = event("et-2", USER);
    assert_eq!(receive(&router, &forged, &sign(&secret, good.as_bytes())).await, StatusCode::UNAUTHORIZED);
    assert_eq!(receive(&router, "no event", "").await, StatusCode::BAD_REQUEST);

    let stream = send(&router, "GET", &format!("/api/stream?userId={USER}"), None).await;
    assert_eq!(stream.headers()["content-type"], "text/event-stream");
    let shown = events(stream, 2).await;
    assert_eq!(
        shown,
        [
            format!(r#"{{"receivedAt":"2026-09-21T14:13:20Z","signatureValid":true,"body":{good}}}"#),
            format!(r#"{{"receivedAt":"2026-09-21T14:13:20Z","signatureValid":false,"body":{forged}}}"#),
        ]
    );
}

#[tokio::test]
async fn a_stream_shows_the_past_and_the_present_of_one_applicant() {
    let (demo, _, secret) = started().await;
    let router = demo.router();
    let send_event = async |id: &str, user: &str| {
        let body = event(id, user);
        receive(&router, &body, &sign(&secret, body.as_bytes())).await
    };
    send_event("et-1", USER).await;
    send_event("et-2", OTHER_USER).await;
    let stream = send(&router, "GET", &format!("/api/stream?userId={USER}"), None).await;
    send_event("et-3", OTHER_USER).await;
    send_event("et-4", USER).await;
    let shown = events(stream, 2).await;
    let ids: Vec<Value> =
        shown.iter().map(|line| serde_json::from_str::<Value>(line).unwrap()["body"]["id"].clone()).collect();
    assert_eq!(ids, ["et-1", "et-4"]);

    let open = send(&router, "GET", &format!("/api/stream?userId={OTHER_USER}"), None).await;
    demo.stop();
    tokio::time::timeout(PATIENCE, events(open, usize::MAX)).await.expect("the stream ends");

    let (status, _) = json_of(send(&router, "GET", "/api/stream?userId=demo", None).await).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_live_event_reaches_an_open_page_and_a_reconnect_repeats_nothing() {
    let (demo, _, secret) = started().await;
    let router = demo.router();
    let open = send(&router, "GET", &format!("/api/stream?userId={USER}"), None).await;
    let body = event("et-1", USER);
    receive(&router, &body, &sign(&secret, body.as_bytes())).await;
    assert_eq!(events(open, 1).await.len(), 1);

    let again = Request::get(format!("/api/stream?userId={USER}")).header("Last-Event-ID", "1790000000000");
    let again = router.clone().oneshot(again.body(Body::empty()).unwrap()).await.unwrap();
    let body = event("et-2", USER);
    receive(&router, &body, &sign(&secret, body.as_bytes())).await;
    let shown = events(again, 1).await;
    assert!(shown[0].contains("et-2"), "{shown:?}");
}

#[tokio::test]
async fn streams_are_counted_and_their_places_given_back() {
    let (demo, _, _) = started().await;
    let router = demo.router();
    let path = format!("/api/stream?userId={USER}");
    let mut open = Vec::new();
    for _ in 0..64 {
        open.push(send(&router, "GET", &path, None).await);
    }
    assert!(open.iter().all(|stream| stream.status() == StatusCode::OK));
    assert_eq!(send(&router, "GET", &path, None).await.status(), StatusCode::SERVICE_UNAVAILABLE);
    drop(open);
    assert_eq!(send(&router, "GET", &path, None).await.status(), StatusCode::OK);
}
