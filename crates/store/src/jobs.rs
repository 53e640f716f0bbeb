//! Jobs: background work, enqueued in the transaction that wants it. Who runs them is in [`crate::across_tenants`].

use sahod_model::{JobId, SourceId, Timestamp};

use crate::{
    engine::{Row, params, statements},
    error::StoreError,
    scope::{Scoped, ScopedTx},
    tx::Tx,
};

statements! {
    INSERT_JOB = "INSERT INTO jobs (id, kind, payload, due_at, leased, attempt, created_at) VALUES ($1, $2, $3, $4, 0, 0, $5)";
    DELETE_JOB = "DELETE FROM jobs WHERE id = $1";
    SCHEDULE_JOB = "INSERT INTO jobs (id, kind, payload, due_at, leased, attempt, created_at, scope, subject)
        VALUES ($1, $2, $3, $4, 0, 0, $5, $6, $7)
        ON CONFLICT (subject, kind) WHERE subject IS NOT NULL
        DO UPDATE SET due_at = excluded.due_at, leased = 0, attempt = 0, lost = 0, reason = NULL, failed_at = NULL";
    UNSCHEDULE_JOB = "DELETE FROM jobs WHERE subject = $1 AND kind = $2 AND scope = $3 AND leased = 0";
    GET_SCHEDULED = "SELECT due_at FROM jobs WHERE subject = $1 AND kind = $2 AND scope = $3";
}

/// A job to be enqueued.
#[derive(Clone, Debug)]
pub struct NewJob {
    /// Verb, noun and version, such as `sync_account.v1`: letters, digits, `_` and `.`.
    pub kind: &'static str,
    /// What it needs, as JSON: ids only, nothing secret or personal.
    pub payload: String,
    /// Not before this moment.
    pub run_at: Timestamp,
}

/// A job that a worker has to itself until its lease ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimedJob {
    /// Its id.
    pub id: JobId,
    /// What it does.
    pub kind: String,
    /// What it needs, as JSON.
    pub payload: String,
    /// Which try this is, from 1. Whoever finishes must name it: a worker that lost its lease cannot.
    pub attempt: u32,
    /// How many tries in a row before this one panicked. One that a dying process took with it does not count: there are many
    /// reasons for that, and none of them is the job's.
    pub lost: u32,
}

/// A job that was given up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeadJob {
    /// Its id.
    pub id: JobId,
    /// What it does.
    pub kind: String,
    /// What it needs, as JSON.
    pub payload: String,
    /// How often it was tried.
    pub attempt: u32,
    /// Why it was given up.
    pub reason: String,
    /// When it was given up.
    pub failed_at: Timestamp,
}

impl Tx {
    /// Enqueues a job; it can be claimed once this transaction has committed.
    pub async fn enqueue(&mut self, job: &NewJob) -> Result<JobId, StoreError> {
        let id = JobId::new(self.clock(), self.random());
        let params = params![&id, job.kind, job.payload.as_str(), job.run_at, self.now()];
        self.insert(INSERT_JOB, params).await?;
        self.wakes.workers = true;
        Ok(id)
    }

    /// Deletes a job, whoever has it; whether there was one. A worker that has it cannot finish it any more.
    pub async fn cancel_job(&mut self, id: &JobId) -> Result<bool, StoreError> {
        Ok(self.execute(DELETE_JOB, params![id]).await? > 0)
    }
}

impl ScopedTx<'_> {
    /// Has something done about a source at a later time: once for each kind, and an earlier time for it no longer holds.
    pub async fn schedule(&mut self, source: &SourceId, job: &NewJob) -> Result<(), StoreError> {
        let id = JobId::new(self.tx.clock(), self.tx.random());
        let (payload, now) = (job.payload.as_str(), self.tx.now());
        let params = params![&id, job.kind, payload, job.run_at, now, self.scope.number(), source];
        self.tx.execute(SCHEDULE_JOB, params).await?;
        self.tx.wakes.workers = true;
        Ok(())
    }

    /// Has that not done any more, unless it is being done right now.
    pub async fn unschedule(&mut self, source: &SourceId, kind: &str) -> Result<(), StoreError> {
        self.tx.execute(UNSCHEDULE_JOB, params![source, kind, self.scope.number()]).await.map(|_| ())
    }
}

impl Scoped<'_> {
    /// When something is done about a source next, by the machine's clock; `None`: it is not.
    pub async fn scheduled(&self, source: &SourceId, kind: &str) -> Result<Option<Timestamp>, StoreError> {
        let (params, read) =
            (params![source, kind, self.scope.number()], |row: Row<'_>| row.opt_timestamp(0));
        Ok(self.store.data().query_opt(GET_SCHEDULED, params, read).await?.flatten())
    }
}
