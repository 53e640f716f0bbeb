//! `/accounts`

use axum::extract::{RawQuery, State};
use sahod_app::AccountFilter;
use sahod_model::Right;

use super::{exports, payloads};
use crate::{
    envelope::Reply,
    error::ApiError,
    list::{Filter, ListRequest},
    openapi::{Endpoints, Operation, Param},
    params::Params,
    state::{Authenticated, Path, Surface, path_id},
    wire::AccountWire,
};

pub(super) fn endpoints() -> Endpoints {
    Endpoints::new("Accounts", "The links of people to their logins at providers.")
        .get(
            "/accounts",
            list,
            Operation::new("list-accounts", "List accounts").page::<AccountWire<'_>, AccountQuery>(),
        )
        .get("/accounts/{id}", get, Operation::new("get-account", "Get an account").one::<AccountWire<'_>>())
        .get(
            "/accounts/{id}/payload",
            payloads::of_account,
            Operation::new("get-account-payload", "Get everything that came from an account")
                .about("At most 5,000 items of each kind, the newest; the lists have all of them.")
                .one::<payloads::AccountPayload>(),
        )
        .post(
            "/accounts/{id}/disableMonitor",
            disable_monitor,
            Operation::new("disable-account-monitor", "Stop reading an account again")
                .about("What was read stays. It cannot be switched on again but by linking anew."),
        )
        .post(
            "/accounts/{id}/exports/generate",
            exports::generate,
            Operation::new("generate-account-export", "Make a file of an account's data")
                .needs(Right::Read)
                .about(
                    "Everything that came from the account, as pages or as a table, for people. At most 5,000 data \
                     points of each kind, the newest.",
                )
                .body::<exports::GenerateExport>()
                .one::<exports::ExportWire<'_>>(),
        )
        .delete(
            "/accounts/{id}",
            revoke,
            Operation::new("delete-account", "Revoke an account").about(
                "Ends the sharing for good: everything that came from the account is unreadable at once and \
                 cannot be brought back. Revoking it again changes nothing.",
            ),
        )
}

/// `userId`, and `startDate`, `endDate` of the day on which the account was made.
struct AccountQuery(AccountFilter);

impl Filter for AccountQuery {
    const PARAMS: &'static [Param] = &[Param::USER_ID, Param::START_DATE, Param::END_DATE];

    fn read(params: &mut Params) -> Self {
        let user_id = params.user_id();
        let (from, to) = params.days();
        Self(AccountFilter { user_id, from, to, ..AccountFilter::default() })
    }
}

/// `GET /accounts`
async fn list(
    State(surface): State<Surface>,
    Authenticated(acting): Authenticated,
    RawQuery(query): RawQuery,
) -> Result<Reply, ApiError> {
    let request = ListRequest::<AccountQuery>::read(&surface.app, &acting, "accounts", query.as_deref())?;
    let page = surface.app.sources.list_accounts(&acting, &request.filter.0, &request.page).await?;
    let accounts: Vec<AccountWire<'_>> = page.items.iter().map(AccountWire::from).collect();
    Reply::list(&accounts, request.next_cursor(&surface.app, &acting, page.next)?)
}

/// `GET /accounts/{id}`
async fn get(
    State(surface): State<Surface>,
    Authenticated(acting): Authenticated,
    Path(id): Path<String>,
) -> Result<Reply, ApiError> {
    Reply::object(&AccountWire::from(&surface.app.sources.get_account(&acting, &path_id(&id)?).await?))
}

/// `POST /accounts/{accountId}/disableMonitor`
async fn disable_monitor(
    State(surface): State<Surface>,
    Authenticated(acting): Authenticated,
    Path(id): Path<String>,
) -> Result<Reply, ApiError> {
    surface.app.sources.disable_monitor(&acting, &path_id(&id)?).await?;
    Ok(Reply::nothing())
}

/// `DELETE /accounts/{id}`: revokes it.
async fn revoke(
    State(surface): State<Surface>,
    Authenticated(acting): Authenticated,
    Path(id): Path<String>,
) -> Result<Reply, ApiError> {
    surface.app.sharing.revoke_account(&acting, &path_id(&id)?).await?;
    Ok(Reply::nothing())
}
