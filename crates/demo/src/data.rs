//! `GET /api/data/{resource}` and `DELETE /api/accounts/{id}`: the calls of a customer's server, made for the page and
//! shown to it as they went.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, Query, State},
};
use sahod_model::AccountId;
use sahod_outbound::Method;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::{error::Problem, open_api::with_query, session::user_id, state::DemoState};

/// What the page may read.
const RESOURCES: [&str; 12] = [
    "identities",
    "employments",
    "incomes",
    "transactions",
    "contributions",
    "liabilities",
    "ratings",
    "documents",
    "eincomes",
    "insights",
    "accounts",
    "tasks",
];

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DataQuery {
    #[serde(default)]
    user_id: String,
    size: Option<String>,
    cursor: Option<String>,
}

/// A call that was made, and what came back. Errors of the API are answers like others here: the page shows them.
#[derive(Serialize)]
pub(crate) struct Exchange {
    request: Shown,
    status: u16,
    body: Box<RawValue>,
}

#[derive(Serialize)]
struct Shown {
    method: &'static str,
    /// Path and query, as on the request line.
    path: String,
    /// The full address.
    url: String,
}

pub(crate) async fn get_data(
    State(demo): State<Arc<DemoState>>,
    Path(resource): Path<String>,
    Query(query): Query<DataQuery>,
) -> Result<Json<Exchange>, Problem> {
    if !RESOURCES.contains(&resource.as_str()) {
        return Err(Problem::NotFound("The demo does not show this resource."));
    }
    let user_id = user_id(&query.user_id)?;
    let path = with_query(
        &format!("/{resource}"),
        &[("userId", Some(&user_id)), ("size", query.size.as_deref()), ("cursor", query.cursor.as_deref())],
    );
    exchange(&demo, Method::Get, &path).await
}

pub(crate) async fn delete_account(
    State(demo): State<Arc<DemoState>>,
    Path(id): Path<String>,
) -> Result<Json<Exchange>, Problem> {
    let Ok(id) = id.parse::<AccountId>() else {
        return Err(Problem::BadRequest("This is not the id of an account."));
    };
    exchange(&demo, Method::Delete, &format!("/accounts/{id}")).await
}

async fn exchange(demo: &DemoState, method: Method, api_path: &str) -> Result<Json<Exchange>, Problem> {
    let answer = demo.open_api.call(method, api_path, None).await.map_err(Problem::Unreachable)?;
    let url = demo.open_api.url(api_path);
    let origin = crate::config::origin(&url).unwrap_or_default();
    let path = url[origin.len()..].to_owned();
    Ok(Json(Exchange {
        request: Shown { method: method.as_str(), path, url },
        status: answer.status,
        body: answer.body,
    }))
}
