//! Data points, written: what a source said becomes sealed rows, with ids that stay the same at every reading.

use std::collections::{BTreeMap, HashMap};

use sahod_model::{
    AccountId, ArchiveId, ArchiveStatus, ConnectionStatus, Datapoint, ItemId, SourceId, Timestamp,
    item::{ItemTimes, SourceItem, SourceRef, SourceType},
};
use sahod_vault::{Aad, DataKey};

use crate::{
    engine::{Params, Row, params, statements},
    error::StoreError,
    fragment,
    scope::ScopedTx,
    sealing::to_json,
};

statements! {
    LIST_EXISTING = "SELECT id, sort, created_at, item_key, item_hash FROM items
        WHERE source_id = $1 AND kind = $2 AND +scope = $3";
    INSERT_ITEM = "INSERT INTO items (scope, user_id, kind, sort, id, source_id, created_at, item_key, item_hash, payload)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    UPDATE_ITEM = "UPDATE items SET sort = $1, item_hash = $2, payload = $3
        WHERE scope = $4 AND user_id = $5 AND kind = $6 AND sort = $7 AND id = $8";
    DELETE_ITEMS = "DELETE FROM items WHERE source_id = $1 AND +scope = $2";
}

/// What storing a source's items came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IngestOutcome {
    added: BTreeMap<Datapoint, Vec<ItemId>>,
    updated: BTreeMap<Datapoint, Vec<(ItemId, Timestamp)>>,
    /// How many items were there already, just the same.
    pub unchanged: usize,
}

impl IngestOutcome {
    /// The new items of that kind, in the order in which they were handed over.
    #[must_use]
    pub fn added(&self, kind: Datapoint) -> &[ItemId] {
        self.added.get(&kind).map_or(&[], Vec::as_slice)
    }

    /// The items of that kind whose content changed, each with its date.
    #[must_use]
    pub fn updated(&self, kind: Datapoint) -> &[(ItemId, Timestamp)] {
        self.updated.get(&kind).map_or(&[], Vec::as_slice)
    }
}

/// A row that is there already.
struct Existing {
    id: ItemId,
    sort: Timestamp,
    created_at: Timestamp,
    hash: [u8; 16],
}

/// Everything that the items of one call have in common.
struct Ingest<'a> {
    scope: i64,
    source: &'a SourceRef,
    key: &'a DataKey,
    now: Timestamp,
}

impl Ingest<'_> {
    /// What identifies an item among its source's items, and whether its content is still the same. Both are keyed: they tell
    /// nothing, and are worth nothing once the key is destroyed.
    fn fingerprints(&self, item: &SourceItem, content: &str) -> ([u8; 16], [u8; 16]) {
        let kind = item.item.kind().number();
        let key = self.key.fingerprint(format!("key\0{kind}\0{}", item.key).as_bytes());
        let created_at = item.created_at.as_micros();
        let hash = self.key.fingerprint(format!("content\0{created_at}\0{content}").as_bytes());
        (key, hash)
    }

    fn insert(&self, id: &ItemId, kind: Datapoint, sort: Timestamp, row: Written) -> Params {
        let source = self.source;
        params![
            self.scope,
            &source.user_id,
            kind,
            sort,
            id,
            &source.source_id,
            self.now,
            row.key,
            row.hash,
            row.payload
        ]
    }

    fn update(&self, kind: Datapoint, old: &Existing, sort: Timestamp, row: Written) -> Params {
        params![sort, row.hash, row.payload, self.scope, &self.source.user_id, kind, old.sort, &old.id]
    }
}

/// The columns of a row that depend on its content.
struct Written {
    key: [u8; 16],
    hash: [u8; 16],
    payload: sahod_vault::Sealed,
}

impl ScopedTx<'_> {
    /// Stores what a source said: new items get ids, known ones (by the source's own key) keep theirs, unchanged ones are not
    /// written. Of items with the same key the last one counts. `key` is the source's own, fetched before the transaction.
    /// [`StoreError::Gone`] when the source was revoked.
    pub async fn upsert_items(
        &mut self,
        source: &SourceRef,
        key: &DataKey,
        items: Vec<SourceItem>,
        now: Timestamp,
    ) -> Result<IngestOutcome, StoreError> {
        if self.is_gone(source).await? {
            return Err(StoreError::Gone);
        }
        self.insert_source(source).await?;
        let ingest = Ingest { scope: self.scope.number(), source, key, now };
        let mut outcome = IngestOutcome::default();
        for kind in Datapoint::ALL {
            let of_kind = items.iter().filter(|item| item.item.kind() == kind).collect::<Vec<_>>();
            if !of_kind.is_empty() {
                self.upsert_kind(&ingest, kind, of_kind, &mut outcome).await?;
            }
        }
        Ok(outcome)
    }

    /// Whether a source was revoked. One that was not stays so to the end of this transaction: an account is locked here, an
    /// archive by the lock of its user.
    async fn is_gone(&mut self, source: &SourceRef) -> Result<bool, StoreError> {
        let id = source.source_id.as_str();
        Ok(match source.source_type {
            SourceType::Account => {
                let account: AccountId = id.parse().map_err(|_| StoreError::Gone)?;
                matches!(self.lock_account(&account).await?, None | Some(ConnectionStatus::Disconnected))
            }
            SourceType::Archive | SourceType::Upload => {
                let archive: ArchiveId = id.parse().map_err(|_| StoreError::Gone)?;
                matches!(self.archive_status(&archive).await?, None | Some(ArchiveStatus::Revoked))
            }
        })
    }

    async fn upsert_kind(
        &mut self,
        ingest: &Ingest<'_>,
        kind: Datapoint,
        items: Vec<&SourceItem>,
        outcome: &mut IngestOutcome,
    ) -> Result<(), StoreError> {
        let mut existing = self.existing(ingest, kind).await?;
        let mut latest = HashMap::new();
        for (position, item) in items.iter().enumerate() {
            latest.insert(item.key.as_str(), position);
        }
        let (mut inserts, mut updates) = (Vec::new(), Vec::new());
        for (position, item) in items.iter().enumerate() {
            if latest.get(item.key.as_str()) != Some(&position) {
                continue;
            }
            let content = to_json(&item.item)?;
            let (item_key, hash) = ingest.fingerprints(item, &content);
            let old = existing.remove(&item_key);
            if old.as_ref().is_some_and(|old| old.hash == hash) {
                outcome.unchanged += 1;
                continue;
            }
            let stored_at = old.as_ref().map_or(ingest.now, |old| old.created_at);
            let sort = item.item.sort(stored_at);
            let id = match &old {
                Some(old) => old.id.clone(),
                None => ItemId::new(kind, self.tx.clock(), self.tx.random()),
            };
            let fragment = fragment::of_item(
                &content,
                ItemTimes { created_at: stored_at, item_created_at: item.created_at },
            )?;
            let aad = Aad { scope: ingest.scope, kind: kind.number(), id: id.as_str() };
            let payload = ingest.key.seal(self.tx.random(), &aad, fragment.as_bytes());
            let row = Written { key: item_key, hash, payload };
            if let Some(old) = old {
                updates.push(ingest.update(kind, &old, sort, row));
                outcome.updated.entry(kind).or_default().push((id, sort));
            } else {
                inserts.push((sort, ingest.insert(&id, kind, sort, row)));
                outcome.added.entry(kind).or_default().push(id);
            }
        }
        // Rows that arrive in the table's order fill its pages; the other way round, which is how sources tell them, each page
        // stays half empty: a third more file, and twice the pages for a list.
        inserts.sort_by_key(|(sort, _)| *sort);
        let inserts = inserts.into_iter().map(|(_, row)| row).collect();
        self.tx.execute_many(INSERT_ITEM, inserts).await?;
        self.tx.execute_many(UPDATE_ITEM, updates).await?;
        Ok(())
    }

    async fn existing(
        &mut self,
        ingest: &Ingest<'_>,
        kind: Datapoint,
    ) -> Result<HashMap<[u8; 16], Existing>, StoreError> {
        let read = |rows: &mut HashMap<_, _>, row: Row<'_>| {
            let id = row.parsed(0)?;
            let (sort, created_at) = (row.timestamp(1)?, row.timestamp(2)?);
            rows.insert(row.bytes(3)?, Existing { id, sort, created_at, hash: row.bytes(4)? });
            Ok(())
        };
        let params = params![&ingest.source.source_id, kind, ingest.scope];
        self.tx.fold(LIST_EXISTING, vec![params], HashMap::new(), read).await
    }

    /// Deletes every data point of a source; how many there were. For revokes, after the key was destroyed.
    pub async fn delete_items(&mut self, source: &SourceId) -> Result<u64, StoreError> {
        self.delete_source(source).await?;
        self.tx.execute(DELETE_ITEMS, params![source, self.scope.number()]).await
    }
}
