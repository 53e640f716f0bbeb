//! The Open API: what a customer's server calls.

mod accounts;
mod consent_templates;
mod invite_templates;
mod invites;
mod items;
mod payloads;
pub(crate) mod providers;
mod requests;
mod tasks;
mod tokens;
mod users;
mod webhooks;

use axum::{Router, middleware::from_fn_with_state};

use crate::{
    idempotency,
    openapi::{self, Document, Endpoints},
    state::{Surface, authenticate},
};

/// Every endpoint, in the order of the reference.
fn endpoints() -> Vec<Endpoints> {
    let mut all = vec![
        providers::endpoints(),
        users::endpoints(),
        tokens::endpoints(),
        accounts::endpoints(),
        tasks::endpoints(),
        consent_templates::endpoints(),
        invite_templates::endpoints(),
        invites::endpoints(),
        webhooks::endpoints(),
        requests::endpoints(),
    ];
    all.extend(items::endpoints());
    all
}

/// Every path of the Open API, below `/v1`.
pub fn router(surface: Surface) -> Router {
    openapi::router(endpoints())
        // Around every route, those to come included; the first is the innermost.
        .route_layer(from_fn_with_state(surface.clone(), idempotency::answer_once))
        .route_layer(from_fn_with_state(surface.clone(), authenticate))
        .with_state(surface)
}

/// What they are.
pub fn document() -> Document {
    Document::new(&endpoints())
}
