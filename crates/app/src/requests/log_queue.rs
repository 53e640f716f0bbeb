//! What waits to be written to the requests log.

use std::sync::{
    Mutex, PoisonError,
    atomic::{AtomicU64, Ordering},
};

use sahod_model::Request;
use sahod_store::Scope;
use tokio::sync::Notify;

/// How many requests wait to be written at most; more are dropped and counted.
const QUEUE: usize = 8_192;
/// How many are written in one transaction.
pub(super) const BATCH: usize = 512;

/// What waits to be written.
#[derive(Default)]
pub(super) struct Queue {
    waiting: Mutex<Vec<(Scope, Request)>>,
    pub(super) full_batch: Notify,
    pub(super) dropped: AtomicU64,
}

impl Queue {
    pub(super) fn push(&self, scope: Scope, request: Request) {
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

    pub(super) fn take(&self) -> Vec<(Scope, Request)> {
        std::mem::take(&mut *self.waiting.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
