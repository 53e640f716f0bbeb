//! Revoking: what came from a source becomes unreadable at once and for good.
//!
//! The order is the promise: the key goes first, then the rows, then running work and files, then the event. A crash in
//! between leaves data unreadable, never readable; the job that was enqueued before anything else then finishes the rest.

use std::time::Duration;

use futures_util::future::BoxFuture;
use sahod_jobs::{ClaimedJob, Handler, Outcome};
use sahod_model::{
    Account, AccountId, Archive, ArchiveId, ArchiveStatus, ConnectionStatus, EventData, SourceId, UserId,
};
use sahod_store::{NewJob, Scope};

use crate::{
    App, AppError, Session,
    archives::archive_event,
    background::{SourceJob, done_or_retry},
    ingest::end_running_tasks,
    link::account_event,
    retain::ERASE_SOURCE,
    sharing,
    sync::SYNC_ACCOUNT,
};

const REVOKE_SOURCE: &str = "revoke_source.v1";

/// How long the job waits before it repeats what the caller is doing right now.
const HEAD_START: Duration = Duration::from_secs(30);

/// What is revoked.
enum Source {
    Account(Account),
    Archive(Box<Archive>),
}

impl Source {
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

impl App {
    /// Revokes an account of a tenant. Repeating it changes nothing.
    pub async fn revoke_account(&self, scope: &Scope, id: &AccountId) -> Result<(), AppError> {
        self.revoke(scope, Source::Account(self.get_account(scope, id).await?)).await
    }

    /// Revokes an account of the session's person.
    pub async fn revoke_own_account(&self, session: &Session, id: &AccountId) -> Result<(), AppError> {
        let account = self.own_account(session, id).await?;
        self.revoke(&session.scope, Source::Account(account)).await
    }

    /// Revokes an archive of a tenant, its files included. Repeating it changes nothing.
    pub async fn revoke_archive(&self, scope: &Scope, id: &ArchiveId) -> Result<(), AppError> {
        self.revoke(scope, Source::Archive(Box::new(self.get_archive(scope, id).await?))).await
    }

    /// Revokes an archive of the session's person, its files included.
    pub async fn revoke_own_archive(&self, session: &Session, id: &ArchiveId) -> Result<(), AppError> {
        let archive = self.own_archive(session, id).await?;
        self.revoke(&session.scope, Source::Archive(Box::new(archive))).await
    }

    /// Revokes whatever has that id.
    pub(crate) async fn revoke_source(&self, scope: &Scope, id: &SourceId) -> Result<(), AppError> {
        let source = self.find_source(scope, id).await?;
        self.revoke(scope, source).await
    }

    async fn find_source(&self, scope: &Scope, id: &SourceId) -> Result<Source, AppError> {
        if let Ok(account) = id.as_str().parse::<AccountId>() {
            return Ok(Source::Account(self.get_account(scope, &account).await?));
        }
        let archive = id.as_str().parse::<ArchiveId>().map_err(AppError::internal)?;
        Ok(Source::Archive(Box::new(self.get_archive(scope, &archive).await?)))
    }

    async fn revoke(&self, scope: &Scope, source: Source) -> Result<(), AppError> {
        if source.is_revoked() {
            return Ok(());
        }
        let payload = SourceJob::new(scope, &source.id()).to_payload()?;
        let mut tx = self.store.begin().await?;
        let run_at = self.clock.now().plus(HEAD_START);
        let job = tx.enqueue(&NewJob { kind: REVOKE_SOURCE, payload, run_at }).await?;
        tx.commit().await?;

        self.finish_revoke(scope, &source).await?;

        let mut tx = self.store.begin().await?;
        tx.cancel_job(&job).await?;
        Ok(tx.commit().await?)
    }

    async fn finish_revoke(&self, scope: &Scope, source: &Source) -> Result<(), AppError> {
        let (id, user) = (source.id(), source.user());
        self.store.destroy_key(id.as_str()).await?;

        let now = self.now(scope);
        let mut tx = self.store.begin().await?;
        let mut scoped = tx.scoped(scope);
        scoped.lock_user(user).await?;
        let shared = scoped.shares_something(user).await?;
        let (changed, event) = match source {
            Source::Account(account) => {
                let to = ConnectionStatus::Disconnected;
                let changed = scoped.update_account_status(&account.id, to, None, now).await?;
                scoped.clear_login(&account.id).await?;
                (changed, EventData::AccountDisconnected(account_event(account)))
            }
            Source::Archive(archive) => {
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
                sharing::ended(&mut scoped, user, now).await?;
            }
        }
        tx.commit().await?;
        match source {
            Source::Account(account) => {
                self.links.cancel(&account.id);
                Ok(())
            }
            Source::Archive(archive) => self.delete_raw_files(&archive.id, archive.file_count).await,
        }
    }
}

/// Finishes a revoke that was cut off.
pub(crate) struct RevokeSource(App);

impl RevokeSource {
    pub(crate) const fn new(app: App) -> Self {
        Self(app)
    }

    async fn finish(&self, payload: &str) -> Result<(), AppError> {
        let (scope, id) = SourceJob::read(&self.0, payload).await?;
        let source = self.0.find_source(&scope, &id).await?;
        self.0.finish_revoke(&scope, &source).await
    }
}

impl Handler for RevokeSource {
    fn kind(&self) -> &'static str {
        REVOKE_SOURCE
    }

    fn run<'a>(&'a self, job: &'a ClaimedJob) -> BoxFuture<'a, Outcome> {
        Box::pin(async {
            match self.finish(&job.payload).await {
                Err(AppError::Missing) => Outcome::Done,
                other => done_or_retry(other, Duration::from_secs(10)),
            }
        })
    }
}
