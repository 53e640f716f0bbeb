//! What can go wrong with the store.

use sahod_vault::{KeyringError, VaultError};

/// What can go wrong with the store. The texts are for operators and logs, never for API callers.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database cannot be used at the moment: lost, full, overloaded or too slow. Trying later may help.
    #[error("the database is unavailable: {0}")]
    Unavailable(String),
    /// A row of that identity is there already.
    #[error("there is such a row already ({0})")]
    Conflict(String),
    /// Another transaction got in the way. The same transaction, run anew, is likely to succeed.
    #[error("another transaction got in the way: {0}")]
    Retry(String),
    /// What is to be written belongs to a source that was revoked, or that never was.
    #[error("the source was revoked or does not exist")]
    Gone,
    /// What was read is not what was written.
    #[error("the database holds something unexpected: {0}")]
    Corrupt(String),
    /// The store cannot be opened as configured.
    #[error("{0}")]
    Refused(String),
    /// A mistake in this program.
    #[error("a fault in the store: {0}")]
    Internal(String),
    /// Keys could not be had, or sealed bytes do not open.
    #[error(transparent)]
    Vault(VaultError),
}

impl From<VaultError> for StoreError {
    fn from(error: VaultError) -> Self {
        match error {
            VaultError::Exists => Self::Conflict("key".to_owned()),
            VaultError::Keyring(KeyringError::Storage(cause)) => match cause.downcast::<Self>() {
                Ok(error) => *error,
                Err(cause) => Self::Unavailable(cause.to_string()),
            },
            other => Self::Vault(other),
        }
    }
}

/// For `map_err` on whatever a row holds that no code of this crate wrote.
pub(crate) fn corrupt(error: impl std::fmt::Display) -> StoreError {
    StoreError::Corrupt(error.to_string())
}
