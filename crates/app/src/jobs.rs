//! What jobs have in common.

use std::time::Duration;

use sahod_jobs::Outcome;
use sahod_store::NewJob;

use crate::{AppError, services::Services};

/// Done, or to be tried again after that time.
pub(crate) fn done_or_retry(result: Result<(), AppError>, after: Duration) -> Outcome {
    match result {
        Ok(()) => Outcome::Done,
        Err(error) => Outcome::Retry { after, reason: error.to_string().into() },
    }
}

/// The same of a job about something that may be gone by then: there is nothing left to do.
pub(crate) fn gone_or_retry(result: Result<(), AppError>, after: Duration) -> Outcome {
    match result {
        Err(AppError::Missing) => Outcome::Done,
        other => done_or_retry(other, after),
    }
}

impl Services {
    /// Enqueues a job that is durable when this returns, whatever becomes of the request that wants it.
    pub(crate) async fn enqueue_now(
        &self,
        kind: &'static str,
        payload: String,
        after: Duration,
    ) -> Result<(), AppError> {
        let (store, run_at) = (self.store.clone(), self.clock.now().plus(after));
        // In a task of its own: what an idempotent request writes in its own task is held back to its end.
        let enqueued = tokio::spawn(async move {
            let mut tx = store.begin().await?;
            tx.enqueue(&NewJob { kind, payload, run_at }).await?;
            tx.commit().await
        });
        Ok(enqueued.await.map_err(AppError::internal)??)
    }
}
