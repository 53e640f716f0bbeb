//! Who is to be woken when a transaction becomes durable. What other processes write is found by looking.

use std::{
    collections::BTreeSet,
    sync::{Mutex, PoisonError},
};

use tokio::sync::Notify;

/// What a transaction wrote that somebody waits for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wakes {
    /// Jobs were enqueued.
    pub(crate) workers: bool,
    /// Events were appended in these scopes.
    pub(crate) scopes: BTreeSet<i64>,
    /// There may be a webhook that nobody has yet.
    pub(crate) webhooks: bool,
}

impl Wakes {
    /// Of a transaction that enqueued jobs.
    pub(crate) const fn workers() -> Self {
        Self { workers: true, scopes: BTreeSet::new(), webhooks: false }
    }

    pub(crate) fn merge(&mut self, other: Self) {
        self.workers |= other.workers;
        self.scopes.extend(other.scopes);
        self.webhooks |= other.webhooks;
    }
}

/// Wakes those who wait in this process.
#[derive(Debug, Default)]
pub(crate) struct Alarm {
    /// For workers.
    pub(crate) jobs: Notify,
    /// For whoever brings events to webhooks.
    pub(crate) events: Notify,
    /// The same, when there may be a webhook that nobody has yet.
    pub(crate) webhooks: Notify,
    /// For those who follow the log.
    pub(crate) followers: Notify,
    /// Where events were appended since [`Alarm::take_scopes`].
    scopes: Mutex<BTreeSet<i64>>,
}

impl Alarm {
    /// Wakes those who wait, and leaves word for one who is about to.
    pub(crate) fn ring(&self, wakes: &Wakes) {
        if wakes.workers {
            self.jobs.notify_waiters();
            self.jobs.notify_one();
        }
        if wakes.webhooks {
            self.webhooks.notify_one();
        }
        if !wakes.scopes.is_empty() {
            self.scopes.lock().unwrap_or_else(PoisonError::into_inner).extend(&wakes.scopes);
            self.events.notify_one();
            self.followers.notify_waiters();
        }
    }

    /// Where events were appended since it was asked last.
    pub(crate) fn take_scopes(&self) -> BTreeSet<i64> {
        std::mem::take(&mut self.scopes.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
