//! Surfaces of plain pages: the docs, and what there is to say where a later part of the product will be.

use std::sync::{Arc, OnceLock};

use axum::{
    Router,
    extract::{Path, State},
    http::{StatusCode, header},
    response::{IntoResponse, Redirect, Response},
    routing::{MethodRouter, get},
};
use bytes::Bytes;
use sahod_app::samples;
use sahod_web::{doc_page, escape, page};

use crate::{
    assets::HOURLY,
    html::{html, icon, style},
    link, open,
    openapi::OpenApiDocument,
    urls::PublicUrls,
};

fn not_found(style: &str) -> Response {
    let body =
        "<h1>There is no such page</h1>\n<p>The address may have been mistyped, or the page has moved.</p>";
    html(StatusCode::NOT_FOUND, page("No such page", style, body))
}

/// The `docs` surface.
pub(crate) fn docs(urls: &PublicUrls) -> Router {
    Router::new()
        .route("/v1/openapi.json", described(open::document, urls))
        .route("/v1/link-openapi.json", described(link::document, urls))
        // Where the page about the Link API looks for it, beside itself as in the project's files.
        .route("/link-api.json", get(|| async { Redirect::temporary("v1/link-openapi.json") }))
        .route("/", get(|| async { doc("") }))
        .route("/page.css", get(style))
        .route("/icon.svg", get(icon))
        .route("/samples/{name}", get(|Path(name): Path<String>| async move { sample(&name) }))
        .route("/{name}", get(|Path(name): Path<String>| async move { doc(&name) }))
        .fallback(|| async { not_found("/page.css") })
}

/// The description of an API. It is made when it is first asked for, so that it does not hold up the start.
fn described(document: fn() -> OpenApiDocument, urls: &PublicUrls) -> MethodRouter {
    let text = OnceLock::new();
    let urls = urls.clone();
    let document =
        Arc::new(move || text.get_or_init(|| Bytes::from(document().at(&urls).to_string())).clone());
    get(|| async move { openapi_json(document()) })
}

/// For everyone, from anywhere: it tells no secrets, and tools of all kinds read it.
fn openapi_json(text: Bytes) -> Response {
    (
        [
            (header::CONTENT_TYPE, "application/json"),
            (header::CACHE_CONTROL, "public, max-age=300"),
            (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        ],
        text,
    )
        .into_response()
}

/// A document that the sandbox reads, for trying.
fn sample(name: &str) -> Response {
    let Some(sample) = samples::named(name) else { return not_found("../page.css") };
    let kept = (header::CACHE_CONTROL, HOURLY);
    ([(header::CONTENT_TYPE, sample.format.media_type()), kept], sample.file).into_response()
}

fn doc(name: &str) -> Response {
    doc_page(name, "page.css").map_or_else(|| not_found("page.css"), |text| html(StatusCode::OK, text))
}

/// The `user` surface. This version makes invitations and their addresses, but has no page for them yet.
pub(crate) fn user() -> Router {
    let gone = || async {
        let body = "<h1>This invitation cannot be opened</h1>\n<p>This server cannot show invitations yet. Please ask the \
                    organisation that sent it to you for another way.</p>";
        html(StatusCode::NOT_FOUND, page("Invitation", "page.css", body))
    };
    Router::new()
        .route("/", get(gone))
        .route("/page.css", get(style))
        .route("/icon.svg", get(icon))
        .fallback(gone)
}

/// The `portal` surface.
pub(crate) fn portal(urls: &PublicUrls) -> Router {
    let body = format!(
        "<h1>Developer portal</h1>\n<p>This version has no portal yet. Everything is in the API and on the command \
         line:</p>\n<nav aria-label=\"Where to go\"><ul>\n<li><a href=\"{docs}\">Read the docs</a></li>\n</ul></nav>\n\
         <p class=\"quiet\">An operator makes API keys with <code>sahod keys create</code>.</p>",
        docs = escape(&urls.docs)
    );
    let text = page("Sahod developer portal", "page.css", &body);
    Router::new()
        .route("/", get(|State(text): State<String>| async move { html(StatusCode::OK, text) }))
        .route("/page.css", get(style))
        .route("/icon.svg", get(icon))
        .fallback(|| async { not_found("page.css") })
        .with_state(text)
}
