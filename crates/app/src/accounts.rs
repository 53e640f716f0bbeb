//! Accounts, read.

use sahod_model::{Account, AccountId};
use sahod_store::{AccountFilter, Page, PageRequest, Scope};

use crate::{App, AppError};

impl App {
    /// The account of that id.
    pub async fn get_account(&self, scope: &Scope, id: &AccountId) -> Result<Account, AppError> {
        self.store.scoped(scope).get_account(id).await?.ok_or(AppError::Missing)
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
