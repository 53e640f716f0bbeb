//! The keyring: wrapped data keys in a database of their own.

use sahod_vault::{BoxFuture, KeyringError, WrappedKey, WrappedKeys};

use crate::{
    engine::{Engine, Row, Value, params, pushing, statements},
    error::StoreError,
};

statements! {
    GET_KEY = "SELECT id, wrapped FROM wrapped_keys WHERE id = $1";
    INSERT_KEY = "INSERT INTO wrapped_keys (id, wrapped) VALUES ($1, $2)";
    DELETE_KEY = "DELETE FROM wrapped_keys WHERE id = $1";
}

pub(crate) struct Keyring {
    engine: Engine,
}

impl Keyring {
    pub(crate) const fn new(engine: Engine) -> Self {
        Self { engine }
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

    fn delete<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Result<bool, KeyringError>> {
        Box::pin(async move {
            let deleted = self.engine.write(DELETE_KEY, params![id]).await.map_err(keyring_error)?;
            Ok(deleted > 0)
        })
    }
}
