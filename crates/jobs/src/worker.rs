//! The loop that claims and runs jobs.

use std::{panic::AssertUnwindSafe, sync::Arc, time::Duration};

use futures_util::FutureExt as _;
use sahod_model::Clock;
use sahod_store::{ClaimedJob, Store, StoreError};
use tokio::{
    sync::watch,
    task::JoinSet,
    time::{MissedTickBehavior, interval, sleep, timeout},
};

use crate::{Handler, Outcome};

/// A job of which so many tries in a row panicked is given up.
pub const MOST_LOST: u32 = 8;
/// A try that panicked is followed by another after so long, each time twice as long.
const FIRST_RETRY: Duration = Duration::from_secs(10);
const LONGEST_RETRY: Duration = Duration::from_hours(1);

/// Bounds of a worker.
#[derive(Clone, Copy, Debug)]
pub struct WorkerConfig {
    /// How many jobs run at the same time.
    pub concurrency: usize,
    /// How long a claim holds without a heartbeat.
    pub lease: Duration,
    /// How long to wait at most before looking for jobs that another process enqueued.
    pub poll: Duration,
    /// How long running jobs may go on after the stop.
    pub grace: Duration,
}

impl Default for WorkerConfig {
    fn default() -> Self {
        Self {
            concurrency: 32,
            lease: Duration::from_mins(1),
            poll: Duration::from_secs(1),
            grace: Duration::from_secs(10),
        }
    }
}

/// Claims jobs and runs their handlers.
#[derive(Clone)]
pub struct Worker {
    store: Store,
    clock: Arc<dyn Clock>,
    handlers: Arc<[Box<dyn Handler>]>,
    config: WorkerConfig,
}

impl Worker {
    /// A worker for the kinds of those handlers.
    #[must_use]
    pub fn new(
        store: Store,
        clock: Arc<dyn Clock>,
        handlers: Vec<Box<dyn Handler>>,
        config: WorkerConfig,
    ) -> Self {
        Self { store, clock, handlers: handlers.into(), config }
    }

    /// Runs until `stop` is true, then lets running jobs end within the grace time. Jobs cut off after that are
    /// claimed again when their lease ends.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        let mut running = JoinSet::new();
        while !*stop.borrow() {
            let free = self.config.concurrency - running.len();
            let claimed = match self.claim(free).await {
                Ok(jobs) => jobs,
                Err(error) => {
                    tracing::error!(%error, "cannot claim jobs");
                    Vec::new()
                }
            };
            if claimed.is_empty() {
                self.wait(&mut running, &mut stop).await;
                continue;
            }
            for job in claimed {
                running.spawn(self.clone().run_one(job));
            }
            while running.try_join_next().is_some() {}
        }
        let drained =
            timeout(self.config.grace, async { while running.join_next().await.is_some() {} }).await;
        if drained.is_err() {
            tracing::warn!(jobs = running.len(), "jobs were cut off; they run again when their lease ends");
        }
    }

    async fn claim(&self, limit: usize) -> Result<Vec<ClaimedJob>, StoreError> {
        if limit == 0 {
            return Ok(Vec::new());
        }
        // Before the handlers are asked: what they find wrong with the present must not be what makes a job due.
        let now = self.clock.now();
        let ready = self.handlers.iter().filter(|handler| handler.is_ready());
        let kinds: Vec<_> = ready.map(|handler| handler.kind()).collect();
        self.store.claim_jobs(&kinds, limit, now, now.plus(self.config.lease)).await
    }

    /// Waits for a reason to look again: new jobs, a finished one that makes room, the poll time, or the stop.
    async fn wait(&self, running: &mut JoinSet<()>, stop: &mut watch::Receiver<bool>) {
        let full = running.len() >= self.config.concurrency;
        tokio::select! {
            () = self.store.jobs_ready(), if !full => {}
            () = sleep(self.config.poll) => {}
            _ = running.join_next(), if !running.is_empty() => {}
            _ = stop.changed() => {}
        }
    }

    async fn run_one(self, job: ClaimedJob) {
        let Some(handler) = self.handlers.iter().find(|handler| handler.kind() == job.kind) else {
            tracing::error!(job = %job.id, kind = job.kind, "claimed a job that has no handler");
            return;
        };
        let noted = if job.lost >= MOST_LOST && !handler.is_standing() {
            let reason = format!("{} tries in a row panicked", job.lost);
            self.note(&job, &Outcome::Fail { reason: reason.into() }).await
        } else {
            // A handler is only asked again with what the database has.
            let run = AssertUnwindSafe(async { handler.run(&job).await }).catch_unwind();
            let ended = tokio::select! {
                ended = run => ended,
                () = self.keep_lease(&job) => {
                    tracing::warn!(job = %job.id, kind = job.kind, "lost the lease; another worker has the job");
                    return;
                }
            };
            match ended {
                Ok(outcome) => self.note(&job, &outcome).await,
                // What it says could be personal.
                Err(_) => self.lose(&job).await,
            }
        };
        if let Err(error) = noted {
            tracing::error!(%error, job = %job.id, "cannot note how a job ended; it runs again when its lease ends");
        }
    }

    /// Ends when the lease is lost.
    async fn keep_lease(&self, job: &ClaimedJob) {
        let mut beat = interval(self.config.lease / 3);
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        beat.tick().await;
        loop {
            beat.tick().await;
            let until = self.clock.now().plus(self.config.lease);
            match self.store.heartbeat_job(&job.id, job.attempt, until).await {
                Ok(true) => {}
                Ok(false) => return,
                Err(error) => tracing::warn!(%error, job = %job.id, "cannot extend a lease"),
            }
        }
    }

    /// Notes that a try panicked.
    async fn lose(&self, job: &ClaimedJob) -> Result<(), StoreError> {
        let after = FIRST_RETRY.saturating_mul(1 << job.lost.min(10)).min(LONGEST_RETRY);
        tracing::error!(
            job = %job.id, kind = job.kind, attempt = job.attempt, lost = job.lost + 1, retry_s = after.as_secs(),
            "a job panicked"
        );
        let run_at = self.clock.now().plus(after);
        warn_unless(self.store.lose_job(&job.id, job.attempt, run_at, "it panicked").await?, job);
        Ok(())
    }

    async fn note(&self, job: &ClaimedJob, outcome: &Outcome) -> Result<(), StoreError> {
        let held = match outcome {
            Outcome::Done => self.store.finish_job(&job.id, job.attempt).await?,
            Outcome::Retry { after, reason } => {
                tracing::info!(job = %job.id, kind = job.kind, attempt = job.attempt, %reason, "job will be retried");
                self.store.retry_job(&job.id, job.attempt, self.clock.now().plus(*after), reason).await?
            }
            Outcome::Fail { reason } => {
                tracing::error!(job = %job.id, kind = job.kind, attempt = job.attempt, %reason, "job failed for good");
                self.store.fail_job(&job.id, job.attempt, reason).await?
            }
        };
        warn_unless(held, job);
        Ok(())
    }
}

fn warn_unless(held: bool, job: &ClaimedJob) {
    if !held {
        tracing::warn!(job = %job.id, "the job was taken over while it ran");
    }
}
