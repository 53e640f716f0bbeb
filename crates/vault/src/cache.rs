//! Unwrapped data keys, kept for a while.
//!
//! Another node may have destroyed a key that is kept here. So it is only good for what that revoke deletes in the data, too, such
//! as data points: whoever finds the row may open it. What outlives a revoke asks the keyring itself
//! ([`Vault::keys_now`](crate::Vault::keys_now)).

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

use quick_cache::sync::Cache;

use crate::data_key::DataKey;

const CAPACITY: usize = 20_000;

/// After this long a key is fetched anew, so that one that another node destroyed stops working here too.
const MAX_AGE: Duration = Duration::from_secs(30);

pub(crate) struct KeyCache {
    keys: Cache<Box<str>, (DataKey, Instant)>,
    destroyed: AtomicU64,
}

/// How many keys had been destroyed before a fetch began.
#[derive(Clone, Copy)]
pub(crate) struct Epoch(u64);

impl KeyCache {
    pub(crate) fn new() -> Self {
        Self { keys: Cache::new(CAPACITY), destroyed: AtomicU64::new(0) }
    }

    pub(crate) fn epoch(&self) -> Epoch {
        Epoch(self.destroyed.load(Ordering::SeqCst))
    }

    pub(crate) fn get(&self, id: &str, now: Instant) -> Option<DataKey> {
        let (key, since) = self.keys.get(id)?;
        (now.saturating_duration_since(since) < MAX_AGE).then_some(key)
    }

    /// Keeps a key that was fetched after `began`, unless some key was destroyed meanwhile: it could be this one.
    pub(crate) fn insert(&self, id: &str, key: DataKey, began: Epoch, now: Instant) {
        self.keys.insert(id.into(), (key, now));
        if self.epoch().0 != began.0 {
            self.keys.remove(id);
        }
    }

    /// A key is not in the keyring: it is of no use here either.
    pub(crate) fn evict(&self, id: &str) {
        self.destroyed.fetch_add(1, Ordering::SeqCst);
        self.keys.remove(id);
    }
}
