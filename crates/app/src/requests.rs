//! The requests log: noted on the way out of a request, written behind it.

use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use sahod_model::{Request, RequestId};
use sahod_store::{Page, PageRequest, RequestFilter, Scope};
use tokio::{
    sync::{Notify, watch},
    time::sleep,
};

use crate::{App, AppError};

/// How many requests wait to be written at most; more are dropped and counted.
const QUEUE: usize = 8_192;
/// How many are written in one transaction.
const BATCH: usize = 512;
/// How long a request waits to be written, about.
const WRITE_EVERY: Duration = Duration::from_millis(500);

/// What waits to be written.
#[derive(Default)]
pub(crate) struct Queue {
    waiting: Mutex<Vec<(Scope, Request)>>,
    full_batch: Notify,
    dropped: AtomicU64,
}

impl Queue {
    fn push(&self, scope: Scope, request: Request) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.len() >= QUEUE {
            drop(waiting);
            self.dropped.fetch_add(1, Ordering::Relaxed);
            return;
        }
        waiting.push((scope, request));
        let wake = waiting.len() == BATCH;
        drop(waiting);
        if wake {
            self.full_batch.notify_one();
        }
    }

    fn take(&self) -> Vec<(Scope, Request)> {
        std::mem::take(&mut *self.waiting.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl App {
    /// Notes a request that was answered. Never waits; what finds the queue full is dropped and counted.
    pub fn record_request(&self, scope: Scope, request: Request) {
        self.requests.push(scope, request);
    }

    /// How many requests this process could not write down.
    #[must_use]
    pub fn dropped_requests(&self) -> u64 {
        self.requests.dropped.load(Ordering::Relaxed)
    }

    /// Writes what waits, now and again, until `stop` is true, and then the rest. To be stopped after the last request.
    pub async fn write_requests(self, mut stop: watch::Receiver<bool>) {
        let mut told = 0;
        while !*stop.borrow() {
            tokio::select! {
                () = self.requests.full_batch.notified() => {}
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
        for batch in self.requests.take().chunks(BATCH) {
            if let Err(error) = self.store.insert_requests(batch).await {
                self.requests.dropped.fetch_add(batch.len() as u64, Ordering::Relaxed);
                tracing::warn!(%error, "cannot write the requests log");
            }
        }
    }

    /// The request of that id.
    pub async fn get_request(&self, scope: &Scope, id: RequestId) -> Result<Request, AppError> {
        self.store.scoped(scope).get_request(id).await?.ok_or(AppError::Missing)
    }

    /// A page of requests, newest first. The last half second is not in it yet.
    pub async fn list_requests(
        &self,
        scope: &Scope,
        filter: &RequestFilter,
        page: &PageRequest,
    ) -> Result<Page<Request>, AppError> {
        Ok(self.store.scoped(scope).list_requests(filter, page).await?)
    }
}
