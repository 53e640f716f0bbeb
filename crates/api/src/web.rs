//! The `web` surface: the widget's script for customers' pages, the widget's own page, and pictures.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Path, RawQuery, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Redirect, Response},
    routing::get,
};
use form_urlencoded::parse;
use sahod_app::{App, Framing};
use sahod_model::{FileType, Mode};
use sahod_web::Bundle;
use serde_json::json;
use tower_http::compression::CompressionLayer;

use crate::{
    assets::{ALWAYS_CHECKED, FOREVER, HOURLY, asset},
    state::path_id,
};

/// What the pages of this surface may reach.
struct Pages {
    app: App,
    /// The policy of the widget's page, but for who may have it in a frame.
    wink_policy: String,
}

/// Every path of the `web` surface. `link_origins` are the origins of the Link API, which the widget may call.
pub fn router(app: App, link_origins: &[String]) -> Router {
    // Pictures from elsewhere: the logo of a Wink template.
    let wink_policy = format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: https:; font-src 'self'; \
         connect-src 'self' {}; base-uri 'none'; form-action 'none'",
        link_origins.join(" ")
    );
    Router::new()
        .route("/v2/smile.v2.js", get(|headers: HeaderMap| async move { script(&headers, "smile.v2.js") }))
        .route("/v1/smile.v1.js", get(|headers: HeaderMap| async move { script(&headers, "smile.v1.js") }))
        .route("/integrity.json", get(integrity))
        .route("/wink", get(wink_folder))
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

async fn wink_folder(RawQuery(query): RawQuery) -> Redirect {
    match query {
        Some(query) => Redirect::permanent(&format!("wink/?{query}")),
        None => Redirect::permanent("wink/"),
    }
}

/// `id` names the link token that the widget is opened for, so that the page is shown only where its tenant wants it.
async fn wink_page(
    State(pages): State<Arc<Pages>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let query = query.unwrap_or_default();
    let id = parse(query.as_bytes()).find(|(name, _)| name == "id").map(|(_, id)| id);
    // Nothing is shown without knowing where it may be.
    let Ok(framing) = pages.app.organisations.framing(id.as_deref()).await else {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    };
    let mut response = asset(&headers, Bundle::Wink.file("index.html"), ALWAYS_CHECKED);
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy(&pages.wink_policy, &framing));
    // Whoever leaves it for a source's own page shows by its origin that they come from here; more of it is told nobody.
    response.headers_mut().insert(header::REFERRER_POLICY, HeaderValue::from_static("origin"));
    response
}

fn policy(wink: &str, framing: &Framing) -> HeaderValue {
    let ancestors = match framing {
        // Left out: `*` would leave out pages without an address of their own (`srcdoc`).
        Framing::Anywhere => String::new(),
        Framing::At(origins) => {
            origins.iter().fold("; frame-ancestors".to_owned(), |policy, origin| format!("{policy} {origin}"))
        }
        Framing::Nowhere => "; frame-ancestors 'none'".to_owned(),
    };
    HeaderValue::from_str(&format!("{wink}{ancestors}"))
        .unwrap_or_else(|_| HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"))
}

/// The hashes of the scripts that customers' pages load, by their paths: for the `integrity` of their tags.
async fn integrity() -> Response {
    let hash = |name| Bundle::Sdk.file(name).map(|script| script.integrity());
    let body = Json(json!({ "v2/smile.v2.js": hash("smile.v2.js"), "v1/smile.v1.js": hash("smile.v1.js") }));
    let every_page = [(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"), (header::CACHE_CONTROL, ALWAYS_CHECKED)];
    (every_page, body).into_response()
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
        let provider = Mode::ALL.into_iter().find_map(|mode| pages.app.linking.find_provider(mode, &id))?;
        Some(sahod_web::monogram(provider.id.as_str(), &provider.name))
    });
    asset(&headers, picture, HOURLY)
}
