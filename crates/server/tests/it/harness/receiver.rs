//! A customer's server that receives webhooks.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex},
};

use axum::{Router, body::Bytes, extract::State, http::StatusCode, routing::post};
use serde_json::{Value, json};
use tokio::{net::TcpListener, sync::watch};

use super::soon;

/// Receives webhooks: takes everything at `/hooks`, refuses everything at `/full`, wants nothing any more at `/gone`, and at
/// `/moody` refuses every third event when it comes for the first time.
pub(crate) struct Receiver {
    url: String,
    got: watch::Receiver<Vec<Value>>,
}

#[derive(Clone)]
struct Server {
    got: Arc<watch::Sender<Vec<Value>>>,
    seen: Arc<Mutex<HashSet<String>>>,
}

impl Server {
    fn take(&self, body: &Bytes) -> StatusCode {
        let body = serde_json::from_slice(body).unwrap();
        self.got.send_modify(|got| got.push(body));
        StatusCode::OK
    }

    fn is_new(&self, body: &Bytes) -> bool {
        let body: Value = serde_json::from_slice(body).unwrap();
        self.seen.lock().unwrap().insert(body["id"].as_str().unwrap().to_owned())
    }

    fn take_moodily(&self, body: &Bytes) -> StatusCode {
        let refuses = self.is_new(body) && self.seen.lock().unwrap().len().is_multiple_of(3);
        if refuses { StatusCode::SERVICE_UNAVAILABLE } else { self.take(body) }
    }
}

impl Receiver {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (sender, got) = watch::channel(Vec::new());
        let server = Server { got: Arc::new(sender), seen: Arc::default() };
        let router = Router::new()
            .route("/hooks", post(async |State(server): State<Server>, body: Bytes| server.take(&body)))
            .route(
                "/moody",
                post(async |State(server): State<Server>, body: Bytes| server.take_moodily(&body)),
            )
            .route("/full", post(async || StatusCode::SERVICE_UNAVAILABLE))
            .route("/gone", post(async || StatusCode::GONE))
            .with_state(server);
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, got }
    }

    /// The address of a path.
    pub(crate) fn at(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }

    /// What makes a webhook for all events that goes to that path.
    pub(crate) fn webhook(&self, path: &str, secret: &str) -> Value {
        json!({
            "name": "test",
            "url": self.at(path),
            "secret": secret,
            "eventTypes": ["ALL_EVENTS"],
            "active": true,
        })
    }

    /// Every body that was taken so far.
    pub(crate) fn bodies(&self) -> Vec<Value> {
        self.got.borrow().clone()
    }

    /// Waits until that is so of the bodies that were taken.
    pub(crate) async fn wait(&self, what: &str, enough: impl FnMut(&Vec<Value>) -> bool) {
        let mut got = self.got.clone();
        soon(what, got.wait_for(enough)).await.unwrap();
    }
}
