//! `/accounts`

use axum::extract::{RawQuery, State};
use sahod_app::AccountFilter;
use sahod_model::Date;

use crate::{
    envelope::Reply,
    error::ApiError,
    list::{Filter, ListRequest},
    params::Params,
    state::{Authenticated, Path, Surface, path_id},
    wire,
};

/// `userId`, and `startDate`, `endDate` of the day on which the account was made.
struct AccountQuery(AccountFilter);

impl Filter for AccountQuery {
    const NAMES: &'static [&'static str] = &["userId", "startDate", "endDate"];

    fn read(params: &mut Params) -> Self {
        let user_id = params.read("userId", "a user's id", |text| text.parse().ok());
        let (start, end) = params.span(("startDate", "endDate"), Params::date);
        Self(AccountFilter {
            user_id,
            from: start.map(Date::start),
            to: end.map(Date::end),
            ..AccountFilter::default()
        })
    }
}

/// `GET /accounts`
pub(super) async fn list(
    State(surface): State<Surface>,
    Authenticated(caller): Authenticated,
    RawQuery(query): RawQuery,
) -> Result<Reply, ApiError> {
    let request =
        ListRequest::<AccountQuery>::read(&surface.app, &caller.scope, "accounts", query.as_deref())?;
    let page = surface.app.list_accounts(&caller.scope, &request.filter.0, &request.page).await?;
    let accounts: Vec<serde_json::Value> = page.items.iter().map(wire::account).collect();
    Reply::list(&accounts, request.next_cursor(&surface.app, &caller.scope, page.next)?)
}

/// `GET /accounts/{id}`
pub(super) async fn get(
    State(surface): State<Surface>,
    Authenticated(caller): Authenticated,
    Path(id): Path<String>,
) -> Result<Reply, ApiError> {
    Reply::object(&wire::account(&surface.app.get_account(&caller.scope, &path_id(&id)?).await?))
}

/// `POST /accounts/{accountId}/disableMonitor`
pub(super) async fn disable_monitor(
    State(surface): State<Surface>,
    Authenticated(caller): Authenticated,
    Path(id): Path<String>,
) -> Result<Reply, ApiError> {
    surface.app.disable_monitor(&caller.scope, &path_id(&id)?).await?;
    Ok(Reply::nothing())
}

/// `DELETE /accounts/{id}`: revokes it.
pub(super) async fn revoke(
    State(surface): State<Surface>,
    Authenticated(caller): Authenticated,
    Path(id): Path<String>,
) -> Result<Reply, ApiError> {
    surface.app.revoke_account(&caller.scope, &path_id(&id)?).await?;
    Ok(Reply::nothing())
}
