//! Retention: data that was not refreshed for as long as people were told becomes unreadable for good, as when it is revoked.

use std::time::Duration;

use futures_util::future::BoxFuture;
use sahod_jobs::{ClaimedJob, Handler, Outcome};
use sahod_model::{SourceId, Timestamp};
use sahod_store::{NewJob, ScopedTx};

use crate::{
    App, AppError,
    background::{SourceJob, done_or_retry},
};

pub(crate) const ERASE_SOURCE: &str = "erase_source.v1";
const DAY: Duration = Duration::from_hours(24);

/// Has what comes from a source erased that many days after `refreshed_at`, and no earlier.
pub(crate) async fn erase_later(
    app: &App,
    scoped: &mut ScopedTx<'_>,
    source: &SourceId,
    refreshed_at: Timestamp,
) -> Result<(), AppError> {
    let at = refreshed_at.plus(DAY * u32::from(app.config.consent.retention_days));
    let payload = SourceJob::new(scoped.scope(), source).to_payload()?;
    let run_at = scoped.scope().machine_time(at);
    Ok(scoped.schedule(source, &NewJob { kind: ERASE_SOURCE, payload, run_at }).await?)
}

/// Erases what came from a source.
pub(crate) struct EraseSource(App);

impl EraseSource {
    pub(crate) const fn new(app: App) -> Self {
        Self(app)
    }
}

impl Handler for EraseSource {
    fn kind(&self) -> &'static str {
        ERASE_SOURCE
    }

    fn run<'a>(&'a self, job: &'a ClaimedJob) -> BoxFuture<'a, Outcome> {
        Box::pin(async {
            let erased = async {
                let (scope, source) = SourceJob::read(&self.0, &job.payload).await?;
                self.0.revoke_source(&scope, &source).await
            };
            match erased.await {
                Err(AppError::Missing) => Outcome::Done,
                other => done_or_retry(other, Duration::from_mins(1)),
            }
        })
    }
}
