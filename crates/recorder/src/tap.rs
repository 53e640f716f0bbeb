//! Overhears the APIs, and what the widget tells its page.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    Json, Router,
    body::{Body, Bytes, to_bytes},
    extract::{DefaultBodyLimit, Request, State},
    http::{HeaderMap, StatusCode, header},
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse, Response},
    routing::post,
};
use serde::Deserialize;
use serde_json::{Value, json};
use tower_http::cors::CorsLayer;

use crate::{
    KEPT_HEADERS, SCRIPTS,
    line::{self, Answer, Callback, Exchange, Line, Part},
    mask::Mask,
    tape::{Began, Recorder},
    tee::{Kept, Listener, MOST, overheard},
};

const SCRIPT: &str = include_str!("../js/record.js");
/// What the widget tells is ids and names.
const MOST_CALLBACK_BYTES: usize = 64 * 1024;

impl Recorder {
    /// The same surfaces, recorded, with `POST /recorder/callbacks` beside them.
    pub fn around(&self, surfaces: Router) -> Router {
        let surfaces = surfaces.layer(from_fn_with_state(self.clone(), overhear));
        Router::new()
            .route("/recorder/callbacks", post(hear_callback))
            .layer(CorsLayer::permissive())
            .layer(DefaultBodyLimit::max(MOST_CALLBACK_BYTES))
            .with_state(self.clone())
            .fallback_service(surfaces)
    }
}

/// A callback, as whoever heard it tells it.
#[derive(Deserialize)]
struct ReportedCallback {
    name: String,
    #[serde(default)]
    payload: Value,
    order: Option<f64>,
}

/// Whatever its content type: pages send text, which browsers let through without asking first.
async fn hear_callback(State(recorder): State<Recorder>, body: Bytes) -> Response {
    let Ok(ReportedCallback { name, mut payload, order }) = serde_json::from_slice(&body) else {
        let rule = json!({ "message": "a callback is {\"name\": \"onClose\", \"payload\": {…}}" });
        return (StatusCode::BAD_REQUEST, Json(rule)).into_response();
    };
    let (at, after) = (recorder.now(), recorder.reached());
    recorder.write(|mask| {
        mask.json(&mut payload);
        Line::Callback(Callback { at, after, order, name, payload })
    });
    StatusCode::NO_CONTENT.into_response()
}

async fn overhear(State(recorder): State<Recorder>, request: Request, next: Next) -> Response {
    if SCRIPTS.contains(&request.uri().path()) {
        return with_script(request, next).await;
    }
    if !crate::is_api(request.uri().path()) || request.method() == axum::http::Method::OPTIONS {
        return next.run(request).await;
    }
    let method = request.method().as_str().to_owned();
    let (path, query) = (request.uri().path().to_owned(), request.uri().query().map(ToOwned::to_owned));
    let began = recorder.begin(&method);
    let sent = Arc::new(Mutex::new(Kept::default()));
    let request = request.map(|body| overheard(body, Sent(Arc::clone(&sent))));
    let response = next.run(request).await;
    if line::changes(&method) {
        recorder.answered(began.number);
    }
    let (parts, body) = response.into_parts();
    let streams = parts
        .headers
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/event-stream"));
    let headers = kept_headers(&parts.headers);
    let status = parts.status.as_u16();
    let heard = Heard { recorder, began, method, path, query, sent, status, headers };
    let body = if streams {
        overheard(body, Stream { heard, parts: Vec::new(), length: 0 })
    } else {
        overheard(body, Whole { heard, kept: Kept::default() })
    };
    Response::from_parts(parts, body)
}

/// The widget's script, with ours behind it. It is never taken from a cache: there it may be without ours.
async fn with_script(mut request: Request, next: Next) -> Response {
    for name in [header::ACCEPT_ENCODING, header::IF_NONE_MATCH] {
        request.headers_mut().remove(name);
    }
    let (mut head, body) = next.run(request).await.into_parts();
    let Ok(script) = to_bytes(body, MOST).await else { return StatusCode::BAD_GATEWAY.into_response() };
    for name in [header::CONTENT_LENGTH, header::ETAG] {
        head.headers.remove(name);
    }
    head.headers.insert(header::CACHE_CONTROL, header::HeaderValue::from_static("no-store"));
    Response::from_parts(head, Body::from([&script[..], SCRIPT.as_bytes()].concat()))
}

fn kept_headers(headers: &HeaderMap) -> BTreeMap<String, String> {
    let kept = |name: &&str| Some(((*name).to_owned(), headers.get(*name)?.to_str().ok()?.to_owned()));
    KEPT_HEADERS.iter().filter_map(kept).collect()
}

/// The body of a request, kept where the answer's listener finds it.
struct Sent(Arc<Mutex<Kept>>);

impl Listener for Sent {
    fn passed(&mut self, bytes: &[u8]) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).add(bytes);
    }

    fn ended(self: Box<Self>) {}
}

/// An exchange, but for the answer's body.
struct Heard {
    recorder: Recorder,
    began: Began,
    method: String,
    path: String,
    query: Option<String>,
    sent: Arc<Mutex<Kept>>,
    status: u16,
    headers: BTreeMap<String, String>,
}

impl Heard {
    fn write(self, body: impl FnOnce(&mut Mask) -> Option<line::Body>) {
        let Began { number, after, at } = self.began;
        let sent = std::mem::take(&mut *self.sent.lock().unwrap_or_else(PoisonError::into_inner));
        self.recorder.write(|mask| {
            let request = line::Request {
                method: self.method,
                path: mask.text(&self.path),
                query: self.query.map(|query| mask.query(&query)).unwrap_or_default(),
                body: masked(&sent, mask),
            };
            let headers = self.headers.into_iter().map(|(name, value)| (name, mask.text(&value))).collect();
            let answer = Answer { status: self.status, headers, body: body(mask) };
            Line::Exchange(Exchange { number, at, after, request, answer })
        });
    }
}

fn masked(kept: &Kept, mask: &mut Mask) -> Option<line::Body> {
    if kept.is_whole() { line::Body::of(&kept.bytes, mask) } else { Some(line::Body::TooLong(kept.length)) }
}

/// An answer that is there at once.
struct Whole {
    heard: Heard,
    kept: Kept,
}

impl Listener for Whole {
    fn passed(&mut self, bytes: &[u8]) {
        self.kept.add(bytes);
    }

    fn ended(self: Box<Self>) {
        self.heard.write(|mask| masked(&self.kept, mask));
    }
}

/// An answer that comes bit by bit.
struct Stream {
    heard: Heard,
    parts: Vec<Part>,
    length: usize,
}

impl Listener for Stream {
    fn passed(&mut self, bytes: &[u8]) {
        let text = String::from_utf8_lossy(bytes);
        // What only keeps the connection alive is nobody's news.
        if self.length < MOST && !text.starts_with(':') {
            self.length += text.len();
            self.parts.push(Part { after: self.heard.recorder.reached(), text: text.into_owned() });
        }
    }

    fn ended(self: Box<Self>) {
        let Self { heard, parts, .. } = *self;
        heard.write(|mask| {
            let masked = |part: Part| Part { text: mask.text(&part.text), ..part };
            Some(line::Body::Events(parts.into_iter().map(masked).collect()))
        });
    }
}
