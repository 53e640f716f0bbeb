//! The job that deletes what has ended: a little at a time, once an hour, on one node.

use std::time::Duration;

use futures_util::future::BoxFuture;
use sahod_jobs::{ClaimedJob, Handler, Outcome};
use sahod_store::StoreError;

use super::Upkeep;
use crate::AppError;

const SWEEP: &str = "sweep.v1";
/// There is one such job, and this is its id on every node.
const ID: &str = "job-00000000000000000000000000000001";
const EVERY: Duration = Duration::from_hours(1);
/// How soon it goes on when there was more than it does at once.
const SOON: Duration = Duration::from_mins(1);
/// Rows in one transaction at most.
const BATCH: u16 = 500;
/// Transactions for one kind in one scope at most.
const BATCHES: u16 = 100;

impl Upkeep {
    /// Sees to it that the sweep runs from now on.
    pub async fn start_sweeping(&self) -> Result<(), AppError> {
        let id = ID.parse().map_err(AppError::internal)?;
        Ok(self.services.store.ensure_standing_job(&id, SWEEP, self.services.clock.now()).await?)
    }

    /// Deletes what has ended, up to so much of each kind, and says how much it was; whether that was all.
    pub async fn sweep(&self) -> Result<bool, AppError> {
        let store = &self.services.store;
        let mut all = self.swept("idempotency keys", || store.sweep_idempotency_keys(BATCH)).await?;
        all &= self.swept("link tokens", || store.sweep_link_tokens(BATCH)).await?;
        for scope in store.scope_numbers().await? {
            all &= self.swept("requests", || store.sweep_requests(scope, BATCH)).await?;
            all &= self.swept("attempts", || store.sweep_attempts(scope, BATCH)).await?;
            all &= self.swept("steps", || store.sweep_steps(scope, BATCH)).await?;
            all &= self.swept("erased users", || store.sweep_erased_users(scope, BATCH)).await?;
            all &= self.swept("events", || store.sweep_events(scope, BATCH)).await?;
        }
        Ok(all)
    }

    /// Deletes batch by batch, as long as time is as it should be.
    async fn swept<F>(&self, what: &'static str, batch: impl Fn() -> F) -> Result<bool, AppError>
    where
        F: Future<Output = Result<u64, StoreError>>,
    {
        let mut deleted = 0;
        let mut all = false;
        for _ in 0..BATCHES {
            if !self.time.is_sound() {
                break;
            }
            let count = batch().await?;
            deleted += count;
            if count < u64::from(BATCH) {
                all = true;
                break;
            }
        }
        if deleted > 0 {
            tracing::info!(deleted, what, "what had ended was swept");
        }
        Ok(all)
    }
}

/// Deletes what has ended, and comes back.
pub(crate) struct Sweep(Upkeep);

impl Sweep {
    pub(crate) const fn new(upkeep: Upkeep) -> Self {
        Self(upkeep)
    }
}

impl Handler for Sweep {
    fn kind(&self) -> &'static str {
        SWEEP
    }

    fn is_standing(&self) -> bool {
        true
    }

    fn is_ready(&self) -> bool {
        self.0.time.is_sound()
    }

    fn run<'a>(&'a self, _: &'a ClaimedJob) -> BoxFuture<'a, Outcome> {
        Box::pin(async {
            let (after, reason) = match self.0.sweep().await {
                Ok(true) => (EVERY, "done until the next time".into()),
                Ok(false) => (SOON, "there is more".into()),
                Err(error) => (EVERY, error.to_string().into()),
            };
            Outcome::Retry { after, reason }
        })
    }
}
