//! Jobs: background work, enqueued in the transaction that wants it. Who runs them is in [`crate::unscoped`].

use sahod_model::{JobId, Timestamp};

use crate::{
    engine::{params, statements},
    error::StoreError,
    tx::Tx,
};

statements! {
    INSERT_JOB = "INSERT INTO jobs (id, kind, payload, due_at, leased, attempt, created_at) VALUES ($1, $2, $3, $4, 0, 0, $5)";
    DELETE_JOB = "DELETE FROM jobs WHERE id = $1";
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
        self.execute(INSERT_JOB, params).await?;
        self.wakes.workers = true;
        Ok(id)
    }

    /// Deletes a job, whoever has it; whether there was one. A worker that has it cannot finish it any more.
    pub async fn cancel_job(&mut self, id: &JobId) -> Result<bool, StoreError> {
        Ok(self.execute(DELETE_JOB, params![id]).await? > 0)
    }
}
