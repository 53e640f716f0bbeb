//! What a process that died left unfinished.

use sahod_model::{Account, Task, Timestamp};

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
}

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
}
