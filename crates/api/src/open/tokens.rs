//! `/tokens`

use axum::{
    extract::{RawQuery, State},
    http::StatusCode,
};
use sahod_model::UserId;

use crate::{
    envelope::Reply,
    error::{ApiError, Code},
    params::Params,
    state::{Authenticated, Surface},
    wire::TokenWire,
};

/// `POST /tokens?userId=`: a new link token for a user.
pub(super) async fn create(
    State(surface): State<Surface>,
    Authenticated(caller): Authenticated,
    RawQuery(query): RawQuery,
) -> Result<Reply, ApiError> {
    let mut params = Params::parse(query.as_deref());
    let Some(user_id) = params.text("userId") else {
        params.fault("userId", "is required");
        return Err(params.finish().err().unwrap_or_else(|| Code::InvalidParameters.into()));
    };
    params.finish()?;
    // A text that is no user id at all names nobody: the same answer as for a user of another tenant.
    let user_id: UserId = user_id.parse().map_err(|_| ApiError::from(Code::MissingResource))?;
    let token = surface.app.issue_token(&caller.scope, &user_id).await?;
    Ok(Reply::object(&TokenWire::from(&token))?.with_status(StatusCode::CREATED))
}
