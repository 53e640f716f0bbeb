//! Sources: the accounts and documents that data points come from.

use std::sync::Arc;

use quick_cache::sync::Cache;
use sahod_model::{
    SourceId,
    item::{SourceRef, SourceType},
};

use crate::{
    data::Data,
    engine::{Row, params, statements},
    error::StoreError,
    fragment,
    scope::ScopedTx,
};

statements! {
    INSERT_SOURCE = "INSERT INTO sources (id, scope, type, user_id, provider_id) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (id) DO NOTHING";
    DELETE_SOURCE = "DELETE FROM sources WHERE id = $1 AND scope = $2";
    GET_SOURCE = "SELECT id, type, user_id, provider_id FROM sources WHERE id = $1";
}

fn read(row: Row<'_>) -> Result<SourceRef, StoreError> {
    Ok(SourceRef {
        source_id: row.parsed(0)?,
        source_type: row.named(1, SourceType::from_name)?,
        user_id: row.parsed(2)?,
        provider_id: row.parsed(3)?,
    })
}

impl ScopedTx<'_> {
    pub(crate) async fn insert_source(&mut self, source: &SourceRef) -> Result<(), StoreError> {
        let (id, scope) = (&source.source_id, self.scope.number());
        let params = params![id, scope, source.source_type.as_str(), &source.user_id, &source.provider_id];
        self.tx.execute(INSERT_SOURCE, params).await.map(drop)
    }

    pub(crate) async fn delete_source(&mut self, source: &SourceId) -> Result<(), StoreError> {
        self.tx.execute(DELETE_SOURCE, params![source, self.scope.number()]).await.map(drop)
    }
}

/// What [`fragment::of_source`] makes of sources, kept. A source never changes, and what is kept of one that was revoked is
/// of no use without its key.
pub(crate) struct SourceFragments(Cache<Box<str>, Arc<str>>);

impl SourceFragments {
    const CAPACITY: usize = 20_000;

    pub(crate) fn new() -> Self {
        Self(Cache::new(Self::CAPACITY))
    }

    /// The fragments of those sources, in their order; `None` for one that is gone.
    pub(crate) async fn get(
        &self,
        data: Data<'_>,
        ids: &[&str],
    ) -> Result<Vec<Option<Arc<str>>>, StoreError> {
        let mut fragments: Vec<_> = ids.iter().map(|id| self.0.get(*id)).collect();
        let missing: Vec<_> = (0..ids.len()).filter(|index| fragments[*index].is_none()).collect();
        if missing.is_empty() {
            return Ok(fragments);
        }
        let sets = missing.iter().map(|index| params![ids[*index]]).collect();
        let push = crate::engine::pushing(read);
        for source in data.fold(GET_SOURCE, sets, Vec::new(), push).await? {
            let fragment: Arc<str> = fragment::of_source(&source)?.into();
            let id = source.source_id.as_str();
            self.0.insert(id.into(), Arc::clone(&fragment));
            for index in missing.iter().filter(|index| ids[**index] == id) {
                fragments[*index] = Some(Arc::clone(&fragment));
            }
        }
        Ok(fragments)
    }
}
