//! `/tokens`

use axum::{
    extract::{RawQuery, State},
    http::StatusCode,
};
use sahod_model::UserId;

use crate::{
    envelope::Reply,
    error::{ApiError, Code},
    openapi::{Endpoints, Operation, Param, Value},
    params::Params,
    state::{Authenticated, Surface},
    wire::TokenWire,
};

pub(super) fn endpoints() -> Endpoints {
    const USER: Param = Param::new("userId", Value::Text, "The user who is to open the widget.").required();
    Endpoints::new("Tokens", "What opens the widget for a user.").post(
        "/tokens",
        create,
        Operation::new("create-token", "Make a link token")
            .about("A link token opens the widget once, within five hours. Make a new one each time a user comes back.")
            .query(&[USER])
            .one::<TokenWire<'_>>()
            .created(),
    )
}

/// `POST /tokens?userId=`: a new link token for a user.
async fn create(
    State(surface): State<Surface>,
    Authenticated(acting): Authenticated,
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
    let token = surface.app.people.issue_token(&acting, &user_id).await?;
    Ok(Reply::object(&TokenWire::from(&token))?.with_status(StatusCode::CREATED))
}
