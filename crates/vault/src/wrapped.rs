//! Where wrapped keys are kept: a trait, so that this room needs no database.

use std::{future::Future, pin::Pin};

/// A future that can be named in a trait.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// What can go wrong with the keyring.
#[derive(Debug, thiserror::Error)]
pub enum KeyringError {
    /// There is a key of that id already.
    #[error("there is a key of that id already")]
    Exists,
    /// The keyring's storage failed.
    #[error("the keyring failed: {0}")]
    Storage(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// A data key, sealed under the master key.
#[derive(Clone, Debug)]
pub struct WrappedKey {
    /// Its id.
    pub id: String,
    /// The sealed key.
    pub bytes: Vec<u8>,
}

/// Keeps wrapped data keys, apart from the data that they seal.
pub trait WrappedKeys: Send + Sync {
    /// The wrapped keys of those ids that exist, in any order.
    fn get_many<'a>(&'a self, ids: &'a [&'a str]) -> BoxFuture<'a, Result<Vec<WrappedKey>, KeyringError>>;

    /// Keeps a new wrapped key; durable when this returns.
    fn insert<'a>(&'a self, id: &'a str, wrapped: &'a [u8]) -> BoxFuture<'a, Result<(), KeyringError>>;

    /// Which of those ids had a key that was destroyed: a key that is missing and is not among them was lost.
    fn destroyed<'a>(&'a self, ids: &'a [&'a str]) -> BoxFuture<'a, Result<Vec<String>, KeyringError>>;

    /// Destroys a wrapped key for good and notes that it was; durable when this returns. Whether there was one.
    fn delete<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Result<bool, KeyringError>>;
}
