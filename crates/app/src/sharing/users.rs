//! Erasing users: whatever they share is revoked, and then nothing is left that tells of them.
//!
//! The order is the promise, as of a revoke: a job that will finish it is made sure and the user's sessions end, each source is
//! revoked, the user's key is destroyed, and one transaction deletes the rows. What a person consented to stays, without a name, as
//! evidence that their data was there rightly.

use std::time::Duration;

use futures_util::future::BoxFuture;
use sahod_jobs::{ClaimedJob, Handler, Outcome};
use sahod_model::{Right, UserId};
use sahod_store::{EventFilter, NewJob, PageRequest, Scope};
use serde::{Deserialize, Serialize};

use super::Sharing;
use crate::{Acting, AppError, jobs::gone_or_retry};

const ERASE_USER: &str = "erase_user.v1";
/// How long the job waits before it repeats what the caller is doing right now.
const HEAD_START: Duration = Duration::from_secs(30);
/// Sources that are looked for at once.
const SOURCES: u16 = 100;
/// Somebody who links at the same moment is waited for so often; then the job goes on.
const ROUNDS: usize = 20;
/// Events that are read at once.
const EVENTS: u16 = 150;

#[derive(Serialize, Deserialize)]
struct Payload {
    scope: i64,
    user: UserId,
}

impl Sharing {
    /// Erases a user of a tenant, with everything of theirs: accounts, documents, sessions, invites. Repeating it changes nothing.
    pub async fn erase_user(&self, acting: &Acting, id: &UserId) -> Result<(), AppError> {
        let scope = acting.may(Right::Write)?;
        if self.services.store.scoped(scope).is_user_erased(id).await?.ok_or(AppError::Missing)? {
            return Ok(());
        }
        let payload = Payload { scope: scope.number(), user: id.clone() };
        let payload = serde_json::to_string(&payload).map_err(AppError::internal)?;
        let run_at = self.services.clock.now().plus(HEAD_START);
        let mut tx = self.services.store.begin().await?;
        let mut scoped = tx.scoped(scope);
        scoped.lock_user(id).await?;
        scoped.delete_link_tokens(id).await?;
        let job = tx.enqueue(&NewJob { kind: ERASE_USER, payload, run_at }).await?;
        tx.commit().await?;

        self.finish_erasing_user(acting, scope, id).await?;
        tracing::info!(user = %id, by = %acting, "a user was erased");

        let mut tx = self.services.store.begin().await?;
        tx.cancel_job(&job).await?;
        Ok(tx.commit().await?)
    }

    async fn finish_erasing_user(&self, acting: &Acting, scope: &Scope, id: &UserId) -> Result<(), AppError> {
        let store = &self.services.store;
        for _ in 0..ROUNDS {
            loop {
                let sources = store.scoped(scope).living_sources(id, SOURCES).await?;
                if sources.is_empty() {
                    break;
                }
                for source in sources {
                    self.revoke_source(acting, &source).await?;
                }
            }
            store.destroy_key(id.as_str()).await?;
            let mut tx = store.begin().await?;
            let mut scoped = tx.scoped(scope);
            scoped.lock_user(id).await?;
            if scoped.erase_user(id, self.services.now(scope)).await? {
                tx.commit().await?;
                return self.forget_answers_about(scope, id).await;
            }
            // They linked something at this moment.
            tx.rollback();
        }
        Err(AppError::Unavailable("the user links something all the time".to_owned()))
    }

    /// Deletes what receivers answered to events about a user: they may have named them.
    async fn forget_answers_about(&self, scope: &Scope, id: &UserId) -> Result<(), AppError> {
        let store = &self.services.store;
        let filter = EventFilter { user_id: Some(id.clone()), after: Some(0), ..EventFilter::default() };
        let mut request = PageRequest::first(EVENTS);
        loop {
            let page = store.scoped(scope).list_events(&filter, &request).await?;
            let events: Vec<_> = page.items.into_iter().map(|event| event.id).collect();
            store.delete_attempts(scope, &events).await?;
            match page.next {
                Some(next) => request.after = Some(next),
                None => return Ok(()),
            }
        }
    }
}

/// Finishes erasing a user when that was cut off.
pub(crate) struct EraseUser(Sharing);

impl EraseUser {
    pub(crate) const fn new(sharing: Sharing) -> Self {
        Self(sharing)
    }

    async fn finish(&self, payload: &str) -> Result<(), AppError> {
        let Payload { scope, user } = serde_json::from_str(payload).map_err(AppError::internal)?;
        let scope = self.0.services.store.scope_by_number(scope).await?.ok_or(AppError::Missing)?;
        self.0.finish_erasing_user(&Acting::job(ERASE_USER, scope.clone()), &scope, &user).await
    }
}

impl Handler for EraseUser {
    fn kind(&self) -> &'static str {
        ERASE_USER
    }

    fn run<'a>(&'a self, job: &'a ClaimedJob) -> BoxFuture<'a, Outcome> {
        Box::pin(async { gone_or_retry(self.finish(&job.payload).await, Duration::from_secs(10)) })
    }
}
