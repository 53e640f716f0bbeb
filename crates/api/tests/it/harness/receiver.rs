//! A customer's server that receives webhooks.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode},
    response::{IntoResponse as _, Response},
    routing::post,
};
use sahod_model::SecretString;
use serde_json::{Value, json};
use tokio::{net::TcpListener, sync::watch, time::timeout};

use super::{Client, PATIENCE, contract};

/// What a webhook's secret is in tests.
pub(crate) const SECRET: &str = "a secret of acme's very own";

/// Receives webhooks on a port of its own.
pub(crate) struct Receiver {
    pub(crate) url: String,
    got: watch::Receiver<Vec<Delivery>>,
}

/// One request that arrived.
#[derive(Clone, Debug)]
pub(crate) struct Delivery {
    pub(crate) signature: String,
    pub(crate) content_type: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    /// What it was answered with.
    pub(crate) answered: u16,
}

impl Delivery {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub(crate) fn event_type(&self) -> String {
        self.json()["type"].as_str().unwrap().to_owned()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    pub(crate) fn is_signed_with(&self, secret: &str) -> bool {
        sahod_webhooks::verify(&SecretString::from(secret.to_owned()), &self.body, &self.signature)
    }
}

#[derive(Clone)]
struct Server {
    got: Arc<watch::Sender<Vec<Delivery>>>,
    /// What is answered next; 200 when nothing is left.
    answers: Arc<Mutex<VecDeque<u16>>>,
    /// What arrives is sent back.
    echoes: bool,
}

/// With 429 comes the wish to be left alone for an hour.
async fn take(State(server): State<Server>, headers: HeaderMap, body: Bytes) -> Response {
    let text =
        |name: &str| headers.get(name).map_or_else(String::new, |value| value.to_str().unwrap().into());
    let answered = server.answers.lock().unwrap().pop_front().unwrap_or(200);
    let (signature, content_type) = (text("smile-signature"), text("content-type"));
    let echo = server.echoes.then(|| body.clone());
    let delivery = Delivery { signature, content_type, headers, body, answered };
    server.got.send_modify(|got| got.push(delivery));
    let status = StatusCode::from_u16(answered).unwrap();
    if let Some(body) = echo {
        let head = body[..body.len().min(1_000)].to_vec();
        let header = HeaderValue::from_bytes(&head).unwrap();
        return (status, [("x-request-id", header)], body).into_response();
    }
    if answered == 429 { (status, [("retry-after", "3600")]).into_response() } else { status.into_response() }
}

impl Receiver {
    /// One that takes everything.
    pub(crate) async fn start() -> Self {
        Self::answering(&[]).await
    }

    /// One that takes everything and sends it back, in a header as well.
    pub(crate) async fn echoing() -> Self {
        Self::start_with(&[], true).await
    }

    /// One that first gives those answers.
    pub(crate) async fn answering(answers: &[u16]) -> Self {
        Self::start_with(answers, false).await
    }

    async fn start_with(answers: &[u16], echoes: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hooks", listener.local_addr().unwrap());
        let (sender, got) = watch::channel(Vec::new());
        let answers = Arc::new(Mutex::new(answers.iter().copied().collect()));
        let server = Server { got: Arc::new(sender), answers, echoes };
        let router = Router::new().route("/hooks", post(take)).with_state(server);
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, got }
    }

    /// Everything that has arrived once it is enough. Each body is held against the contract's schema of its type.
    pub(crate) async fn wait(&self, enough: impl FnMut(&Vec<Delivery>) -> bool) -> Vec<Delivery> {
        let mut got = self.got.clone();
        let waited = timeout(PATIENCE, got.wait_for(enough)).await;
        let Ok(waited) = waited else { panic!("still waiting after {:?}", self.types()) };
        let deliveries = waited.unwrap().clone();
        for delivery in &deliveries {
            contract::check_event(&delivery.json());
        }
        deliveries
    }

    /// Everything that has arrived once an event of that type has.
    pub(crate) async fn wait_for(&self, event_type: &str) -> Vec<Delivery> {
        self.wait(|got| got.iter().any(|delivery| delivery.event_type() == event_type)).await
    }

    pub(crate) fn deliveries(&self) -> Vec<Delivery> {
        self.got.borrow().clone()
    }

    /// The types of what has arrived, in its order.
    pub(crate) fn types(&self) -> Vec<String> {
        self.deliveries().iter().map(Delivery::event_type).collect()
    }

    /// A webhook that goes here; its id.
    pub(crate) async fn subscribe(&self, api: &Client, types: &[&str]) -> String {
        let webhook = api.post("/webhooks", &self.webhook(types)).await.data(200);
        webhook["id"].as_str().unwrap().to_owned()
    }

    /// What makes a webhook that goes here.
    pub(crate) fn webhook(&self, types: &[&str]) -> Value {
        json!({ "name": "test", "url": self.url, "secret": SECRET, "eventTypes": types, "active": true })
    }
}
