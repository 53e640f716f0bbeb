//! What jobs have in common.

use std::time::Duration;

use sahod_jobs::Outcome;
use sahod_model::SourceId;
use sahod_store::{NewJob, Scope};
use serde::{Deserialize, Serialize};

use crate::{App, AppError};

/// What a job that does something about a source carries.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct SourceJob {
    scope: i64,
    source: SourceId,
}

impl SourceJob {
    pub(crate) fn new(scope: &Scope, source: &SourceId) -> Self {
        Self { scope: scope.number(), source: source.clone() }
    }

    pub(crate) fn to_payload(&self) -> Result<String, AppError> {
        serde_json::to_string(self).map_err(AppError::internal)
    }

    /// What a payload names; [`AppError::Missing`] when there is no such scope.
    pub(crate) async fn read(app: &App, payload: &str) -> Result<(Scope, SourceId), AppError> {
        let Self { scope, source } = serde_json::from_str(payload).map_err(AppError::internal)?;
        let scope = app.store.scope_by_number(scope).await?.ok_or(AppError::Missing)?;
        Ok((scope, source))
    }
}

/// Done, or to be tried again after that time.
pub(crate) fn done_or_retry(result: Result<(), AppError>, after: Duration) -> Outcome {
    match result {
        Ok(()) => Outcome::Done,
        Err(error) => Outcome::Retry { after, reason: error.to_string().into() },
    }
}

impl App {
    /// Enqueues a job that is durable when this returns, whatever becomes of the request that wants it.
    pub(crate) async fn enqueue_now(
        &self,
        kind: &'static str,
        payload: String,
        after: Duration,
    ) -> Result<(), AppError> {
        let (store, run_at) = (self.store.clone(), self.clock.now().plus(after));
        // In a task of its own: what a named request writes in its own task is held back to its end.
        let enqueued = tokio::spawn(async move {
            let mut tx = store.begin().await?;
            tx.enqueue(&NewJob { kind, payload, run_at }).await?;
            tx.commit().await
        });
        Ok(enqueued.await.map_err(AppError::internal)??)
    }
}
