//! The job that deletes what has ended: a little at a time, once an hour, on one node.

use std::time::Duration;

use futures_util::future::BoxFuture;
use sahod_jobs::{ClaimedJob, Handler, Outcome};

use crate::{App, AppError};

const SWEEP: &str = "sweep.v1";
/// There is one such job, and this is its id on every node.
const ID: &str = "job-00000000000000000000000000000001";
const EVERY: Duration = Duration::from_hours(1);
/// Rows in one transaction at most.
const BATCH: u16 = 500;

impl App {
    /// Sees to it that the sweep runs from now on.
    pub async fn start_sweeping(&self) -> Result<(), AppError> {
        let id = ID.parse().map_err(AppError::internal)?;
        Ok(self.store.ensure_standing_job(&id, SWEEP, self.clock.now()).await?)
    }

    /// Deletes everything that has ended.
    pub async fn sweep(&self) -> Result<(), AppError> {
        while self.store.sweep_idempotency_keys(BATCH).await? == u64::from(BATCH) {}
        for scope in self.store.scope_numbers().await? {
            while self.store.sweep_requests(scope, BATCH).await? == u64::from(BATCH) {}
            while self.store.sweep_attempts(scope, BATCH).await? == u64::from(BATCH) {}
            while self.store.sweep_steps(scope, BATCH).await? == u64::from(BATCH) {}
            while self.store.sweep_events(scope, BATCH).await? == u64::from(BATCH) {}
        }
        Ok(())
    }
}

/// Deletes what has ended, and comes back.
pub(crate) struct Sweep(App);

impl Sweep {
    pub(crate) const fn new(app: App) -> Self {
        Self(app)
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
