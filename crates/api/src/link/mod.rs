//! The Link API: what the widget calls. Described in `docs/link-api.md`.

mod accounts;
mod events;
mod providers;
mod receipts;
mod redirects;
mod sandbox_page;
mod sessions;
mod steps;
mod uploads;

use axum::{
    Router,
    http::{HeaderName, Method, header},
    middleware::from_fn_with_state,
    routing::{delete, get, post},
};
use tower_http::cors::{Any, CorsLayer};

use crate::{
    pages,
    state::Surface,
    uploads::{Places, admit},
};

/// Every path of the Link API, below `/v1`.
pub fn router(surface: Surface) -> Router {
    Router::new()
        .route("/v1/sessions", post(sessions::create))
        .route("/v1/sessions/current", get(sessions::current))
        .route("/v1/providers", get(providers::list))
        .route("/v1/providers/{id}", get(providers::get))
        .route("/v1/steps", post(steps::create))
        .route("/v1/uploads", get(uploads::list).post(uploads::create))
        .route("/v1/uploads/{id}", delete(uploads::revoke))
        .route("/v1/uploads/{id}/receipt", get(receipts::of_upload))
        .route("/v1/accounts", get(accounts::list).post(accounts::create))
        .route("/v1/accounts/{id}", delete(accounts::revoke))
        .route("/v1/accounts/{id}/progress", get(accounts::progress))
        .route("/v1/accounts/{id}/events", get(events::stream))
        .route("/v1/accounts/{id}/answers", post(accounts::answer))
        .route("/v1/accounts/{id}/resend", post(accounts::resend))
        .route("/v1/accounts/{id}/redirects", post(redirects::leave))
        .route("/v1/accounts/{id}/receipt", get(receipts::of_account))
        .route("/.well-known/jwks.json", get(receipts::keys))
        .route("/v1/oauth/callback", get(redirects::callback))
        .route("/v1/sandbox/authorize", get(sandbox_page::show))
        .route("/v1/sandbox/authorize/allow", post(sandbox_page::allow))
        .route("/v1/sandbox/authorize/deny", post(sandbox_page::deny))
        .route("/v1/page.css", get(pages::style))
        .route("/v1/icon.svg", get(pages::icon))
        .route_layer(from_fn_with_state(Places::default(), admit))
        .with_state(surface)
}

/// Lets pages of every origin, and of none, call the Link API: that is where the widget's frame may be. Requests carry
/// a token and never a cookie, so this gives a page nothing that it does not have already. It goes around everything
/// else, as a browser's question before the request (a preflight) is for no handler.
pub fn any_origin() -> CorsLayer {
    CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([Method::GET, Method::POST, Method::DELETE])
        .allow_headers([header::AUTHORIZATION, header::CONTENT_TYPE])
        .expose_headers([HeaderName::from_static("x-request-id"), header::RETRY_AFTER])
        .max_age(std::time::Duration::from_hours(1))
}
