//! The `web` surface: the widget's script for customers' pages, the widget's own page, and pictures.

use std::sync::Arc;

use axum::{
    Router,
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, header},
    response::{Redirect, Response},
    routing::get,
};
use sahod_app::App;
use sahod_model::{FileType, Mode};
use sahod_web::Bundle;
use tower_http::compression::CompressionLayer;

use crate::{
    assets::{FOREVER, HOURLY, asset},
    state::path_id,
};

/// What the pages of this surface may reach.
#[derive(Clone)]
struct Pages {
    app: App,
    wink_policy: HeaderValue,
}

/// Every path of the `web` surface. `link_origins` are the origins of the Link API, which the widget may call.
pub fn router(app: App, link_origins: &[String]) -> Router {
    // Without `frame-ancestors`: `*` would leave out pages without an address of their own (`srcdoc`).
    let policy = format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
         connect-src 'self' {}; base-uri 'none'; form-action 'none'",
        link_origins.join(" ")
    );
    let wink_policy =
        HeaderValue::from_str(&policy).unwrap_or_else(|_| HeaderValue::from_static("default-src 'none'"));
    Router::new()
        .route("/v2/smile.v2.js", get(|headers: HeaderMap| async move { script(&headers, "smile.v2.js") }))
        .route("/v1/smile.v1.js", get(|headers: HeaderMap| async move { script(&headers, "smile.v1.js") }))
        .route("/wink", get(|| async { Redirect::permanent("wink/") }))
        .route("/wink/", get(wink_page))
        .route("/wink/{*path}", get(wink_file))
        .route("/logos/{file}", get(logo))
        .layer(CompressionLayer::new())
        .with_state(Arc::new(Pages { app, wink_policy }))
}

fn script(headers: &HeaderMap, name: &'static str) -> Response {
    let mut response = asset(headers, Bundle::Sdk.file(name), HOURLY);
    // Customers' pages load it with `crossorigin` when they check its integrity.
    response.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    response
}

async fn wink_page(State(pages): State<Arc<Pages>>, headers: HeaderMap) -> Response {
    let mut response = asset(&headers, Bundle::Wink.file("index.html"), "no-cache");
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, pages.wink_policy.clone());
    response.headers_mut().insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}

async fn wink_file(headers: HeaderMap, Path(path): Path<String>) -> Response {
    let mut response = asset(&headers, Bundle::Wink.file(&path), FOREVER);
    // In a frame without an origin the page's own module scripts count as foreign and need this.
    response.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    response
}

async fn logo(State(pages): State<Arc<Pages>>, headers: HeaderMap, Path(file): Path<String>) -> Response {
    let picture = file.strip_suffix(".svg").and_then(|name| {
        if let Some(file_type) = FileType::from_name(name) {
            return Some(sahod_web::monogram(name, file_type.label()));
        }
        let id = path_id(name).ok()?;
        let provider = Mode::ALL.into_iter().find_map(|mode| pages.app.get_provider(mode, &id).ok())?;
        Some(sahod_web::monogram(provider.id.as_str(), &provider.name))
    });
    asset(&headers, picture, HOURLY)
}
