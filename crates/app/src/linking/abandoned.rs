//! Ends what a dead node left half-done: link attempts that nobody works on any more.

use std::time::Duration;

use sahod_model::{AccountErrorCode, ProviderId, TaskStatus, TaskType, Timestamp, UserId};
use sahod_store::Scope;
use tokio::{sync::watch, time::sleep};

use super::{Linking, ending::Ending};
use crate::AppError;

/// How often a process says what it works on, and looks what others have left.
const LOOK_EVERY: Duration = Duration::from_secs(15);
/// How long what it said holds: with the next look, less than a minute.
const LEASE: Duration = Duration::from_secs(40);

impl Linking {
    /// Until when an attempt that begins or goes on now is not taken for abandoned.
    pub(super) fn lease(&self) -> Timestamp {
        self.services.clock.now().plus(LEASE)
    }

    /// Ends unfinished attempts, now and again and again, until `stop` is true. `alone` says that no other process works
    /// on the same database: then whatever is unfinished at the start is a dead process's.
    pub async fn end_abandoned_links(self, alone: bool, mut stop: watch::Receiver<bool>) {
        let mut before = if alone { self.services.clock.now() } else { self.oldest_living() };
        while !*stop.borrow() {
            for done in [self.end_links_before(before, |_, _| true).await, self.end_links_of_the_dead().await]
            {
                if let Err(error) = done {
                    tracing::error!(%error, "cannot end abandoned links");
                }
            }
            tokio::select! {
                () = sleep(LOOK_EVERY) => {}
                _ = stop.changed() => {}
            }
            before = self.oldest_living();
        }
    }

    /// Says which attempts this process works on, and ends those of which no process has said so for a while.
    pub async fn end_links_of_the_dead(&self) -> Result<(), AppError> {
        self.services.store.renew_links(&self.attempts.accounts(), self.lease()).await?;
        let now = self.services.clock.now();
        let dead = self.services.store.ended_links(now).await?;
        if dead.is_empty() {
            return Ok(());
        }
        // An account can be read again by another process while its link is over.
        let of_the_dead = |source: &str, task| {
            task == TaskType::LinkAccount && dead.iter().any(|dead| dead.as_str() == source)
        };
        self.end_links_before(now, of_the_dead).await?;
        Ok(self.services.store.forget_links(&dead, now).await?)
    }

    /// Ends the attempts of this node, which is about to stop, so that nobody waits for them.
    pub async fn stop_links(&self) {
        let ended = self.attempts.cancel_all();
        if let Err(error) =
            self.end_links_before(self.services.clock.now(), |source, _| ended.has(source)).await
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

    /// Ends what is unfinished since before that moment, of those sources and kinds of tasks.
    async fn end_links_before(
        &self,
        before: Timestamp,
        of: impl Fn(&str, TaskType) -> bool,
    ) -> Result<(), AppError> {
        let accounts = self.services.store.unfinished_accounts(before).await?;
        let linking = TaskType::LinkAccount;
        for (scope, account, attempt) in
            accounts.into_iter().filter(|(_, found, _)| of(found.id.as_str(), linking))
        {
            tracing::warn!(account = %account.id, "ending a link attempt that nobody works on");
            let scoped = self.services.store.scoped(&scope);
            let session = scoped.latest_submission(&account.user_id, &account.provider_id).await?;
            let ending =
                Ending { scope: &scope, account: &account, attempt: &attempt, session: session.as_ref() };
            self.fail_attempt(ending, AccountErrorCode::SystemError).await?;
        }
        let tasks = self.services.store.unfinished_tasks(before).await?;
        for (scope, task) in tasks.into_iter().filter(|(_, task)| of(task.source_id.as_str(), task.task_type))
        {
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
