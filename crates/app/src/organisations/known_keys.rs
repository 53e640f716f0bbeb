//! API keys that were looked up a moment ago.

use std::sync::Arc;

use quick_cache::sync::Cache;
use sahod_model::{ApiKeyId, Timestamp};
use sahod_store::ApiKeyRecord;

const MAX_KNOWN_KEYS: usize = 10_000;

/// Keys that were looked up a moment ago.
pub(super) struct KnownKeys(pub(super) Cache<ApiKeyId, (Timestamp, Arc<ApiKeyRecord>)>);

impl Default for KnownKeys {
    fn default() -> Self {
        Self(Cache::new(MAX_KNOWN_KEYS))
    }
}
