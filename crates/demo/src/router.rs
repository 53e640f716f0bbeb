//! Every address of the demo, and the headers on every answer.

use std::sync::Arc;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::{HeaderName, HeaderValue, header},
    middleware::map_response,
    response::Response,
    routing::{delete, get, post},
};

use crate::{config::origin, data, error::Problem, page, session, state::DemoState, stream, webhook};

/// Events of a webhook without payload are some hundred bytes.
const MAX_BODY_BYTES: usize = 64 * 1024;

pub(crate) fn router(demo: &Arc<DemoState>) -> Router {
    let policy = content_security_policy(&demo.config.web_url);
    Router::new()
        .route("/", get(page::get_page))
        .route("/assets/{*path}", get(page::get_asset))
        .route("/api/config", get(page::get_config))
        .route("/api/session", post(session::post_session))
        .route("/api/data/{resource}", get(data::get_data))
        .route("/api/accounts/{id}", delete(data::delete_account))
        .route("/api/stream", get(stream::get_stream))
        .route("/webhook", post(webhook::post_webhook))
        .fallback(async || Problem::NotFound("There is no such page here."))
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .layer(map_response(move |response| {
            let answer = guarded(response, policy.clone());
            async { answer }
        }))
        .with_state(Arc::clone(demo))
}

/// The widget's script, its images and its frame come from the API's own site; everything else from here.
fn content_security_policy(web_url: &str) -> String {
    let web = origin(web_url).unwrap_or_default();
    format!(
        "default-src 'none'; script-src 'self' {web}; style-src 'self'; img-src 'self' data: {web}; \
         connect-src 'self'; frame-src {web}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
}

fn guarded(mut response: Response, policy: String) -> Response {
    let headers = response.headers_mut();
    if let Ok(policy) = HeaderValue::try_from(policy) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    for (name, value) in [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}
