//! The Open API: what a customer's server calls.

mod accounts;
mod items;
pub(crate) mod providers;
mod tasks;
mod tokens;
mod users;
mod webhooks;

use axum::{
    Router,
    routing::{get, post},
};
use sahod_model::Datapoint;

use crate::state::Surface;

/// Every path of the Open API, below `/v1`.
pub fn router(surface: Surface) -> Router {
    Router::new()
        .route("/v1/providers", get(providers::list))
        .route("/v1/providers/{id}", get(providers::get))
        .route("/v1/users", get(users::list).post(users::create))
        .route("/v1/users/{id}", get(users::get))
        .route("/v1/tokens", post(tokens::create))
        .route("/v1/accounts", get(accounts::list))
        .route("/v1/accounts/{id}", get(accounts::get).delete(accounts::revoke))
        .route("/v1/tasks", get(tasks::list))
        .route("/v1/tasks/{id}", get(tasks::get))
        .route("/v1/webhooks", get(webhooks::list).post(webhooks::create))
        .route("/v1/webhooks/{id}", get(webhooks::get).delete(webhooks::delete))
        .merge(items::routes("identities", Datapoint::Identities))
        .merge(items::routes("ratings", Datapoint::Ratings))
        .merge(items::routes("documents", Datapoint::Documents))
        .merge(items::dated_routes("transactions", Datapoint::Transactions))
        .merge(items::dated_routes("employments", Datapoint::Employments))
        .merge(items::dated_routes("incomes", Datapoint::Incomes))
        .merge(items::dated_routes("contributions", Datapoint::Contributions))
        .merge(items::dated_routes("liabilities", Datapoint::Liabilities))
        .merge(items::monthly_routes("eincomes", Datapoint::Eincomes))
        .merge(items::routes("links", Datapoint::Links))
        .merge(items::routes("insights", Datapoint::Insights))
        .with_state(surface)
}
