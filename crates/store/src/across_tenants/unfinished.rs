//! What a process that died left unfinished.

use sahod_model::{Account, Task, Timestamp};

use crate::{
    Store, accounts,
    engine::{Row, params, statements},
    error::StoreError,
    scope::{self, Scope},
    tasks,
};

statements! {
    UNFINISHED_ACCOUNTS = concat!("SELECT ", scope::columns!(), ", ", accounts::columns!(), "
        FROM accounts JOIN scopes s ON s.number = scope
        WHERE status IN ('PENDING', 'AWAITING_MFA') AND updated_at < $1 + s.clock_shift ORDER BY updated_at");
    UNFINISHED_TASKS = concat!("SELECT ", scope::columns!(), ", ", tasks::columns!(), "
        FROM tasks JOIN scopes s ON s.number = scope
        WHERE finished_at IS NULL AND started_at < $1 + s.clock_shift ORDER BY started_at");
}

/// What is unfinished.
impl Store {
    /// Accounts that are being connected, and have not changed since `before`.
    pub async fn unfinished_accounts(&self, before: Timestamp) -> Result<Vec<(Scope, Account)>, StoreError> {
        let read = |row: Row<'_>| Ok((Scope::from_row(row, 0)?, accounts::read_at(row, scope::COLUMNS)?));
        self.data().query(UNFINISHED_ACCOUNTS, params![before], read).await
    }

    /// Tasks that began before that moment and have not ended.
    pub async fn unfinished_tasks(&self, before: Timestamp) -> Result<Vec<(Scope, Task)>, StoreError> {
        let read = |row: Row<'_>| Ok((Scope::from_row(row, 0)?, tasks::read_at(row, scope::COLUMNS)?));
        self.data().query(UNFINISHED_TASKS, params![before], read).await
    }
}
