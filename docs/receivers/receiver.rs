//! Receives signed webhooks. Run: `WEBHOOK_SECRET=... PORT=3000 cargo run`
//!
//! Dependencies: `axum` 0.8, `aws-lc-rs` 1, `base64` 0.22, `serde_json` 1, and `tokio` 1 with `macros`, `net` and
//! `rt-multi-thread`.

#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "rules of the project, not of its receivers"
)]

use std::{
    collections::{HashSet, VecDeque},
    env,
    error::Error,
    sync::{Arc, Mutex, PoisonError},
    time::{SystemTime, UNIX_EPOCH},
};

use aws_lc_rs::hmac;
use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, State},
    http::{HeaderMap, StatusCode},
    routing::post,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::Value;

const MAX_BODY_BYTES: usize = 8 * 1024 * 1024;
const TOLERANCE_SECONDS: u64 = 5 * 60;
const MAX_REMEMBERED_IDS: usize = 10_000;

struct Receiver {
    key: hmac::Key,
    // In production this belongs in the database, written in the same transaction as whatever the event causes: memory
    // is lost on a restart and not shared.
    seen: Mutex<Seen>,
}

#[derive(Default)]
struct Seen {
    ids: HashSet<String>,
    order: VecDeque<String>,
}

type Refusal = (StatusCode, &'static str);

fn signing_key(secret: &str) -> Result<hmac::Key, Box<dyn Error>> {
    let key = match secret.strip_prefix("whsec_") {
        Some(encoded) => STANDARD.decode(encoded)?,
        None => secret.as_bytes().to_vec(),
    };
    if key.is_empty() {
        return Err("WEBHOOK_SECRET is empty".into());
    }
    Ok(hmac::Key::new(hmac::HMAC_SHA256, &key))
}

/// The event's id, when the request is genuine and fresh.
fn checked<'a>(key: &hmac::Key, headers: &'a HeaderMap, body: &[u8]) -> Result<&'a str, Refusal> {
    let bad = |reason| (StatusCode::BAD_REQUEST, reason);
    let header = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let (Some(id), Some(timestamp), Some(signatures)) =
        (header("webhook-id"), header("webhook-timestamp"), header("webhook-signature"))
    else {
        return Err(bad("missing webhook header"));
    };

    // A captured request stays correctly signed for ever; its age is what gives a replay away.
    let sent: u64 = timestamp.parse().map_err(|_| bad("timestamp is not a whole number"))?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    if now.abs_diff(sent) > TOLERANCE_SECONDS {
        return Err(bad("timestamp too far from now"));
    }

    let signed = [id.as_bytes(), b".", timestamp.as_bytes(), b".", body].concat();
    // While a secret is being rotated there is one entry per secret: any match will do. The comparison takes the same
    // time whatever is wrong, so that a refusal tells nothing about the right signature.
    let matches = signatures.split(' ').any(|entry| {
        let signature = entry.strip_prefix("v1,").and_then(|encoded| STANDARD.decode(encoded).ok());
        signature.is_some_and(|signature| hmac::verify(key, &signed, &signature).is_ok())
    });
    if matches { Ok(id) } else { Err(bad("no signature matches")) }
}

async fn receive(
    State(receiver): State<Arc<Receiver>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<StatusCode, Refusal> {
    let id = checked(&receiver.key, &headers, &body)?;
    // Locked throughout, so that two tries at the same moment are not both handled.
    let mut seen = receiver.seen.lock().unwrap_or_else(PoisonError::into_inner);
    if seen.ids.contains(id) {
        return Ok(StatusCode::NO_CONTENT);
    }
    let event: Value =
        serde_json::from_slice(&body).map_err(|_| (StatusCode::BAD_REQUEST, "body is not JSON"))?;
    let (Some(event_type), Some(_)) = (event["type"].as_str(), event["id"].as_str()) else {
        return Err((StatusCode::BAD_REQUEST, "body is not an event"));
    };
    println!("{event_type} {id}"); // handle the event here
    // Only now: had handling failed, the next try must not be taken for a repeat.
    seen.ids.insert(id.to_owned());
    seen.order.push_back(id.to_owned());
    if seen.order.len() > MAX_REMEMBERED_IDS
        && let Some(oldest) = seen.order.pop_front()
    {
        seen.ids.remove(&oldest);
    }
    Ok(StatusCode::NO_CONTENT)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let key = signing_key(&env::var("WEBHOOK_SECRET").map_err(|_| "WEBHOOK_SECRET is not set")?)?;
    let receiver = Arc::new(Receiver { key, seen: Mutex::default() });
    let router = Router::new()
        .route("/hooks", post(receive))
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .with_state(receiver);
    let port = env::var("PORT").unwrap_or_else(|_| "3000".to_owned());
    let listener = tokio::net::TcpListener::bind(format!("127.0.0.1:{port}")).await?;
    println!("listening on http://{}/hooks", listener.local_addr()?);
    axum::serve(listener, router).await?;
    Ok(())
}
