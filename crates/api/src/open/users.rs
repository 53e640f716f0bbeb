//! `/users`

use axum::{
    extract::{RawQuery, State},
    http::StatusCode,
};
use sahod_app::UserFilter;
use sahod_model::{Date, ExternalMetadata};
use serde_json::{Value, json};

use crate::{
    envelope::Reply,
    error::ApiError,
    fields::Fields,
    list::{Filter, ListRequest},
    params::Params,
    state::{Authenticated, Path, Surface, path_id},
    wire::{TokenWire, UserWire},
};

/// Pairs of external metadata at most.
const MAX_PAIRS: usize = 5;
/// Characters of a name or value at most.
const MAX_CHARS: usize = 500;

/// `startDate`, `endDate` of the day on which the user was made.
struct UserQuery(UserFilter);

impl Filter for UserQuery {
    const NAMES: &'static [&'static str] = &["startDate", "endDate"];

    fn read(params: &mut Params) -> Self {
        let (start, end) = params.span(("startDate", "endDate"), Params::date);
        Self(UserFilter { from: start.map(Date::start), to: end.map(Date::end) })
    }
}

/// `POST /users`: makes a user and its first link token.
pub(super) async fn create(
    State(surface): State<Surface>,
    Authenticated(caller): Authenticated,
    fields: Fields,
) -> Result<Reply, ApiError> {
    let external_metadata = external_metadata(fields)?;
    let (user, token) = surface.app.create_user(&caller.scope, external_metadata).await?;
    let data = json!({ "user": UserWire::from(&user), "token": TokenWire::from(&token) });
    Ok(Reply::object(&data)?.with_status(StatusCode::CREATED))
}

fn external_metadata(mut fields: Fields) -> Result<ExternalMetadata, ApiError> {
    let mut metadata = ExternalMetadata::new();
    match fields.value("externalMetadata") {
        None => {}
        Some(Value::Object(pairs)) => {
            if pairs.len() > MAX_PAIRS {
                fields.fault("externalMetadata", format!("must have at most {MAX_PAIRS} members"));
            }
            for (name, value) in pairs {
                match value {
                    Value::String(text)
                        if text.chars().count() <= MAX_CHARS && name.chars().count() <= MAX_CHARS =>
                    {
                        metadata.insert(name, text);
                    }
                    _ => {
                        let detail = format!("must be a string of at most {MAX_CHARS} characters");
                        fields.fault(format!("externalMetadata.{name}"), detail);
                    }
                }
            }
        }
        Some(_) => fields.fault("externalMetadata", "must be an object of strings"),
    }
    fields.finish(Some(metadata))
}

/// `GET /users/{id}`
pub(super) async fn get(
    State(surface): State<Surface>,
    Authenticated(caller): Authenticated,
    Path(id): Path<String>,
) -> Result<Reply, ApiError> {
    let user = surface.app.get_user(&caller.scope, &path_id(&id)?).await?;
    Reply::object(&UserWire::from(&user))
}

/// `POST /users/{id}/resetSession`
pub(super) async fn reset_session(
    State(surface): State<Surface>,
    Authenticated(caller): Authenticated,
    Path(id): Path<String>,
) -> Result<Reply, ApiError> {
    surface.app.reset_user_session(&caller.scope, &path_id(&id)?).await?;
    Ok(Reply::nothing())
}

/// `GET /users`
pub(super) async fn list(
    State(surface): State<Surface>,
    Authenticated(caller): Authenticated,
    RawQuery(query): RawQuery,
) -> Result<Reply, ApiError> {
    let request = ListRequest::<UserQuery>::read(&surface.app, &caller.scope, "users", query.as_deref())?;
    let page = surface.app.list_users(&caller.scope, &request.filter.0, &request.page).await?;
    let users: Vec<UserWire<'_>> = page.items.iter().map(UserWire::from).collect();
    Reply::list(&users, request.next_cursor(&surface.app, &caller.scope, page.next)?)
}
