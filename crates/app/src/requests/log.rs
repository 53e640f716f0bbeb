//! The requests log: noted on the way out of a request, written behind it.

use std::{sync::atomic::Ordering, time::Duration};

use sahod_model::{ApiKeyId, Request, RequestId, Right};
use sahod_store::{Page, PageRequest, RequestFilter};
use tokio::{sync::watch, time::sleep};

use super::{Requests, log_queue::BATCH};
use crate::{Acting, AppError};

/// How long a request waits to be written, about.
const WRITE_EVERY: Duration = Duration::from_millis(500);

impl Requests {
    /// Notes a request of a tenant's server that was answered. Never waits; what finds the queue full is dropped and counted.
    pub fn record_request(&self, acting: &Acting, noted: impl FnOnce(ApiKeyId) -> Request) {
        if let (Ok(scope), Some(key)) = (acting.scope(), acting.api_key()) {
            self.log.push(scope.clone(), noted(key.clone()));
        }
    }

    /// How many requests this process could not write down.
    #[must_use]
    pub fn dropped_requests(&self) -> u64 {
        self.log.dropped.load(Ordering::Relaxed)
    }

    /// Writes what waits, now and again, until `stop` is true, and then the rest. To be stopped after the last request.
    pub async fn write_requests(self, mut stop: watch::Receiver<bool>) {
        let mut told = 0;
        while !*stop.borrow() {
            tokio::select! {
                () = self.log.full_batch.notified() => {}
                () = sleep(WRITE_EVERY) => {}
                stopped = stop.changed() => if stopped.is_err() { break },
            }
            self.flush_requests().await;
            let dropped = self.dropped_requests();
            if dropped > told {
                tracing::warn!(dropped, "requests are missing in the requests log");
                told = dropped;
            }
        }
        self.flush_requests().await;
    }

    /// Writes what waits. What cannot be written is dropped and counted: the log must never stand in the way.
    pub async fn flush_requests(&self) {
        for batch in self.log.take().chunks(BATCH) {
            if let Err(error) = self.services.store.insert_requests(batch).await {
                self.log.dropped.fetch_add(batch.len() as u64, Ordering::Relaxed);
                tracing::warn!(%error, "cannot write the requests log");
            }
        }
    }

    /// The request of that id.
    pub async fn get_request(&self, acting: &Acting, id: RequestId) -> Result<Request, AppError> {
        let scope = acting.may(Right::Read)?;
        self.services.store.scoped(scope).get_request(id).await?.ok_or(AppError::Missing)
    }

    /// A page of requests, newest first. The last half second is not in it yet.
    pub async fn list_requests(
        &self,
        acting: &Acting,
        filter: &RequestFilter,
        page: &PageRequest,
    ) -> Result<Page<Request>, AppError> {
        let scope = acting.may(Right::Read)?;
        Ok(self.services.store.scoped(scope).list_requests(filter, page).await?)
    }
}
