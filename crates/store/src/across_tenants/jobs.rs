//! Jobs, whoever's they are: for workers.

use sahod_model::{JobId, Timestamp};

use crate::{
    Store,
    alarm::Wakes,
    engine::{Row, Sql, dialect, params, pushing, statements},
    error::{StoreError, corrupt},
    jobs::{ClaimedJob, DeadJob},
};

statements! {
    NEXT_JOB_AT = "SELECT min(due_at) FROM jobs WHERE due_at IS NOT NULL";
    HEARTBEAT_JOB = "UPDATE jobs SET due_at = $1 WHERE id = $2 AND attempt = $3 AND leased = 1";
    RELEASE_JOBS = "UPDATE jobs SET due_at = $1, leased = 0 WHERE leased = 1";
    FINISH_JOB = "DELETE FROM jobs WHERE id = $1 AND attempt = $2 AND leased = 1";
    RETRY_JOB = "UPDATE jobs SET due_at = $1, leased = 0, lost = 0, reason = $2
        WHERE id = $3 AND attempt = $4 AND leased = 1";
    LOSE_JOB = "UPDATE jobs SET due_at = $1, leased = 0, lost = lost + 1, reason = $2
        WHERE id = $3 AND attempt = $4 AND leased = 1";
    FAIL_JOB = "UPDATE jobs SET due_at = NULL, leased = 0, reason = $1, failed_at = $2
        WHERE id = $3 AND attempt = $4 AND leased = 1";
    LIST_DEAD_JOBS = "SELECT id, kind, payload, attempt, reason, failed_at FROM jobs
        WHERE failed_at IS NOT NULL ORDER BY failed_at DESC, id DESC LIMIT $1";
    REPLAY_JOB = "UPDATE jobs SET due_at = $1, failed_at = NULL, attempt = 0, lost = 0 WHERE id = $2 AND failed_at IS NOT NULL";
    INSERT_STANDING_JOB = "INSERT INTO jobs (id, kind, payload, due_at, leased, attempt, created_at)
        VALUES ($1, $2, '{}', $3, 0, 0, $4) ON CONFLICT (id) DO NOTHING";
}

fn read_count(row: Row<'_>, index: usize) -> Result<u32, StoreError> {
    row.int(index)?.try_into().map_err(corrupt)
}

/// Jobs.
impl Store {
    /// Makes a job that is there once and stays, unless it is there already: one whose handler always asks for another try.
    pub async fn ensure_standing_job(
        &self,
        id: &JobId,
        kind: &'static str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.data().write(INSERT_STANDING_JOB, params![id, kind, now, now]).await.map(|_| ())
    }

    /// Claims up to `limit` due jobs of those kinds: nobody else gets them before `lease_until`.
    pub async fn claim_jobs(
        &self,
        kinds: &[&str],
        limit: usize,
        now: Timestamp,
        lease_until: Timestamp,
    ) -> Result<Vec<ClaimedJob>, StoreError> {
        let read = |row: Row<'_>| {
            Ok(ClaimedJob {
                id: row.parsed(0)?,
                kind: row.text(1)?.to_owned(),
                payload: row.text(2)?.to_owned(),
                attempt: read_count(row, 3)?,
                lost: read_count(row, 4)?,
            })
        };
        let sql = dialect::claim_jobs(self.data().is_postgres());
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let params = params![now, format!(",{},", kinds.join(",")), limit, lease_until];
        self.data().write_fold(sql, params, Vec::new(), pushing(read)).await
    }

    /// Extends the lease of a claimed job; `false` when it was lost.
    pub async fn heartbeat_job(
        &self,
        id: &JobId,
        attempt: u32,
        lease_until: Timestamp,
    ) -> Result<bool, StoreError> {
        self.write_job(HEARTBEAT_JOB, params![lease_until, id, i64::from(attempt)]).await
    }

    /// Deletes a claimed job that is done; `false` when its lease was lost.
    pub async fn finish_job(&self, id: &JobId, attempt: u32) -> Result<bool, StoreError> {
        self.write_job(FINISH_JOB, params![id, i64::from(attempt)]).await
    }

    /// Gives a claimed job back, to be tried again; `false` when its lease was lost.
    pub async fn retry_job(
        &self,
        id: &JobId,
        attempt: u32,
        run_at: Timestamp,
        reason: &str,
    ) -> Result<bool, StoreError> {
        self.write_job(RETRY_JOB, params![run_at, reason, id, i64::from(attempt)]).await
    }

    /// Gives a claimed job back whose try panicked, to be tried again; `false` when its lease was lost.
    pub async fn lose_job(
        &self,
        id: &JobId,
        attempt: u32,
        run_at: Timestamp,
        reason: &str,
    ) -> Result<bool, StoreError> {
        self.write_job(LOSE_JOB, params![run_at, reason, id, i64::from(attempt)]).await
    }

    /// Gives a claimed job up; it is kept, listed by [`Store::dead_jobs`]. `false` when its lease was lost.
    pub async fn fail_job(&self, id: &JobId, attempt: u32, reason: &str) -> Result<bool, StoreError> {
        self.write_job(FAIL_JOB, params![reason, self.0.clock.now(), id, i64::from(attempt)]).await
    }

    /// Makes every job that is held due again. For the start of the only process on a database: whoever held them is gone.
    pub async fn release_jobs(&self, now: Timestamp) -> Result<(), StoreError> {
        self.data().write(RELEASE_JOBS, params![now]).await.map(|_| ())
    }

    async fn write_job(&self, sql: Sql, params: crate::engine::Params) -> Result<bool, StoreError> {
        Ok(self.data().write(sql, params).await? > 0)
    }

    /// When the next job can be claimed, of whatever kind, leases that may end included.
    pub async fn next_job_at(&self) -> Result<Option<Timestamp>, StoreError> {
        let next = self.data().query_opt(NEXT_JOB_AT, params![], |row| row.opt_timestamp(0)).await?;
        Ok(next.flatten())
    }

    /// Waits for a transaction of this process that enqueued jobs. What other processes enqueue is found by looking.
    pub async fn jobs_ready(&self) {
        self.0.alarm.jobs.notified().await;
    }

    /// Jobs that were given up, the latest first.
    pub async fn dead_jobs(&self, limit: u16) -> Result<Vec<DeadJob>, StoreError> {
        let read = |row: Row<'_>| {
            Ok(DeadJob {
                id: row.parsed(0)?,
                kind: row.text(1)?.to_owned(),
                payload: row.text(2)?.to_owned(),
                attempt: read_count(row, 3)?,
                reason: row.opt_text(4)?.unwrap_or_default().to_owned(),
                failed_at: row.timestamp(5)?,
            })
        };
        self.data().query(LIST_DEAD_JOBS, params![i64::from(limit)], read).await
    }

    /// Has a job that was given up tried again from its first attempt; `false` when there is no such job.
    pub async fn replay_job(&self, id: &JobId, run_at: Timestamp) -> Result<bool, StoreError> {
        let replayed = self.write_job(REPLAY_JOB, params![run_at, id]).await?;
        if replayed {
            self.0.alarm.ring(&Wakes::workers());
        }
        Ok(replayed)
    }
}
