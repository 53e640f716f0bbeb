//! Accounts, read, and taken off monitoring.

use sahod_model::{Account, AccountId, Datapoint, MonitorStatus, Right, Timestamp};
use sahod_store::{AccountFilter, Page, PageRequest, Scope};

use super::{SYNC_ACCOUNT, Sources};
use crate::{Acting, AppError, Session};

/// What is known of reading an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadingDates {
    /// The kinds of data that are stored.
    pub datapoints: Vec<Datapoint>,
    /// When it was last read to the end; `None`: never.
    pub last_read_at: Option<Timestamp>,
    /// When it will be read again; `None`: it will not.
    pub next_read_at: Option<Timestamp>,
}

impl Sources {
    /// What is known of reading an account of the session's person.
    pub async fn reading_dates(&self, acting: &Acting, account: &Account) -> Result<ReadingDates, AppError> {
        let scope = &acting.may_share()?.scope;
        Ok(ReadingDates {
            datapoints: self.services.store.scoped(scope).datapoints_of(&(&account.id).into()).await?,
            last_read_at: account.read_at,
            next_read_at: self.next_sync_at(scope, account).await?,
        })
    }

    /// The account of that id.
    pub async fn get_account(&self, acting: &Acting, id: &AccountId) -> Result<Account, AppError> {
        self.find_account(acting.may(Right::Read)?, id).await
    }

    pub(crate) async fn find_account(&self, scope: &Scope, id: &AccountId) -> Result<Account, AppError> {
        self.services.store.scoped(scope).get_account(id).await?.ok_or(AppError::Missing)
    }

    /// The account, when it is the session's person's.
    pub(crate) async fn find_own_account(
        &self,
        session: &Session,
        id: &AccountId,
    ) -> Result<Account, AppError> {
        let account = self.find_account(&session.scope, id).await?;
        if account.user_id == session.user_id { Ok(account) } else { Err(AppError::Missing) }
    }

    /// A page of what the session's person connected, or tried to, and did not revoke, newest first.
    pub async fn list_own_accounts(
        &self,
        acting: &Acting,
        page: &PageRequest,
    ) -> Result<Page<Account>, AppError> {
        let session = acting.may_share()?;
        let filter = AccountFilter {
            user_id: Some(session.user_id.clone()),
            exclude_disconnected: true,
            ..AccountFilter::default()
        };
        Ok(self.services.store.scoped(&session.scope).list_accounts(&filter, page).await?)
    }

    /// Has an account never read again month by month, whether or not it is at present: the tenant's wish is kept for the time
    /// when its provider or plan allows it. Repeating it changes nothing, and nothing is left to switch off on a revoked one.
    pub async fn disable_monitor(&self, acting: &Acting, id: &AccountId) -> Result<(), AppError> {
        let scope = acting.may(Right::Write)?;
        let account = self.find_account(scope, id).await?;
        let mut tx = self.services.store.begin().await?;
        let mut scoped = tx.scoped(scope);
        scoped.lock_user(&account.user_id).await?;
        scoped.update_account_monitor(id, MonitorStatus::CustomerDisabled, self.services.now(scope)).await?;
        scoped.keep_source_session(id, None).await?;
        scoped.unschedule(&id.into(), SYNC_ACCOUNT).await?;
        Ok(tx.commit().await?)
    }

    /// A page of accounts, newest first.
    pub async fn list_accounts(
        &self,
        acting: &Acting,
        filter: &AccountFilter,
        page: &PageRequest,
    ) -> Result<Page<Account>, AppError> {
        let scope = acting.may(Right::Read)?;
        Ok(self.services.store.scoped(scope).list_accounts(filter, page).await?)
    }
}
