//! The job that erases what was not refreshed for as long as people were told.

use std::time::Duration;

use futures_util::future::BoxFuture;
use sahod_jobs::{ClaimedJob, Handler, Outcome};

use super::Sharing;
use crate::{
    Acting, AppError,
    jobs::gone_or_retry,
    sources::{ERASE_SOURCE, SourceJob},
    time_guard::Erasing,
};

/// Erases what came from a source.
pub(crate) struct EraseSource(Sharing);

impl EraseSource {
    pub(crate) const fn new(sharing: Sharing) -> Self {
        Self(sharing)
    }

    /// Erases the source, unless enough was erased within this hour: then how long to wait.
    async fn erase(&self, payload: &str) -> Result<Option<Duration>, AppError> {
        let Sharing { services, time, .. } = &self.0;
        let (scope, source) = SourceJob::read(&services.store, payload).await?;
        // Where a tenant moved its test clock, much is due at once, and was meant to be.
        if !scope.is_moved() {
            let allowed = match time.erase_one(None) {
                Erasing::Count => time.erase_one(Some(services.store.count_sources().await?)),
                known => known,
            };
            if let Erasing::Later(wait) = allowed {
                return Ok(Some(wait));
            }
        }
        self.0.revoke_source(&Acting::job(ERASE_SOURCE, scope), &source).await.map(|()| None)
    }
}

impl Handler for EraseSource {
    fn kind(&self) -> &'static str {
        ERASE_SOURCE
    }

    fn is_ready(&self) -> bool {
        self.0.time.is_sound()
    }

    fn run<'a>(&'a self, job: &'a ClaimedJob) -> BoxFuture<'a, Outcome> {
        Box::pin(async {
            match self.erase(&job.payload).await {
                Ok(Some(after)) => {
                    Outcome::Retry { after, reason: "enough was erased within this hour".into() }
                }
                other => gone_or_retry(other.map(drop), Duration::from_mins(1)),
            }
        })
    }
}
