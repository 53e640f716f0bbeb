//! Revoking: what came from a source becomes unreadable at once and for good.
//!
//! The order is the promise: a job that will finish it is made sure, the key is destroyed, one transaction deletes the rows and
//! writes the event, running work is stopped, files are deleted. A crash in between leaves data unreadable, never readable, and
//! the job does the rest.

use std::time::Duration;

use futures_util::future::BoxFuture;
use sahod_jobs::{ClaimedJob, Handler, Outcome};
use sahod_model::{
    Account, AccountId, Archive, ArchiveId, ArchiveStatus, ConnectionStatus, EventData, Right, SourceId,
    Timestamp, UserId,
};
use sahod_store::{NewJob, Scope};

use super::Sharing;
use crate::{
    Acting, AppError,
    documents::archive_event,
    jobs::gone_or_retry,
    people::sharing_ended,
    sources::{ERASE_SOURCE, SYNC_ACCOUNT, SourceJob, account_event, end_running_tasks},
};

const REVOKE_SOURCE: &str = "revoke_source.v1";

/// How long the job waits before it repeats what the caller is doing right now.
const HEAD_START: Duration = Duration::from_secs(30);

const DAY_MICROS: i64 = 24 * 3600 * 1_000_000;

/// What is revoked.
enum Revocable {
    Account(Account),
    Archive(Box<Archive>),
}

impl Revocable {
    fn id(&self) -> SourceId {
        match self {
            Self::Account(account) => (&account.id).into(),
            Self::Archive(archive) => (&archive.id).into(),
        }
    }

    const fn user(&self) -> &UserId {
        match self {
            Self::Account(account) => &account.user_id,
            Self::Archive(archive) => &archive.user_id,
        }
    }

    fn is_revoked(&self) -> bool {
        match self {
            Self::Account(account) => account.status == ConnectionStatus::Disconnected,
            Self::Archive(archive) => archive.status == ArchiveStatus::Revoked,
        }
    }
}

impl Sharing {
    /// Revokes an account of a tenant. Repeating it changes nothing.
    pub async fn revoke_account(&self, acting: &Acting, id: &AccountId) -> Result<(), AppError> {
        let scope = acting.may(Right::Write)?;
        self.revoke(acting, scope, Revocable::Account(self.sources.find_account(scope, id).await?)).await
    }

    /// Revokes an account of the session's person.
    pub async fn revoke_own_account(&self, acting: &Acting, id: &AccountId) -> Result<(), AppError> {
        let session = acting.may_share()?;
        let account = self.sources.find_own_account(session, id).await?;
        self.revoke(acting, &session.scope, Revocable::Account(account)).await
    }

    /// Revokes an archive of a tenant, its files included. Repeating it changes nothing.
    pub async fn revoke_archive(&self, acting: &Acting, id: &ArchiveId) -> Result<(), AppError> {
        let scope = acting.may(Right::Write)?;
        self.revoke(
            acting,
            scope,
            Revocable::Archive(Box::new(self.documents.find_archive(scope, id).await?)),
        )
        .await
    }

    /// Revokes an archive of the session's person, its files included.
    pub async fn revoke_own_archive(&self, acting: &Acting, id: &ArchiveId) -> Result<(), AppError> {
        let session = acting.may_share()?;
        let archive = self.documents.find_own_archive(session, id).await?;
        self.revoke(acting, &session.scope, Revocable::Archive(Box::new(archive))).await
    }

    /// Has the revoke finished of every source whose key was destroyed since that moment: those that were cut off, and those
    /// that this data does not know of because it is an older copy. For the start.
    pub async fn finish_revokes_since(&self, acting: &Acting, since: Timestamp) -> Result<(), AppError> {
        acting.may_operate()?;
        // Machines' clocks differ, and a copy takes its time.
        let since = Timestamp::from_micros(since.as_micros().saturating_sub(DAY_MICROS));
        for (scope, source) in self.services.store.revoked_since(since).await? {
            tracing::warn!(%source, "its key is destroyed: the revoke of a source is being finished");
            let payload = SourceJob::new(&scope, &source).to_payload()?;
            self.services.enqueue_now(REVOKE_SOURCE, payload, Duration::ZERO).await?;
        }
        Ok(())
    }

    /// Revokes whatever has that id.
    pub(super) async fn revoke_source(&self, acting: &Acting, id: &SourceId) -> Result<(), AppError> {
        let scope = acting.may(Right::Write)?;
        let source = self.find_source(scope, id).await?;
        self.revoke(acting, scope, source).await
    }

    async fn find_source(&self, scope: &Scope, id: &SourceId) -> Result<Revocable, AppError> {
        if let Ok(account) = id.as_str().parse::<AccountId>() {
            return Ok(Revocable::Account(self.sources.find_account(scope, &account).await?));
        }
        let archive = id.as_str().parse::<ArchiveId>().map_err(AppError::internal)?;
        Ok(Revocable::Archive(Box::new(self.documents.find_archive(scope, &archive).await?)))
    }

    async fn revoke(&self, acting: &Acting, scope: &Scope, source: Revocable) -> Result<(), AppError> {
        if source.is_revoked() {
            return Ok(());
        }
        let payload = SourceJob::new(scope, &source.id()).to_payload()?;
        let mut tx = self.services.store.begin().await?;
        let run_at = self.services.clock.now().plus(HEAD_START);
        let job = tx.enqueue(&NewJob { kind: REVOKE_SOURCE, payload, run_at }).await?;
        tx.commit().await?;

        self.finish_revoke(scope, &source).await?;
        tracing::info!(source = %source.id(), by = %acting, "a source was revoked");

        let mut tx = self.services.store.begin().await?;
        tx.cancel_job(&job).await?;
        Ok(tx.commit().await?)
    }

    async fn finish_revoke(&self, scope: &Scope, source: &Revocable) -> Result<(), AppError> {
        let (id, user) = (source.id(), source.user());
        self.services.store.destroy_key(id.as_str()).await?;

        let now = self.services.now(scope);
        let mut tx = self.services.store.begin().await?;
        let mut scoped = tx.scoped(scope);
        scoped.lock_user(user).await?;
        let shared = scoped.shares_something(user).await?;
        let (changed, event) = match source {
            Revocable::Account(account) => {
                let to = ConnectionStatus::Disconnected;
                let changed = scoped.update_account_status(&account.id, to, None, now).await?;
                scoped.clear_login(&account.id).await?;
                (changed, EventData::AccountDisconnected(account_event(account)))
            }
            Revocable::Archive(archive) => {
                let changed = scoped.revoke_archive(&archive.id, now).await?;
                (changed, EventData::ArchiveRevoked(archive_event(archive)))
            }
        };
        scoped.delete_items(&id).await?;
        for kind in [SYNC_ACCOUNT, ERASE_SOURCE] {
            scoped.unschedule(&id, kind).await?;
        }
        if changed {
            end_running_tasks(&mut scoped, &id, now).await?;
            scoped.append_event(&event, Some(&id)).await?;
            if shared && !scoped.shares_something(user).await? {
                sharing_ended(&mut scoped, user, now).await?;
            }
        }
        tx.commit().await?;
        match source {
            Revocable::Account(account) => {
                self.linking.cancel(&account.id);
                Ok(())
            }
            Revocable::Archive(archive) => {
                self.documents.delete_raw_files(&archive.id, archive.file_count).await
            }
        }
    }
}

/// Finishes a revoke that was cut off.
pub(crate) struct RevokeSource(Sharing);

impl RevokeSource {
    pub(crate) const fn new(sharing: Sharing) -> Self {
        Self(sharing)
    }

    async fn finish(&self, payload: &str) -> Result<(), AppError> {
        let (scope, id) = SourceJob::read(&self.0.services.store, payload).await?;
        let source = self.0.find_source(&scope, &id).await?;
        self.0.finish_revoke(&scope, &source).await
    }
}

impl Handler for RevokeSource {
    fn kind(&self) -> &'static str {
        REVOKE_SOURCE
    }

    fn run<'a>(&'a self, job: &'a ClaimedJob) -> BoxFuture<'a, Outcome> {
        Box::pin(async { gone_or_retry(self.finish(&job.payload).await, Duration::from_secs(10)) })
    }
}
