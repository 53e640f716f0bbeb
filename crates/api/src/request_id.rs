//! A request's id: in the envelope, in the `X-Request-Id` header, and in every log line of the request.

use axum::{
    extract::{Request, State},
    http::{HeaderName, HeaderValue},
    middleware::Next,
    response::Response,
};
use sahod_app::App;
use tracing::Instrument;

/// The header that tells it.
pub const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// Gives the request its id. A caller's own id is not taken over: it could not be trusted to be unique or harmless.
pub async fn assign(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let id = app.requests.new_id();
    request.extensions_mut().insert(id);
    let span =
        tracing::info_span!("request", id = %id, method = %request.method(), path = request.uri().path());
    let mut response = next.run(request).instrument(span).await;
    // An answer that is given again has the id of the request that it answered first.
    if !response.headers().contains_key(HEADER) {
        let mut text = Vec::with_capacity(36);
        id.write(&mut text);
        if let Ok(value) = HeaderValue::from_bytes(&text) {
            response.headers_mut().insert(HEADER, value);
        }
    }
    response
}
