//! Revoking: an account's data becomes unreadable at once and for good.
//!
//! The order is the promise: the key goes first, then the rows, then running work, then the event. A crash in between
//! leaves data unreadable, never readable; the job that was enqueued before anything else then finishes the rest.

use std::time::Duration;

use futures_util::future::BoxFuture;
use sahod_jobs::{ClaimedJob, Handler, Outcome};
use sahod_model::{Account, AccountId, ConnectionStatus, EventData};
use sahod_store::{NewJob, Scope};
use serde::{Deserialize, Serialize};

use crate::{App, AppError, Session, ingest::end_running_tasks, link::account_event, sharing};

const REVOKE_ACCOUNT: &str = "revoke_account.v1";

/// How long the job waits before it repeats what the caller is doing right now.
const HEAD_START: Duration = Duration::from_secs(30);

#[derive(Debug, Serialize, Deserialize)]
struct Payload {
    scope: i64,
    account: AccountId,
}

impl App {
    /// Revokes an account of a tenant. Repeating it changes nothing.
    pub async fn revoke_account(&self, scope: &Scope, id: &AccountId) -> Result<(), AppError> {
        let account = self.get_account(scope, id).await?;
        if account.status == ConnectionStatus::Disconnected {
            return Ok(());
        }
        let payload = Payload { scope: scope.number(), account: id.clone() };
        let payload = serde_json::to_string(&payload).map_err(AppError::internal)?;
        let mut tx = self.store.begin().await?;
        let run_at = self.clock.now().plus(HEAD_START);
        let job = tx.enqueue(&NewJob { kind: REVOKE_ACCOUNT, payload, run_at }).await?;
        tx.commit().await?;

        self.finish_revoke(scope, &account).await?;

        let mut tx = self.store.begin().await?;
        tx.cancel_job(&job).await?;
        Ok(tx.commit().await?)
    }

    /// Revokes an account of the session's person.
    pub async fn revoke_own_account(&self, session: &Session, id: &AccountId) -> Result<(), AppError> {
        let account = self.own_account(session, id).await?;
        self.revoke_account(&session.scope, &account.id).await
    }

    async fn finish_revoke(&self, scope: &Scope, account: &Account) -> Result<(), AppError> {
        let source = (&account.id).into();
        self.store.destroy_key(account.id.as_str()).await?;

        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        let mut scoped = tx.scoped(scope);
        scoped.lock_user(&account.user_id).await?;
        let shared = scoped.shares_something(&account.user_id).await?;
        let changed =
            scoped.update_account_status(&account.id, ConnectionStatus::Disconnected, None, now).await?;
        scoped.delete_items(&source).await?;
        scoped.clear_login(&account.id).await?;
        if changed {
            end_running_tasks(&mut scoped, &source, now).await?;
            let event = EventData::AccountDisconnected(account_event(account));
            scoped.append_event(&event, Some(&source)).await?;
            if shared && !scoped.shares_something(&account.user_id).await? {
                sharing::ended(&mut scoped, &account.user_id, now).await?;
            }
        }
        tx.commit().await?;
        self.links.cancel(&account.id);
        Ok(())
    }
}

/// Finishes a revoke that was cut off.
pub(crate) struct RevokeAccount(App);

impl RevokeAccount {
    pub(crate) const fn new(app: App) -> Self {
        Self(app)
    }

    async fn finish(&self, payload: &str) -> Result<(), AppError> {
        let payload: Payload = serde_json::from_str(payload).map_err(AppError::internal)?;
        let Some(scope) = self.0.store.scope_by_number(payload.scope).await? else { return Ok(()) };
        let account = self.0.get_account(&scope, &payload.account).await?;
        self.0.finish_revoke(&scope, &account).await
    }
}

impl Handler for RevokeAccount {
    fn kind(&self) -> &'static str {
        REVOKE_ACCOUNT
    }

    fn run<'a>(&'a self, job: &'a ClaimedJob) -> BoxFuture<'a, Outcome> {
        Box::pin(async {
            match self.finish(&job.payload).await {
                Ok(()) | Err(AppError::Missing) => Outcome::Done,
                Err(error) => {
                    Outcome::Retry { after: Duration::from_secs(10), reason: error.to_string().into() }
                }
            }
        })
    }
}
