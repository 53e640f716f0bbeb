//! What a process that died left unfinished.

use sahod_model::{Account, AccountId, Task, Timestamp};

use crate::{
    Store,
    accounts::{self, LinkAttempt},
    engine::{Row, params, statements},
    error::StoreError,
    scope::{self, Scope},
    tasks,
};

statements! {
    UNFINISHED_ACCOUNTS = concat!("SELECT ", scope::columns!(), ", ", accounts::columns!(), ", link_attempt
        FROM accounts JOIN scopes s ON s.number = scope
        WHERE status IN ('PENDING', 'AWAITING_MFA') AND link_attempt_at < $1 ORDER BY link_attempt_at");
    UNFINISHED_TASKS = concat!("SELECT ", scope::columns!(), ", ", tasks::columns!(), "
        FROM tasks JOIN scopes s ON s.number = scope
        WHERE finished_at IS NULL AND began_at < $1 ORDER BY began_at");
    RENEW_LINK = "UPDATE link_leases SET lease_until = $1 WHERE account_id = $2";
    ENDED_LINKS = "SELECT account_id FROM link_leases WHERE lease_until < $1 ORDER BY lease_until LIMIT $2";
    DELETE_LINK = "DELETE FROM link_leases WHERE account_id = $1 AND lease_until < $2";
}

/// Leases that are looked at together.
const LEASES: i64 = 1_000;

/// An account that is being connected, and the attempt that does so.
pub type UnfinishedAccount = (Scope, Account, LinkAttempt);

/// What is unfinished, by the machine's clock: how far a tenant's test clock is moved makes nothing old.
impl Store {
    /// Accounts that are being connected, and with which nothing has gone on since `before`.
    pub async fn unfinished_accounts(&self, before: Timestamp) -> Result<Vec<UnfinishedAccount>, StoreError> {
        let read = |row: Row<'_>| {
            let account = accounts::read_at(row, scope::COLUMNS)?;
            let number = row.int(scope::COLUMNS + accounts::COLUMNS)?;
            let attempt = LinkAttempt { account: account.id.clone(), number };
            Ok((Scope::from_row(row, 0)?, account, attempt))
        };
        self.data().query(UNFINISHED_ACCOUNTS, params![before], read).await
    }

    /// Tasks that began before that moment and have not ended.
    pub async fn unfinished_tasks(&self, before: Timestamp) -> Result<Vec<(Scope, Task)>, StoreError> {
        let read = |row: Row<'_>| Ok((Scope::from_row(row, 0)?, tasks::read_at(row, scope::COLUMNS)?));
        self.data().query(UNFINISHED_TASKS, params![before], read).await
    }

    /// Says that this process still works on the link attempts of those accounts.
    pub async fn renew_links(&self, accounts: &[AccountId], until: Timestamp) -> Result<(), StoreError> {
        let sets = accounts.iter().map(|account| params![until, account]).collect();
        let mut tx = self.begin().await?;
        tx.execute_many(RENEW_LINK, sets).await?;
        tx.commit().await
    }

    /// Accounts whose link attempt nobody works on any more.
    pub async fn ended_links(&self, now: Timestamp) -> Result<Vec<AccountId>, StoreError> {
        self.data().query(ENDED_LINKS, params![now, LEASES], |row| row.parsed(0)).await
    }

    /// Forgets the leases of those accounts, unless somebody works on them again.
    pub async fn forget_links(&self, accounts: &[AccountId], now: Timestamp) -> Result<(), StoreError> {
        let sets = accounts.iter().map(|account| params![account, now]).collect();
        let mut tx = self.begin().await?;
        tx.execute_many(DELETE_LINK, sets).await?;
        tx.commit().await
    }
}
