//! The Link API: what the widget calls. Described in `docs/link-api.md`.

mod accounts;
mod events;
mod providers;
mod sessions;

use axum::{
    Router,
    http::{HeaderName, Method, header},
    routing::{get, post},
};
use tower_http::cors::{Any, CorsLayer};

use crate::state::Surface;

/// Every path of the Link API, below `/v1`.
pub fn router(surface: Surface) -> Router {
    // The widget runs in frames of any origin, and of none. Requests carry a token and never a cookie, so letting
    // every origin in gives a page nothing that it does not have already.
    let cors = CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([Method::GET, Method::POST, Method::DELETE])
        .allow_headers([header::AUTHORIZATION, header::CONTENT_TYPE])
        .expose_headers([HeaderName::from_static("x-request-id"), header::RETRY_AFTER])
        .max_age(std::time::Duration::from_hours(1));
    Router::new()
        .route("/v1/sessions", post(sessions::create))
        .route("/v1/providers", get(providers::list))
        .route("/v1/providers/{id}", get(providers::get))
        .route("/v1/accounts", get(accounts::list).post(accounts::create))
        .route("/v1/accounts/{id}", axum::routing::delete(accounts::revoke))
        .route("/v1/accounts/{id}/progress", get(accounts::progress))
        .route("/v1/accounts/{id}/events", get(events::stream))
        .route("/v1/accounts/{id}/answers", post(accounts::answer))
        .layer(cors)
        .with_state(surface)
}
