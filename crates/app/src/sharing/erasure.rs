//! The job that erases what was not refreshed for as long as people were told.

use std::time::Duration;

use futures_util::future::BoxFuture;
use sahod_jobs::{ClaimedJob, Handler, Outcome};

use super::Sharing;
use crate::{
    Acting, AppError,
    jobs::gone_or_retry,
    sources::{ERASE_SOURCE, SourceJob},
};

/// Erases what came from a source.
pub(crate) struct EraseSource(Sharing);

impl EraseSource {
    pub(crate) const fn new(sharing: Sharing) -> Self {
        Self(sharing)
    }
}

impl Handler for EraseSource {
    fn kind(&self) -> &'static str {
        ERASE_SOURCE
    }

    fn run<'a>(&'a self, job: &'a ClaimedJob) -> BoxFuture<'a, Outcome> {
        Box::pin(async {
            let erased = async {
                let (scope, source) = SourceJob::read(&self.0.services.store, &job.payload).await?;
                self.0.revoke_source(&Acting::job(ERASE_SOURCE, scope), &source).await
            };
            gone_or_retry(erased.await, Duration::from_mins(1))
        })
    }
}
