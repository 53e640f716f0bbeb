//! Ends what a dead node left half-done: link attempts that nobody works on any more.

use std::time::Duration;

use sahod_model::{AccountErrorCode, ProviderId, TaskStatus, TaskType, Timestamp, UserId};
use sahod_store::Scope;
use tokio::{sync::watch, time::sleep};

use super::{Linking, ending::Ending};
use crate::AppError;

const LOOK_EVERY: Duration = Duration::from_mins(1);

impl Linking {
    /// Ends unfinished attempts, now and every minute, until `stop` is true. `alone` says that no other process works
    /// on the same database: then whatever is unfinished at the start is a dead process's.
    pub async fn end_abandoned_links(self, alone: bool, mut stop: watch::Receiver<bool>) {
        let mut before = if alone { self.services.clock.now() } else { self.oldest_living() };
        while !*stop.borrow() {
            if let Err(error) = self.end_links_before(before, |_| true).await {
                tracing::error!(%error, "cannot end abandoned links");
            }
            tokio::select! {
                () = sleep(LOOK_EVERY) => {}
                _ = stop.changed() => {}
            }
            before = self.oldest_living();
        }
    }

    /// Ends the attempts of this node, which is about to stop, so that nobody waits for them.
    pub async fn stop_links(&self) {
        let ended = self.attempts.cancel_all();
        if let Err(error) =
            self.end_links_before(self.services.clock.now(), |account| ended.has(account)).await
        {
            tracing::error!(%error, "cannot end link attempts; the next start will");
        }
        // Only now do those who follow them look.
        drop(ended);
    }

    /// An attempt signs in and then reads, each within its lifetime: whatever began before both are over is dead.
    fn oldest_living(&self) -> Timestamp {
        let now = self.services.clock.now();
        let longest = self.services.config.link_lifetime * 2;
        Timestamp::from_micros(now.as_micros() - i64::try_from(longest.as_micros()).unwrap_or(i64::MAX))
    }

    /// Ends what is unfinished since before that moment, of those accounts.
    async fn end_links_before(&self, before: Timestamp, of: impl Fn(&str) -> bool) -> Result<(), AppError> {
        let accounts = self.services.store.unfinished_accounts(before).await?;
        for (scope, account, attempt) in accounts.into_iter().filter(|(_, found, _)| of(found.id.as_str())) {
            tracing::warn!(account = %account.id, "ending a link attempt that nobody works on");
            let scoped = self.services.store.scoped(&scope);
            let session = scoped.latest_submission(&account.user_id, &account.provider_id).await?;
            let ending =
                Ending { scope: &scope, account: &account, attempt: &attempt, session: session.as_ref() };
            self.fail_attempt(ending, AccountErrorCode::SystemError).await?;
        }
        let tasks = self.services.store.unfinished_tasks(before).await?;
        for (scope, task) in tasks.into_iter().filter(|(_, task)| of(task.source_id.as_str())) {
            tracing::warn!(task = %task.id, "ending a task that nobody works on");
            let found = self.services.store.scoped(&scope).datapoints_of(&task.source_id).await?;
            self.sources
                .finish_task(&scope, &task, TaskStatus::Failed, Some(AccountErrorCode::SystemError), &found)
                .await?;
            if task.task_type == TaskType::LinkAccount {
                self.note_lost(&scope, &task.user_id, &task.provider_id).await?;
            }
        }
        Ok(())
    }

    /// Notes the failure among the steps of the session in which the person tried it.
    async fn note_lost(&self, scope: &Scope, user: &UserId, provider: &ProviderId) -> Result<(), AppError> {
        if let Some(session) = self.services.store.scoped(scope).latest_submission(user, provider).await? {
            self.people.note_failure(scope, &session, provider, AccountErrorCode::SystemError).await;
        }
        Ok(())
    }
}
