//! The places of requests that carry files: much larger than others, so that only a few of them are worked on at a time.

use std::{sync::Arc, time::Duration};

use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

use crate::error::{ApiError, Code};

/// How many of them each surface works on at a time, in each mode. Each may hold some four times its size in memory. Those whose
/// files are still on their way have no such place: they wait as long as they make progress, and are not waited for.
const AT_A_TIME: usize = 4;
/// How long one whose files are there waits for a place.
const LONGEST_WAIT: Duration = Duration::from_secs(10);
/// When to come back.
const RETRY_AFTER: Duration = Duration::from_secs(2);

/// Marks a request that carries files, which needs a place among those.
#[derive(Clone)]
pub struct CarriesFiles(pub Places);

/// One for each request with files that may be worked on at the same time.
#[derive(Clone)]
pub struct Places(Arc<Semaphore>);

impl Default for Places {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(AT_A_TIME)))
    }
}

impl CarriesFiles {
    /// A place, as soon as there is one.
    pub async fn place(&self) -> Result<OwnedSemaphorePermit, ApiError> {
        match timeout(LONGEST_WAIT, Arc::clone(&self.0.0).acquire_owned()).await {
            Ok(Ok(place)) => Ok(place),
            Ok(Err(_)) | Err(_) => Err(ApiError::from(Code::ServerUnavailable).retry_after(RETRY_AFTER)),
        }
    }
}
