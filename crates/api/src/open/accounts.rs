//! `/accounts`

use axum::http::Method;
use sahod_app::AccountFilter;
use sahod_model::Right;

use super::{exports, payloads};
use crate::{
    list::Filter,
    openapi::{Endpoints, Operation, Param},
    params::Params,
};

pub(super) fn endpoints() -> Endpoints {
    Endpoints::new("Accounts", "The links of people to their logins at providers.")
        .list(
            "/accounts",
            Operation::new("list-accounts", "List accounts"),
            |call, AccountQuery(filter), page| async move {
                call.app.sources.list_accounts(&call.acting, &filter, &page).await
            },
        )
        .get_one("/accounts/{id}", Operation::new("get-account", "Get an account"), |call, id| async move {
            call.app.sources.get_account(&call.acting, &id).await
        })
        .get(
            "/accounts/{id}/payload",
            payloads::of_account,
            Operation::new("get-account-payload", "Get everything that came from an account")
                .about("At most 5,000 items of each kind, the newest; the lists have all of them.")
                .one::<payloads::AccountPayload>(),
        )
        .act(
            (Method::POST, "/accounts/{id}/disableMonitor"),
            Operation::new("disable-account-monitor", "Stop reading an account again")
                .about("What was read stays. It cannot be switched on again but by linking anew."),
            |call, id| async move { call.app.sources.disable_monitor(&call.acting, &id).await },
        )
        .post(
            "/accounts/{id}/exports/generate",
            exports::generate,
            Operation::new("generate-account-export", "Make a file of an account's data")
                .needs(Right::Read)
                .about(
                    "Everything that came from the account, as pages or as a table, for people. At most \
                     5,000 data points of each kind, the newest.",
                )
                .body::<exports::GenerateExport>()
                .one::<exports::ExportWire<'_>>(),
        )
        .act(
            (Method::DELETE, "/accounts/{id}"),
            Operation::new("delete-account", "Revoke an account").about(
                "Ends the sharing for good: everything that came from the account is unreadable at once \
                 and cannot be brought back. Revoking it again changes nothing.",
            ),
            |call, id| async move { call.app.sharing.revoke_account(&call.acting, &id).await },
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
