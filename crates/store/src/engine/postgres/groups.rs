//! Transactions of PostgreSQL that only insert, several in one: those that come while one is being committed are the next one.
//!
//! What appends to the same sequence would wait for its lock anyway, one after the other; so there is one group at a time for
//! each sequence, and no tenant's transactions wait for another's. A group that fails is tried again one by one, so that
//! nobody's fault is another's.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::sync::oneshot;

use super::{super::Batch, connections::Connections, inserts::commit_batches};
use crate::error::StoreError;

/// Transactions that wait at most.
const QUEUE: usize = 1_024;
/// Transactions of one group at most.
const GROUP: usize = 128;
/// How long a caller waits for its commit.
const TIMEOUT: Duration = Duration::from_secs(20);

/// Whose turn is whose: by sequence; those without one are of none.
type Key = Option<i64>;

struct Waiting {
    batch: Batch,
    committed: oneshot::Sender<Result<(), StoreError>>,
}

/// The transactions that wait.
#[derive(Default)]
pub(super) struct Groups(Mutex<HashMap<Key, Vec<Waiting>>>);

impl Groups {
    fn lock(&self) -> MutexGuard<'_, HashMap<Key, Vec<Waiting>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Commits a transaction that inserts those rows. When this fails, nothing was written, or it is unknown
    /// ([`StoreError::Unavailable`]).
    pub(super) async fn commit(
        self: &Arc<Self>,
        connections: &Connections,
        batch: Batch,
    ) -> Result<(), StoreError> {
        let key = batch.numbered().map(|numbered| numbered.sequence);
        let (committed, outcome) = oneshot::channel();
        let first = {
            let mut all = self.lock();
            if all.values().map(Vec::len).sum::<usize>() >= QUEUE {
                return Err(StoreError::Unavailable("too many transactions are waiting".to_owned()));
            }
            let first = !all.contains_key(&key);
            all.entry(key).or_default().push(Waiting { batch, committed });
            first
        };
        if first {
            // In a task of its own: whoever waits may be cancelled, and the others' transactions must not be.
            tokio::spawn(Committer { groups: Arc::clone(self), key, ended: false }.run(connections.clone()));
        }
        match tokio::time::timeout(TIMEOUT, outcome).await {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(_)) => Err(StoreError::Unavailable("the transaction was given up".to_owned())),
            Err(_) => Err(StoreError::Unavailable("the transaction took too long".to_owned())),
        }
    }
}

/// Commits the groups of one key until none waits.
struct Committer {
    groups: Arc<Groups>,
    key: Key,
    ended: bool,
}

impl Committer {
    async fn run(mut self, connections: Connections) {
        while let Some(group) = self.next() {
            commit(&connections, group).await;
        }
    }

    fn next(&mut self) -> Option<Vec<Waiting>> {
        let mut all = self.groups.lock();
        let waiting = all.get_mut(&self.key).filter(|waiting| !waiting.is_empty());
        let Some(waiting) = waiting else {
            all.remove(&self.key);
            self.ended = true;
            return None;
        };
        let count = waiting.len().min(GROUP);
        Some(waiting.drain(..count).collect())
    }
}

impl Drop for Committer {
    fn drop(&mut self) {
        // It was given up half-way: those who wait are told by their closed channels, and the next one begins anew.
        if !self.ended {
            self.groups.lock().remove(&self.key);
        }
    }
}

async fn commit(connections: &Connections, group: Vec<Waiting>) {
    let (batches, callers): (Vec<_>, Vec<_>) =
        group.into_iter().map(|waiting| (waiting.batch, waiting.committed)).unzip();
    let together = commit_batches(connections, &batches).await;
    let mut outcomes = Vec::with_capacity(callers.len());
    match together {
        Err(error) if callers.len() == 1 => outcomes.push(Err(error)),
        outcome => {
            for batch in &batches {
                outcomes.push(match &outcome {
                    Ok(()) => Ok(()),
                    // It is not known whether anything was written, and another try would not fare better.
                    Err(StoreError::Unavailable(reason)) => Err(StoreError::Unavailable(reason.clone())),
                    Err(_) => commit_batches(connections, std::slice::from_ref(batch)).await,
                });
            }
        }
    }
    for (caller, outcome) in callers.into_iter().zip(outcomes) {
        // Whoever was cancelled meanwhile does not ask any more.
        let _ = caller.send(outcome);
    }
}
