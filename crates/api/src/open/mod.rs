//! The Open API: what a customer's server calls.

mod accounts;
mod items;
pub(crate) mod providers;
mod tasks;
mod tokens;
mod users;
mod webhooks;

use axum::Router;

use crate::{
    openapi::{self, Document, Endpoints},
    state::Surface,
};

/// Every endpoint, in the order of the reference.
fn endpoints() -> Vec<Endpoints> {
    let mut all = vec![
        providers::endpoints(),
        users::endpoints(),
        tokens::endpoints(),
        accounts::endpoints(),
        tasks::endpoints(),
        webhooks::endpoints(),
    ];
    all.extend(items::endpoints());
    all
}

/// Every path of the Open API, below `/v1`.
pub fn router(surface: Surface) -> Router {
    openapi::router(endpoints()).with_state(surface)
}

/// What they are.
pub fn document() -> Document {
    Document::new(&endpoints())
}
