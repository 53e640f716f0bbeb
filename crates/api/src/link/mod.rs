//! The Link API: what the widget calls. `docs/link-api.md` explains it, and its document describes every operation.

mod accounts;
mod description;
mod events;
mod providers;
mod receipts;
mod redirects;
mod sandbox_page;
mod sessions;
mod steps;
mod trip_cookie;
mod uploads;
mod wire;

use axum::{
    Router,
    http::{HeaderName, Method, header},
    middleware::from_fn_with_state,
    routing::get,
};
use tower_http::cors::{Any, CorsLayer};

use crate::{
    file_places::Places,
    html::{icon, style},
    openapi::{self, Endpoints, OpenApiDocument},
    rate_limit::{FormLimits, enforce_forms},
    state::Surface,
    uploads::admit_person,
    urls::PublicUrls,
};

/// Every endpoint, in the order of the reference.
fn endpoints() -> Vec<Endpoints> {
    vec![
        sessions::endpoints(),
        providers::endpoints(),
        accounts::endpoints(),
        uploads::endpoints(),
        steps::endpoints(),
        receipts::endpoints(),
        redirects::endpoints(),
    ]
}

/// Every path of the Link API.
pub fn router(surface: Surface, forms: &FormLimits) -> Router {
    openapi::router(endpoints())
        // Not of the description: what its pages load.
        .route("/v1/page.css", get(style))
        .route("/v1/icon.svg", get(icon))
        .route_layer(from_fn_with_state((surface.clone(), Places::default()), admit_person))
        .route_layer(from_fn_with_state(forms.clone(), enforce_forms))
        .with_state(surface)
}

/// What they are.
pub fn document() -> OpenApiDocument {
    OpenApiDocument::new(&description::LINK_API, &endpoints())
}

/// The same as text for a file, with addresses of nobody's.
#[must_use]
pub fn kept_document() -> String {
    let urls = PublicUrls {
        link_sandbox: "https://link-sandbox.example.com".to_owned(),
        link: "https://link.example.com".to_owned(),
        ..PublicUrls::default()
    };
    format!("{:#}\n", document().at(&urls))
}

/// Lets pages of every origin, and of none, call the Link API: that is where the widget's frame may be. Requests carry
/// a token, and no answer goes by a cookie, so this gives a page nothing that it does not have already. It goes around everything
/// else, as a browser's question before the request (a preflight) is for no handler.
pub fn any_origin() -> CorsLayer {
    CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([Method::GET, Method::POST, Method::DELETE])
        .allow_headers([header::AUTHORIZATION, header::CONTENT_TYPE])
        .expose_headers([HeaderName::from_static("x-request-id"), header::RETRY_AFTER])
        .max_age(std::time::Duration::from_hours(1))
}
