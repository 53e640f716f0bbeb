//! What all data points of a source have in common, kept in memory for the lists that they are in.

use std::sync::Arc;

use quick_cache::sync::Cache;
use sahod_model::item::SourceRef;

use crate::{error::StoreError, fragment};

/// What [`fragment::of_source`] makes of sources, kept. A source never changes, and what is kept of one that was revoked is
/// of no use without its key.
pub(crate) struct SourceFragments(Cache<Box<str>, Arc<str>>);

impl SourceFragments {
    const CAPACITY: usize = 20_000;

    pub(crate) fn new() -> Self {
        Self(Cache::new(Self::CAPACITY))
    }

    /// The fragments of those sources, in their order; `None` for one that is not kept.
    pub(crate) fn get(&self, ids: &[&str]) -> Vec<Option<Arc<str>>> {
        ids.iter().map(|id| self.0.get(*id)).collect()
    }

    /// Makes a source's fragment and keeps it.
    pub(crate) fn insert(&self, source: &SourceRef) -> Result<Arc<str>, StoreError> {
        let fragment: Arc<str> = fragment::of_source(source)?.into();
        self.0.insert(source.source_id.as_str().into(), Arc::clone(&fragment));
        Ok(fragment)
    }
}
