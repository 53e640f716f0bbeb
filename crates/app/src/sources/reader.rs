//! Reads everything that a signed-in source has of an account, kind by kind, and works out what this system adds to it. The
//! first reading and every later one go through here.

use sahod_connectors::SourceSession;
use sahod_model::{Account, AccountErrorCode, Datapoint, Provider, TaskId, Timestamp, item::SourceItem};
use sahod_store::Scope;
use sahod_vault::DataKey;

use super::{Sources, derive::derive_eincomes, ingest::SourceAccount};
use crate::AppError;

/// Why a reading ended early.
pub(crate) enum ReadingStopped {
    /// The source, the person or this system made it fail.
    Failed(AccountErrorCode),
    /// The account is no longer connected, or another reading of it has begun: nothing more may be written.
    Revoked,
}

impl From<AppError> for ReadingStopped {
    fn from(error: AppError) -> Self {
        tracing::error!(%error, "a reading failed on our side");
        Self::Failed(AccountErrorCode::SystemError)
    }
}

impl From<sahod_store::StoreError> for ReadingStopped {
    fn from(error: sahod_store::StoreError) -> Self {
        AppError::from(error).into()
    }
}

/// An account that is read.
pub(crate) struct Reader {
    pub(crate) sources: Sources,
    pub(crate) scope: Scope,
    pub(crate) provider: Provider,
    pub(crate) account: Account,
    pub(crate) key: DataKey,
}

impl Reader {
    /// The present by the tenant's clock.
    pub(crate) fn now(&self) -> Timestamp {
        self.sources.services.now(&self.scope)
    }

    /// Reads every kind that the provider supports; each becomes visible and is announced as soon as it is stored, and is
    /// told to `stored` then.
    pub(crate) async fn read(
        &self,
        task: &TaskId,
        session: &mut dyn SourceSession,
        stored: &mut (dyn FnMut(Datapoint) + Send),
    ) -> Result<(), ReadingStopped> {
        let mut everything: Vec<SourceItem> = Vec::new();
        for kind in Datapoint::ALL {
            if kind.is_derived() || !self.provider.supported.contains(&kind) {
                continue;
            }
            let items = session.read(kind).await.map_err(|error| ReadingStopped::Failed(error.code()))?;
            everything.extend(items.iter().cloned());
            self.store(task, kind, items, stored).await?;
        }
        self.derive(task, &everything, stored).await
    }

    /// Works out what this system adds to what the source said: estimated incomes, links, and from all of it the insight.
    async fn derive(
        &self,
        task: &TaskId,
        read: &[SourceItem],
        stored: &mut (dyn FnMut(Datapoint) + Send),
    ) -> Result<(), ReadingStopped> {
        let supports = |kind| self.provider.supported.contains(&kind);
        if supports(Datapoint::Eincomes) {
            let (country, today) = (self.provider.country.as_deref(), self.now().date());
            let derived = derive_eincomes(country, &self.provider.id, read, today);
            self.store(task, Datapoint::Eincomes, derived, stored).await?;
        }
        let linked_on = if supports(Datapoint::Links) {
            self.sources.services.store.linked_elsewhere(&self.scope, &self.account.id).await?
        } else {
            None
        };
        if let Some(days) = &linked_on {
            let link = self.sources.derive_link(&self.scope, days);
            self.store(task, Datapoint::Links, vec![link], stored).await?;
        }
        if supports(Datapoint::Insights) {
            let source = (&self.account.id).into();
            let insight = self.sources.derive_insight(&self.scope, &source, linked_on).await?;
            self.store(task, Datapoint::Insights, vec![insight], stored).await?;
        }
        Ok(())
    }

    async fn store(
        &self,
        task: &TaskId,
        kind: Datapoint,
        items: Vec<SourceItem>,
        stored: &mut (dyn FnMut(Datapoint) + Send),
    ) -> Result<(), ReadingStopped> {
        if items.is_empty() {
            return Ok(());
        }
        let source = SourceAccount { scope: &self.scope, account: &self.account, key: &self.key, task };
        if !self.sources.ingest(&source, kind, items).await? {
            return Err(ReadingStopped::Revoked);
        }
        stored(kind);
        Ok(())
    }
}
