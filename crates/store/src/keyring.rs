//! The keyring: wrapped data keys in a database of their own, and the ids of those that were destroyed.

use std::sync::Arc;

use sahod_model::{Clock, Timestamp};
use sahod_vault::{BoxFuture, KeyringError, WrappedKey, WrappedKeys};

use crate::{
    engine::{Batch, Engine, Row, Value, params, pushing, statements},
    error::StoreError,
};

statements! {
    GET_KEY = "SELECT id, wrapped FROM wrapped_keys WHERE id = $1";
    INSERT_KEY = "INSERT INTO wrapped_keys (id, wrapped) VALUES ($1, $2)";
    DELETE_KEY = "DELETE FROM wrapped_keys WHERE id = $1";
    OTHER_KEYS = "SELECT id FROM wrapped_keys WHERE id <> $1 LIMIT 1";
    GET_DESTROYED = "SELECT id FROM destroyed_keys WHERE id = $1";
    INSERT_DESTROYED = "INSERT INTO destroyed_keys (id, destroyed_at) VALUES ($1, $2)
        ON CONFLICT (id) DO NOTHING";
    DESTROYED_SINCE = "SELECT id, destroyed_at FROM destroyed_keys
        WHERE destroyed_at >= $1 AND (destroyed_at, id) > ($2, $3) ORDER BY destroyed_at, id LIMIT $4";
    PING_KEYRING = "SELECT count(*) FROM wrapped_keys WHERE id = $1";
}

pub(crate) struct Keyring {
    engine: Engine,
    clock: Arc<dyn Clock>,
}

impl Keyring {
    pub(crate) fn new(engine: Engine, clock: Arc<dyn Clock>) -> Self {
        Self { engine, clock }
    }

    /// Whether it answers.
    pub(crate) async fn ping(&self) -> Result<(), StoreError> {
        self.engine.fold(PING_KEYRING, vec![params![""]], (), |(), _| Ok(())).await
    }

    /// Whether it holds a key of another id.
    pub(crate) async fn holds_others_than(&self, id: &str) -> Result<bool, StoreError> {
        let found = |found: &mut bool, _: Row<'_>| {
            *found = true;
            Ok(())
        };
        self.engine.fold(OTHER_KEYS, vec![params![id]], false, found).await
    }

    /// Up to `limit` ids whose keys were destroyed at that moment or later, and after that one, the oldest first.
    pub(crate) async fn destroyed_since(
        &self,
        since: Timestamp,
        after: &(Timestamp, String),
        limit: u16,
    ) -> Result<Vec<(Timestamp, String)>, StoreError> {
        let params = params![since, after.0, after.1.as_str(), i64::from(limit)];
        let read = pushing(|row: Row<'_>| Ok((row.timestamp(1)?, row.text(0)?.to_owned())));
        self.engine.fold(DESTROYED_SINCE, vec![params], Vec::new(), read).await
    }
}

fn keyring_error(error: StoreError) -> KeyringError {
    match error {
        StoreError::Conflict(_) => KeyringError::Exists,
        other => KeyringError::Storage(Box::new(other)),
    }
}

impl WrappedKeys for Keyring {
    fn get_many<'a>(&'a self, ids: &'a [&'a str]) -> BoxFuture<'a, Result<Vec<WrappedKey>, KeyringError>> {
        Box::pin(async move {
            let sets = ids.iter().map(|id| params![*id]).collect();
            let read = pushing(|row: Row<'_>| {
                Ok(WrappedKey { id: row.text(0)?.to_owned(), bytes: row.blob(1)?.to_vec() })
            });
            self.engine.fold(GET_KEY, sets, Vec::new(), read).await.map_err(keyring_error)
        })
    }

    fn insert<'a>(&'a self, id: &'a str, wrapped: &'a [u8]) -> BoxFuture<'a, Result<(), KeyringError>> {
        Box::pin(async move {
            let row = vec![Value::from(id), Value::Blob(wrapped.to_vec())];
            self.engine.insert(INSERT_KEY, vec![row]).await.map_err(keyring_error)
        })
    }

    fn destroyed<'a>(&'a self, ids: &'a [&'a str]) -> BoxFuture<'a, Result<Vec<String>, KeyringError>> {
        Box::pin(async move {
            let sets = ids.iter().map(|id| params![*id]).collect();
            let read = pushing(|row: Row<'_>| Ok(row.text(0)?.to_owned()));
            self.engine.fold(GET_DESTROYED, sets, Vec::new(), read).await.map_err(keyring_error)
        })
    }

    fn delete<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Result<bool, KeyringError>> {
        Box::pin(async move {
            let delete = async {
                let mut tx = self.engine.begin();
                let deleted = tx.execute(DELETE_KEY, vec![params![id]]).await?;
                tx.execute(INSERT_DESTROYED, vec![params![id, self.clock.now()]]).await?;
                tx.commit(Batch::default()).await?;
                Ok(deleted > 0)
            };
            delete.await.map_err(keyring_error)
        })
    }
}
