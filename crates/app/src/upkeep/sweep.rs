//! The job that deletes what has ended: a little at a time, once an hour, on one node.

use std::time::Duration;

use futures_util::future::BoxFuture;
use sahod_jobs::{ClaimedJob, Handler, Outcome};

use super::Upkeep;
use crate::AppError;

const SWEEP: &str = "sweep.v1";
/// There is one such job, and this is its id on every node.
const ID: &str = "job-00000000000000000000000000000001";
const EVERY: Duration = Duration::from_hours(1);
/// Rows in one transaction at most.
const BATCH: u16 = 500;

impl Upkeep {
    /// Sees to it that the sweep runs from now on.
    pub async fn start_sweeping(&self) -> Result<(), AppError> {
        let id = ID.parse().map_err(AppError::internal)?;
        Ok(self.services.store.ensure_standing_job(&id, SWEEP, self.services.clock.now()).await?)
    }

    /// Deletes everything that has ended.
    pub async fn sweep(&self) -> Result<(), AppError> {
        while self.services.store.sweep_idempotency_keys(BATCH).await? == u64::from(BATCH) {}
        while self.services.store.sweep_link_tokens(BATCH).await? == u64::from(BATCH) {}
        for scope in self.services.store.scope_numbers().await? {
            while self.services.store.sweep_requests(scope, BATCH).await? == u64::from(BATCH) {}
            while self.services.store.sweep_attempts(scope, BATCH).await? == u64::from(BATCH) {}
            while self.services.store.sweep_steps(scope, BATCH).await? == u64::from(BATCH) {}
            while self.services.store.sweep_events(scope, BATCH).await? == u64::from(BATCH) {}
        }
        Ok(())
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

    fn run<'a>(&'a self, _: &'a ClaimedJob) -> BoxFuture<'a, Outcome> {
        Box::pin(async {
            let reason = match self.0.sweep().await {
                Ok(()) => "done until the next time".into(),
                Err(error) => error.to_string().into(),
            };
            Outcome::Retry { after: EVERY, reason }
        })
    }
}
