//! A public API of a few lines, that remembers what it was asked.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use axum::{
    Json, Router,
    body::Bytes,
    extract::{Request, State},
    http::{Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};
use tokio::net::TcpListener;

pub(crate) const USER: &str = "demo-00000000000000000000000000000001";
pub(crate) const OTHER_USER: &str = "demo-00000000000000000000000000000002";

#[derive(Clone, Default)]
pub(crate) struct MockApi {
    /// `METHOD path?query`, and the body.
    pub(crate) asked: Arc<Mutex<Vec<(String, Value)>>>,
    /// Answered to everything while set.
    pub(crate) always: Arc<Mutex<Option<StatusCode>>>,
}

impl MockApi {
    /// Serves it and returns its address.
    pub(crate) async fn serve(&self) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address: SocketAddr = listener.local_addr().unwrap();
        let router = Router::new().fallback(answer).with_state(self.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        format!("http://{address}/sandbox/v1")
    }

    pub(crate) fn lines(&self) -> Vec<String> {
        self.asked.lock().unwrap().iter().map(|(line, _)| line.clone()).collect()
    }

    pub(crate) fn body_of(&self, line: &str) -> Value {
        let asked = self.asked.lock().unwrap();
        asked.iter().find(|(known, _)| known == line).map(|(_, body)| body.clone()).unwrap()
    }

    pub(crate) fn always(&self, status: StatusCode) {
        *self.always.lock().unwrap() = Some(status);
    }
}

fn envelope(status: StatusCode, code: &str, data: &Value) -> Response {
    (status, Json(json!({ "code": code, "message": "As expected.", "requestId": "r", "data": data })))
        .into_response()
}

async fn answer(State(api): State<MockApi>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body: Bytes = axum::body::to_bytes(body, 1 << 20).await.unwrap();
    let line = format!("{} {}", parts.method, parts.uri);
    api.asked.lock().unwrap().push((line, serde_json::from_slice(&body).unwrap_or_default()));

    // echo -n key-1:secret-1 | base64
    if parts.headers.get(header::AUTHORIZATION).is_none_or(|value| value != "Basic a2V5LTE6c2VjcmV0LTE=") {
        return envelope(StatusCode::UNAUTHORIZED, "INVALID_TOKEN", &Value::Null);
    }
    if let Some(status) = *api.always.lock().unwrap() {
        return envelope(status, "SOME_CODE", &Value::Null);
    }
    let path = parts.uri.path().trim_start_matches("/sandbox/v1");
    let query = parts.uri.query().unwrap_or_default();
    let token =
        json!({ "accessToken": "a.link.token", "mode": "SANDBOX", "expiresAt": "2026-11-01T13:00:00Z" });
    match (&parts.method, path) {
        (&Method::POST, "/users") => {
            envelope(StatusCode::CREATED, "OK", &json!({ "user": { "id": USER }, "token": token }))
        }
        (&Method::POST, "/tokens") if query.contains(USER) => envelope(StatusCode::CREATED, "OK", &token),
        (&Method::GET, "/webhooks") if query.contains("cursor") => {
            let mine = json!({ "id": "wh-3", "name": "Renamed", "url": "http://demo.test/webhook" });
            envelope(StatusCode::OK, "OK", &json!({ "nextCursor": null, "items": [mine] }))
        }
        (&Method::GET, "/webhooks") => {
            let stale = json!({ "id": "wh-1", "name": "Demo page", "url": "http://elsewhere.test/webhook" });
            let foreign = json!({ "id": "wh-2", "name": "Billing", "url": "http://billing.test/hook" });
            envelope(StatusCode::OK, "OK", &json!({ "nextCursor": "c+1", "items": [stale, foreign] }))
        }
        (&Method::POST, "/webhooks") => envelope(StatusCode::OK, "OK", &json!({ "id": "wh-4" })),
        // Written by hand: the digits must reach the page as they are.
        (&Method::GET, "/eincomes") => (
            [(header::CONTENT_TYPE, "application/json")],
            r#"{"code":"OK","data":{"nextCursor":null,"items":[{"amount":1234.50}]}}"#,
        )
            .into_response(),
        (&Method::GET, "/identities") => {
            envelope(StatusCode::OK, "OK", &json!({ "nextCursor": null, "items": [] }))
        }
        (&Method::DELETE, _) => envelope(StatusCode::OK, "OK", &Value::Null),
        _ => envelope(StatusCode::NOT_FOUND, "MISSING_RESOURCE", &Value::Null),
    }
}
