//! API keys that were looked up a moment ago.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use quick_cache::sync::Cache;
use sahod_model::{ApiKeyId, Mode, Timestamp};
use sahod_store::{ApiKeyRecord, test_clock};

/// How long a key of production is trusted without asking the store: the longest time that a key which another process revoked
/// still works. In the sandbox it is [`test_clock::KEPT`], so that a moved clock shows at once.
const CACHE_TIME: Duration = Duration::from_secs(5);
const MAX_KNOWN_KEYS: usize = 10_000;

/// Keys that were looked up a moment ago.
pub(super) struct KnownKeys(Cache<ApiKeyId, Known>);

/// A key that was looked up.
#[derive(Clone)]
struct Known {
    at: LookedUp,
    record: Arc<ApiKeyRecord>,
}

/// When a key was looked up: by the machine's clock, and by one that nobody can set back or hold still.
#[derive(Clone, Copy)]
pub(super) struct LookedUp(Timestamp, Instant);

impl LookedUp {
    /// For a key that is looked up from now on.
    pub(super) fn now(now: Timestamp) -> Self {
        Self(now, Instant::now())
    }

    fn age(self, now: Timestamp) -> Duration {
        now.since(self.0).max(self.1.elapsed())
    }
}

impl Default for KnownKeys {
    fn default() -> Self {
        Self(Cache::new(MAX_KNOWN_KEYS))
    }
}

impl KnownKeys {
    /// The key, when it was looked up so short a time ago that it still holds.
    pub(super) fn get(&self, key: &ApiKeyId, now: Timestamp) -> Option<Arc<ApiKeyRecord>> {
        let Known { at, record } = self.0.get(key)?;
        let longest = match record.scope.mode() {
            Mode::Production => CACHE_TIME,
            Mode::Sandbox => test_clock::KEPT,
        };
        (at.age(now) < longest).then_some(record)
    }

    /// Remembers a key that was looked up then. Not while its test clock is moved: what moves it waits until nobody has the scope.
    pub(super) fn insert(&self, key: &ApiKeyId, at: LookedUp, record: &Arc<ApiKeyRecord>) {
        if !record.clock_moves {
            self.0.insert(key.clone(), Known { at, record: Arc::clone(record) });
        }
    }

    /// Forgets a key that was revoked here.
    pub(super) fn remove(&self, key: &ApiKeyId) {
        self.0.remove(key);
    }
}
