//! Everything that a source has, at once. What is read is bounded, and read page by page.

use sahod_model::{Account, AccountId, Datapoint, UserId, UserSession};
use sahod_store::{AccountFilter, ItemFilter, ItemPage, PageRequest, Scope};

use crate::{App, AppError};

/// Items of one kind in an account's payload at most.
const MOST_OF_ACCOUNT: usize = 5_000;
/// Items of one kind and account in a user's payload at most.
const MOST_OF_USER: usize = 300;
/// Accounts in a user's payload at most.
const MOST_ACCOUNTS: u16 = 20;
/// Items that are read at once.
const PAGE: usize = 150;

/// An account and the newest of its data points, without their metadata.
#[derive(Debug)]
pub struct AccountPayload {
    /// The account.
    pub account: Account,
    /// Each kind in the order of [`Datapoint::ALL`], also those that the account has nothing of.
    pub kinds: Vec<(Datapoint, ItemPage)>,
}

/// A user and the payloads of its accounts.
#[derive(Debug)]
pub struct UserPayload {
    /// How far the user has come.
    pub session: UserSession,
    /// Its newest accounts that are not revoked.
    pub accounts: Vec<AccountPayload>,
}

impl App {
    /// An account's data points of every kind.
    pub async fn account_payload(&self, scope: &Scope, id: &AccountId) -> Result<AccountPayload, AppError> {
        let account = self.get_account(scope, id).await?;
        self.read_payload(scope, account, MOST_OF_ACCOUNT).await
    }

    /// The data points of every kind of each of a user's accounts.
    pub async fn user_payload(&self, scope: &Scope, id: &UserId) -> Result<UserPayload, AppError> {
        let session = self.get_user(scope, id).await?.session();
        let filter = AccountFilter {
            user_id: Some(id.clone()),
            exclude_disconnected: true,
            ..AccountFilter::default()
        };
        let found = self.list_accounts(scope, &filter, &PageRequest::first(MOST_ACCOUNTS)).await?;
        let mut accounts = Vec::new();
        for account in found.items {
            accounts.push(self.read_payload(scope, account, MOST_OF_USER).await?);
        }
        Ok(UserPayload { session, accounts })
    }

    async fn read_payload(
        &self,
        scope: &Scope,
        account: Account,
        most: usize,
    ) -> Result<AccountPayload, AppError> {
        let present = self.store.scoped(scope).datapoints_of(&(&account.id).into()).await?;
        let mut kinds = Vec::new();
        for kind in Datapoint::ALL {
            let most = match kind {
                kind if !present.contains(&kind) => 0,
                kind if kind.is_single() => 1,
                _ => most,
            };
            kinds.push((kind, self.newest(scope, kind, &account, most).await?));
        }
        Ok(AccountPayload { account, kinds })
    }

    /// The newest items of a kind, up to `most`, as one page.
    async fn newest(
        &self,
        scope: &Scope,
        kind: Datapoint,
        account: &Account,
        most: usize,
    ) -> Result<ItemPage, AppError> {
        let scoped = self.store.scoped(scope);
        let filter = ItemFilter { source_id: Some((&account.id).into()), ..ItemFilter::default() };
        let mut whole = ItemPage { body: Vec::new(), next: None, count: 0 };
        let mut wanted = most;
        while wanted > 0 {
            let size = u16::try_from(wanted.min(PAGE)).map_err(AppError::internal)?;
            let request = PageRequest { size, after: whole.next.take() };
            let page = scoped.list_item_contents(kind, &filter, &request).await?;
            if whole.count > 0 && page.count > 0 {
                whole.body.push(b',');
            }
            whole.body.extend_from_slice(&page.body);
            whole.count += page.count;
            whole.next = page.next;
            wanted = if whole.next.is_some() { wanted.saturating_sub(size.into()) } else { 0 };
        }
        Ok(whole)
    }
}
