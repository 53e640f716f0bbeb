//! `POST /webhook`: where the API sends events. A receiver of a few lines, as customers write them.

use std::sync::Arc;

use axum::{
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
};
use sahod_webhooks::{SIGNATURE_HEADER, verify};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::{error::Problem, state::DemoState};

/// What is read of an event.
#[derive(Deserialize)]
struct Received {
    data: Data,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Data {
    user_id: Option<String>,
}

/// What the page is told of an event.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Shown<'a> {
    received_at: sahod_model::Timestamp,
    signature_valid: bool,
    body: &'a RawValue,
}

/// An event with a wrong signature is refused, as it should be everywhere; it is shown all the same, because whoever
/// builds a receiver wants to see such things.
pub(crate) async fn post_webhook(
    State(demo): State<Arc<DemoState>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<StatusCode, Problem> {
    let no_event = Problem::BadRequest("The body is no webhook event.");
    let signature = headers.get(SIGNATURE_HEADER).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let signature_valid = verify(&demo.webhook_secret, &body, signature);
    let Ok(received) = serde_json::from_slice::<Received>(&body) else { return Err(no_event) };
    let Ok(raw) = serde_json::from_slice::<&RawValue>(&body) else { return Err(no_event) };

    let shown = Shown { received_at: demo.clock.now(), signature_valid, body: raw };
    let Ok(json) = serde_json::to_string(&shown) else { return Err(no_event) };
    demo.events.add(received.data.user_id, json);
    Ok(if signature_valid { StatusCode::NO_CONTENT } else { StatusCode::UNAUTHORIZED })
}
