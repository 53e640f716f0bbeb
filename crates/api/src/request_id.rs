//! A request's id: in the envelope, in the `X-Request-Id` header, and in every log line of the request.

use std::{fmt, sync::Arc};

use axum::{
    extract::{Request, State},
    http::HeaderValue,
    middleware::Next,
    response::Response,
};
use sahod_model::Random;
use tracing::Instrument;

/// A request's id, a UUID (version 4).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RequestId(uuid::Uuid);

impl RequestId {
    /// Appends the id as text.
    pub fn write(self, to: &mut Vec<u8>) {
        let mut buffer = uuid::Uuid::encode_buffer();
        to.extend_from_slice(self.0.hyphenated().encode_lower(&mut buffer).as_bytes());
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Gives the request its id. A caller's own id is not taken over: it could not be trusted to be unique or harmless.
pub async fn assign(State(random): State<Arc<dyn Random>>, mut request: Request, next: Next) -> Response {
    let id = RequestId(uuid::Builder::from_random_bytes(random.array()).into_uuid());
    request.extensions_mut().insert(id);
    let span =
        tracing::info_span!("request", id = %id, method = %request.method(), path = request.uri().path());
    let mut response = next.run(request).instrument(span).await;
    let mut text = Vec::with_capacity(36);
    id.write(&mut text);
    if let Ok(value) = HeaderValue::from_bytes(&text) {
        response.headers_mut().insert("x-request-id", value);
    }
    response
}
