//! `/users`

use axum::{
    extract::State,
    http::{Method, StatusCode},
};
use sahod_app::UserFilter;
use sahod_model::ExternalMetadata;
use schemars::JsonSchema;
use serde_json::Value;

use super::payloads;
use crate::{
    envelope::Reply,
    error::ApiError,
    fields::Fields,
    list::Filter,
    openapi::{Endpoints, Operation, Param},
    params::Params,
    state::{Authenticated, Surface},
    wire::{NewUserWire, TokenWire, UserWire},
};

/// Pairs of external metadata at most.
const MAX_PAIRS: usize = 5;
/// Pairs at most of which each one's fault is told: the answer to a body must not be many times as long.
const MAX_CHECKED: usize = 100;
/// Characters of a name or value at most.
const MAX_CHARS: usize = 500;

pub(super) fn endpoints() -> Endpoints {
    Endpoints::new("Users", "The people whose data is shared with your organisation.")
        .post(
            "/users",
            create,
            Operation::new("create-user", "Make a user")
                .about("Makes a user and its first link token. Hand the token to the widget on your page.")
                .optional_body::<CreateUser>()
                .one::<NewUserWire<'_>>()
                .created(),
        )
        .list(
            "/users",
            Operation::new("list-users", "List users"),
            |call, UserQuery(filter), page| async move {
                call.app.people.list_users(&call.acting, &filter, &page).await
            },
        )
        .get_one("/users/{id}", Operation::new("get-user", "Get a user"), |call, id| async move {
            call.app.people.get_user(&call.acting, &id).await
        })
        .get(
            "/users/{id}/payload",
            payloads::of_user,
            Operation::new("get-user-session-payload", "Get everything that a user shares")
                .about(
                    "The data of the user's newest 20 accounts, up to 300 items of each kind. A list's \
                     `nextCursor` goes on in the list of that name.",
                )
                .one::<payloads::UserPayload>(),
        )
        .act(
            (Method::POST, "/users/{id}/resetSession"),
            Operation::new("reset-user-session", "Reset a user's session").about(
                "Ends the user's link tokens and open widgets, so that the user starts anew with the next \
                 token. What is connected stays so.",
            ),
            |call, id| async move { call.app.people.reset_user_session(&call.acting, &id).await },
        )
        .act(
            (Method::DELETE, "/users/{id}"),
            Operation::new("delete-user", "Erase a user").about(
                "Revokes every account and archive of the user, ends its sessions, and deletes what you noted \
                 about it, its invite, its steps and its tasks, for good. That it consented, and when, stays on \
                 record. Erasing it again changes nothing.",
            ),
            |call, id| async move { call.app.sharing.erase_user(&call.acting, &id).await },
        )
}

/// What a user is made of.
#[derive(JsonSchema)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "only its shape is of use; `external_metadata` reads it")]
struct CreateUser {
    /// What you want to note about the user, such as your own number for it: at most five pairs of text.
    #[schemars(length(max = 5), inner(length(max = 500)))]
    external_metadata: Option<ExternalMetadata>,
}

/// `startDate`, `endDate` of the day on which the user was made.
struct UserQuery(UserFilter);

impl Filter for UserQuery {
    const PARAMS: &'static [Param] = &[Param::START_DATE, Param::END_DATE];

    fn read(params: &mut Params) -> Self {
        let (from, to) = params.days();
        Self(UserFilter { from, to })
    }
}

/// `POST /users`: makes a user and its first link token.
async fn create(
    State(surface): State<Surface>,
    Authenticated(acting): Authenticated,
    fields: Fields,
) -> Result<Reply, ApiError> {
    let external_metadata = external_metadata(fields)?;
    let (user, token) = surface.app.people.create_user(&acting, external_metadata).await?;
    let made = NewUserWire { user: UserWire::from(&user), token: TokenWire::from(&token) };
    Ok(Reply::object(&made)?.with_status(StatusCode::CREATED))
}

fn external_metadata(mut fields: Fields) -> Result<ExternalMetadata, ApiError> {
    let mut metadata = ExternalMetadata::new();
    match fields.value("externalMetadata") {
        None => {}
        Some(Value::Object(pairs)) => {
            if pairs.len() > MAX_PAIRS {
                fields.fault("externalMetadata", format!("must have at most {MAX_PAIRS} members"));
            }
            for (name, value) in pairs.into_iter().take(MAX_CHECKED) {
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
