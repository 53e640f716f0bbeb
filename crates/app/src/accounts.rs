//! Accounts, read, and taken off monitoring.

use sahod_model::{Account, AccountId, Datapoint, MonitorStatus, Timestamp};
use sahod_store::{AccountFilter, Page, PageRequest, Scope};

use crate::{App, AppError, sync::SYNC_ACCOUNT};

/// What is known of reading an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The kinds of data that are stored.
    pub datapoints: Vec<Datapoint>,
    /// When it was last read to the end; `None`: never.
    pub last_read_at: Option<Timestamp>,
    /// When it will be read again; `None`: it will not.
    pub next_read_at: Option<Timestamp>,
}

impl App {
    /// What is known of reading an account.
    pub async fn reading(&self, scope: &Scope, account: &Account) -> Result<Reading, AppError> {
        Ok(Reading {
            datapoints: self.store.scoped(scope).datapoints_of(&(&account.id).into()).await?,
            last_read_at: account.read_at,
            next_read_at: self.next_sync_at(scope, account).await?,
        })
    }

    /// The account of that id.
    pub async fn get_account(&self, scope: &Scope, id: &AccountId) -> Result<Account, AppError> {
        self.store.scoped(scope).get_account(id).await?.ok_or(AppError::Missing)
    }

    /// Has an account never read again month by month, whether or not it is at present: the tenant's wish is kept for the time
    /// when its provider or plan allows it. Repeating it changes nothing, and nothing is left to switch off on a revoked one.
    pub async fn disable_monitor(&self, scope: &Scope, id: &AccountId) -> Result<(), AppError> {
        self.get_account(scope, id).await?;
        let mut tx = self.store.begin().await?;
        let mut scoped = tx.scoped(scope);
        scoped.update_account_monitor(id, MonitorStatus::CustomerDisabled, self.now(scope)).await?;
        scoped.keep_source_session(id, None).await?;
        scoped.unschedule(&id.into(), SYNC_ACCOUNT).await?;
        Ok(tx.commit().await?)
    }

    /// A page of accounts, newest first.
    pub async fn list_accounts(
        &self,
        scope: &Scope,
        filter: &AccountFilter,
        page: &PageRequest,
    ) -> Result<Page<Account>, AppError> {
        Ok(self.store.scoped(scope).list_accounts(filter, page).await?)
    }
}
