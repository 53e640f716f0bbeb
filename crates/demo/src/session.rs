//! `POST /api/session`: a new applicant, or the same one again, with a fresh link token for the widget.

use std::sync::Arc;

use axum::{
    Json,
    extract::{State, rejection::JsonRejection},
};
use sahod_model::UserId;
use sahod_outbound::Method;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{error::Problem, open_api::with_query, state::DemoState};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct SessionRequest {
    user_id: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Session {
    user_id: String,
    /// Good for opening the widget once. The only secret that a customer's page may hold.
    user_token: String,
}

#[derive(Deserialize)]
struct Created {
    user: CreatedUser,
    token: Token,
}

#[derive(Deserialize)]
struct CreatedUser {
    id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Token {
    access_token: String,
}

pub(crate) async fn post_session(
    State(demo): State<Arc<DemoState>>,
    request: Result<Json<SessionRequest>, JsonRejection>,
) -> Result<Json<Session>, Problem> {
    let Ok(Json(request)) = request else {
        return Err(Problem::BadRequest("The body must be {} or {\"userId\": \"…\"}."));
    };
    let session = match request.user_id {
        Some(given) => returning_applicant(&demo, user_id(&given)?).await,
        None => new_applicant(&demo).await,
    };
    session.map(Json)
}

async fn new_applicant(demo: &DemoState) -> Result<Session, Problem> {
    // What a customer would put here: its own number for the person.
    let reference = format!("demo-{}", hex::encode(demo.random.array::<4>()));
    let body = json!({ "externalMetadata": { "customerRef": reference } });
    let answer = demo.open_api.call(Method::Post, "/users", Some(&body)).await;
    let created: Created = answer.map_err(Problem::Unreachable)?.data()?;
    Ok(Session { user_id: created.user.id, user_token: created.token.access_token })
}

async fn returning_applicant(demo: &DemoState, user_id: String) -> Result<Session, Problem> {
    let path = with_query("/tokens", &[("userId", Some(&user_id))]);
    let answer = demo.open_api.call(Method::Post, &path, None).await.map_err(Problem::Unreachable)?;
    if answer.status == 404 {
        return Err(Problem::UnknownUser);
    }
    let token: Token = answer.data()?;
    Ok(Session { user_id, user_token: token.access_token })
}

/// An applicant's id, checked before it becomes part of a path or a filter.
pub(crate) fn user_id(text: &str) -> Result<String, Problem> {
    match text.parse::<UserId>() {
        Ok(id) => Ok(id.as_str().to_owned()),
        Err(_) => Err(Problem::BadRequest("userId is not the id of an applicant.")),
    }
}
