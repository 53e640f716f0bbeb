//! Everything that a source has, at once. What is read is bounded, and read page by page.

use sahod_model::{Account, AccountId, ArchiveStatus, Datapoint, Right, SourceId, UserId};
use sahod_store::{AccountFilter, ArchiveFilter, ItemFilter, ItemPage, PageRequest, Scope};

use super::{Sources, payload_text::PayloadText};
use crate::{Acting, AppError};

/// Items of one kind in an account's payload at most.
const MOST_OF_ACCOUNT: usize = 5_000;
/// Items of one kind and source at most where a list can be gone on with.
const MOST_OF_LIST: usize = 300;
/// Accounts, and archives, in a user's payload at most.
const MOST_SOURCES: u16 = 20;
/// Items that are read at once.
const PAGE: usize = 150;

/// An account and the newest of its data points, without their metadata.
#[derive(Debug)]
pub(crate) struct AccountPayload {
    pub(crate) account: Account,
    /// Each kind in the order of [`Datapoint::ALL`], also those that the account has nothing of.
    pub(crate) kinds: Vec<(Datapoint, ItemPage)>,
}

impl Sources {
    /// An account's data points of every kind.
    pub(crate) async fn read_account(
        &self,
        scope: &Scope,
        id: &AccountId,
    ) -> Result<AccountPayload, AppError> {
        let account = self.find_account(scope, id).await?;
        let kinds = self.read_kinds(scope, &(&account.id).into(), MOST_OF_ACCOUNT).await?;
        Ok(AccountPayload { account, kinds })
    }

    /// The same as JSON text.
    pub async fn account_payload(&self, acting: &Acting, id: &AccountId) -> Result<Vec<u8>, AppError> {
        let scope = acting.may(Right::Read)?;
        let payload = self.read_account(scope, id).await?;
        Ok(PayloadText::of_account(&payload.account, &payload.kinds))
    }

    /// The first data points of every kind of a source, as JSON text.
    pub(crate) async fn source_payload(&self, scope: &Scope, source: &SourceId) -> Result<Vec<u8>, AppError> {
        let kinds = self.read_kinds(scope, source, MOST_OF_LIST).await?;
        let mut text = PayloadText::default();
        text.lists(&self.requests, scope, source, &kinds)?;
        Ok(text.into_bytes())
    }

    /// The data points of every kind of each of a user's newest accounts that are not revoked, and of its archives that were
    /// read, as JSON text.
    pub async fn user_payload(&self, acting: &Acting, id: &UserId) -> Result<Vec<u8>, AppError> {
        self.user_payload_in(acting.may(Right::Read)?, id).await
    }

    /// The same for what is read without anybody acting, such as the payload of an event.
    pub(crate) async fn user_payload_in(&self, scope: &Scope, id: &UserId) -> Result<Vec<u8>, AppError> {
        let scoped = self.services.store.scoped(scope);
        let session = scoped.get_user(id).await?.ok_or(AppError::Missing)?.session();
        let mut text = PayloadText::of_user(&session);
        let filter = AccountFilter {
            user_id: Some(id.clone()),
            exclude_disconnected: true,
            ..AccountFilter::default()
        };
        let page = PageRequest::first(MOST_SOURCES);
        text.begin_accounts();
        for account in scoped.list_accounts(&filter, &page).await?.items {
            let source = SourceId::from(&account.id);
            let kinds = self.read_kinds(scope, &source, MOST_OF_LIST).await?;
            text.begin_account(&account);
            text.lists(&self.requests, scope, &source, &kinds)?;
            text.end_source();
        }
        let filter = ArchiveFilter { user_id: Some(id.clone()), ..ArchiveFilter::default() };
        text.begin_archives();
        for archive in scoped.list_archives(&filter, &page).await?.items {
            if archive.status == ArchiveStatus::Analyzed {
                let source = SourceId::from(&archive.id);
                let kinds = self.read_kinds(scope, &source, MOST_OF_LIST).await?;
                text.begin_archive(&archive);
                text.lists(&self.requests, scope, &source, &kinds)?;
                text.end_source();
            }
        }
        Ok(text.end_user())
    }

    async fn read_kinds(
        &self,
        scope: &Scope,
        source: &SourceId,
        most: usize,
    ) -> Result<Vec<(Datapoint, ItemPage)>, AppError> {
        let present = self.services.store.scoped(scope).datapoints_of(source).await?;
        let mut kinds = Vec::new();
        for kind in Datapoint::ALL {
            let most = match kind {
                kind if !present.contains(&kind) => 0,
                kind if kind.is_single() => 1,
                _ => most,
            };
            kinds.push((kind, self.newest(scope, kind, source, most).await?));
        }
        Ok(kinds)
    }

    /// The newest items of a kind, up to `most`, as one page.
    async fn newest(
        &self,
        scope: &Scope,
        kind: Datapoint,
        source: &SourceId,
        most: usize,
    ) -> Result<ItemPage, AppError> {
        let scoped = self.services.store.scoped(scope);
        let filter = ItemFilter { source_id: Some(source.clone()), ..ItemFilter::default() };
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
