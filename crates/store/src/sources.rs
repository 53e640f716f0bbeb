//! Sources: the accounts and documents that data points come from.

use std::sync::Arc;

use sahod_model::{
    SourceId,
    item::{SourceRef, SourceType},
};

use crate::{
    Store,
    engine::{Row, params, pushing, statements},
    error::StoreError,
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

impl Store {
    /// The fragments of those sources, in their order; `None` for one that is gone.
    pub(crate) async fn source_fragments(&self, ids: &[&str]) -> Result<Vec<Option<Arc<str>>>, StoreError> {
        let mut fragments = self.0.source_fragments.get(ids);
        let missing: Vec<_> = (0..ids.len()).filter(|index| fragments[*index].is_none()).collect();
        if missing.is_empty() {
            return Ok(fragments);
        }
        let sets = missing.iter().map(|index| params![ids[*index]]).collect();
        for source in self.data().fold(GET_SOURCE, sets, Vec::new(), pushing(read)).await? {
            let fragment = self.0.source_fragments.insert(&source)?;
            let id = source.source_id.as_str();
            for index in missing.iter().filter(|index| ids[**index] == id) {
                fragments[*index] = Some(Arc::clone(&fragment));
            }
        }
        Ok(fragments)
    }
}
