//! Answers as was answered before.

use std::{convert::Infallible, sync::Arc, time::Duration};

use axum::{
    Json, Router,
    body::{Body, Bytes, to_bytes},
    extract::{Request, State},
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use futures_util::{StreamExt as _, stream};
use serde::Deserialize;
use serde_json::json;
use tokio::time::timeout;
use tower_http::cors::{AllowOrigin, Any, CorsLayer};

use super::{
    matching::Choice,
    playback::{Playback, WebhookReceiver},
};
use crate::{
    SCRIPTS,
    line::{self, Exchange, Part},
    mask::Mask,
    tee::{Listener, MOST, overheard},
};

const SCRIPT: &str = include_str!("../../js/replay.js");
/// A request that comes too early waits so long for the one before it, which may be on its way.
const PATIENCE: Duration = Duration::from_secs(2);
/// A stream waits so long for what its next part follows: as long as a person may take.
const LONGEST_STREAM: Duration = Duration::from_mins(15);
/// Of what was expected instead, so many are named.
const NAMED: usize = 3;

pub(super) fn router(playback: &Arc<Playback>) -> Router {
    let cors = CorsLayer::new()
        .allow_origin(AllowOrigin::any())
        .allow_methods(Any)
        .allow_headers([
            header::AUTHORIZATION,
            header::CONTENT_TYPE,
            HeaderName::from_static("idempotency-key"),
        ])
        .expose_headers(Any);
    let mut router = Router::new()
        .route("/livez", get(async || "ok"))
        .route("/replay/callbacks", get(callbacks))
        .route("/replay/widget", post(widget));
    for script in SCRIPTS {
        let headers = [(header::CONTENT_TYPE, "text/javascript"), (header::CACHE_CONTROL, "no-store")];
        router = router.route(script, get(move || async move { (headers, SCRIPT) }));
    }
    router.fallback(again).layer(cors).with_state(Arc::clone(playback))
}

/// Every callback that was recorded, in order.
async fn callbacks(State(playback): State<Arc<Playback>>) -> Response {
    Json(json!({ "callbacks": playback.recording.callbacks })).into_response()
}

/// The widget's part, done at once; the callbacks that it made.
async fn widget(State(playback): State<Arc<Playback>>) -> Response {
    match playback.play_widget() {
        Ok(callbacks) => Json(json!({ "callbacks": callbacks })).into_response(),
        Err(first) => {
            refused(&format!("The widget was opened after {}, which was not made yet.", named(first)))
        }
    }
}

/// What `POST /v1/webhooks` says of where events go.
#[derive(Deserialize)]
struct Registered {
    url: String,
    secret: String,
}

async fn again(State(playback): State<Arc<Playback>>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let Ok(bytes) = to_bytes(body, MOST).await else { return StatusCode::PAYLOAD_TOO_LARGE.into_response() };
    let mut mask = Mask::default();
    let made = line::Request {
        method: head.method.as_str().to_owned(),
        path: mask.text(head.uri.path()),
        query: head.uri.query().map(|query| mask.query(query)).unwrap_or_default(),
        body: line::Body::of(&bytes, &mut mask),
    };
    match find(&playback, &made).await {
        Ok(exchange) => {
            if made.method == "POST" && made.path.ends_with("/v1/webhooks") {
                register(&playback, &bytes);
            }
            answer(&playback, exchange)
        }
        Err(why) => refused(&why),
    }
}

fn refused(why: &str) -> Response {
    let envelope = json!({ "code": "NOT_RECORDED", "message": why, "requestId": null, "data": null });
    (StatusCode::NOT_FOUND, Json(envelope)).into_response()
}

fn named(exchange: &Exchange) -> String {
    let request = &exchange.request;
    format!("{} {} (request {})", request.method, request.path, exchange.number)
}

/// Done when it is dropped: the whole answer was taken.
struct Done {
    playback: Arc<Playback>,
    number: u64,
}

impl Listener for Done {
    fn passed(&mut self, _: &[u8]) {}

    fn ended(self: Box<Self>) {
        self.playback.did(self.number);
    }
}

/// The exchange that is repeated, or why there is none.
async fn find<'a>(playback: &'a Playback, request: &line::Request) -> Result<&'a Exchange, String> {
    let exchanges = &playback.recording.exchanges;
    let choose = || playback.matcher().choose(exchanges, request, |after| playback.is_due(after));
    let mut choice = choose();
    if let Choice::NotYet(after) = choice
        && timeout(PATIENCE, playback.due(after)).await.is_ok()
    {
        choice = choose();
    }
    let made = format!("{} {}", request.method, request.path);
    match choice {
        Choice::Serve(place) => Ok(&exchanges[place]),
        Choice::NotYet(after) => {
            let before = exchanges.iter().find(|exchange| exchange.number == after).map(named);
            let before = before.unwrap_or_default();
            Err(format!("{made} was recorded after {before}, which was not made yet."))
        }
        Choice::None => {
            let expected: Vec<_> = playback.matcher().left(exchanges).take(NAMED).map(named).collect();
            let expected =
                if expected.is_empty() { "nothing more".to_owned() } else { expected.join(", then ") };
            Err(format!("{made} was not recorded like this, or not so often. Expected: {expected}."))
        }
    }
}

/// From now on webhooks go where the customer says, signed with what the customer chose.
fn register(playback: &Playback, body: &Bytes) {
    let registered: Option<Registered> = serde_json::from_slice(body).ok();
    if let Some((url, secret)) = registered.and_then(|made| Some((made.url.parse().ok()?, made.secret))) {
        playback.receiver.send_if_modified(|receiver| {
            let is_free = receiver.is_none();
            if is_free {
                *receiver = Some(WebhookReceiver { url, secret: secret.into() });
            }
            is_free
        });
    }
}

fn answer(playback: &Arc<Playback>, exchange: &Exchange) -> Response {
    let body = match &exchange.answer.body {
        None => Body::empty(),
        Some(line::Body::Events(parts)) => streamed(playback, parts.clone()),
        Some(body) => match body.bytes(&playback.recording.url, &playback.url) {
            Some(bytes) => Body::from(bytes),
            None => {
                return refused(&format!("The answer to {} is too long to be recorded.", named(exchange)));
            }
        },
    };
    let body = if exchange.request.changes() {
        overheard(body, Done { playback: Arc::clone(playback), number: exchange.number })
    } else {
        body
    };
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::from_u16(exchange.answer.status).unwrap_or_default();
    for (name, value) in &exchange.answer.headers {
        let value = value.replace(&playback.recording.url, &playback.url);
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

/// Each part once what it followed was done again; ends when that takes too long.
fn streamed(playback: &Arc<Playback>, parts: Vec<Part>) -> Body {
    let playback = Arc::clone(playback);
    let parts = stream::iter(parts).then(move |part| {
        let playback = Arc::clone(&playback);
        async move {
            timeout(LONGEST_STREAM, playback.due(part.after)).await.ok()?;
            Some(Ok::<_, Infallible>(Bytes::from(part.text.replace(&playback.recording.url, &playback.url))))
        }
    });
    Body::from_stream(
        parts.take_while(|part| std::future::ready(part.is_some())).filter_map(std::future::ready),
    )
}
