//! The Open API: what a customer's server calls.

mod accounts;
mod archives;
mod attempts;
mod consent_templates;
mod deliveries;
mod description;
mod event_bodies;
mod events;
mod exports;
mod file_types;
mod files;
mod invite_templates;
mod invites;
mod items;
mod origins;
pub(crate) mod payloads;
pub(crate) mod providers;
mod requests;
mod scenarios;
mod steps;
mod tasks;
mod test_clock;
mod tokens;
mod uploads;
mod users;
mod webhooks;
mod wink_templates;

use axum::{Router, middleware::from_fn_with_state, routing::get};

use crate::{
    file_places::Places,
    idempotency,
    openapi::{self, Endpoints, OpenApiDocument},
    state::{Surface, authenticate},
    uploads::admit_key,
};

/// Every endpoint, in the order of the reference.
fn endpoints() -> Vec<Endpoints> {
    let mut all = vec![
        providers::endpoints(),
        users::endpoints(),
        tokens::endpoints(),
        accounts::endpoints(),
        archives::endpoints(),
        uploads::endpoints(),
        file_types::endpoints(),
        tasks::endpoints(),
        consent_templates::endpoints(),
        invite_templates::endpoints(),
        wink_templates::endpoints(),
        origins::endpoints(),
        steps::endpoints(),
        invites::endpoints(),
        deliveries::add_to(webhooks::endpoints()),
        events::endpoints(),
        requests::endpoints(),
        scenarios::endpoints(),
        test_clock::endpoints(),
    ];
    all.extend(items::endpoints());
    all
}

/// Every path of the Open API, below `/v1`.
pub fn router(surface: Surface) -> Router {
    openapi::router(endpoints())
        // Not of the description: whoever has an address fetches it as it is.
        .route("/v1/files", get(files::get))
        // Around every route, those to come included; the first is the innermost.
        .route_layer(from_fn_with_state(surface.clone(), idempotency::answer_once))
        .route_layer(from_fn_with_state((surface.clone(), Places::default()), admit_key))
        .route_layer(from_fn_with_state(surface.clone(), authenticate))
        .with_state(surface)
}

/// What they are.
pub fn document() -> OpenApiDocument {
    OpenApiDocument::new(&description::OPEN_API, &endpoints())
}
