//! What can go wrong with keys.

use std::path::PathBuf;

use crate::wrapped::KeyringError;

/// What can go wrong with keys. The texts are for operators, not for API callers.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// The master key's file could not be read or written.
    #[error("master key file {path}: {source}")]
    MasterKeyFile {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The master key's file is not what it should be.
    #[error("master key file {path} {fault}")]
    MasterKeyRefused {
        /// The file.
        path: PathBuf,
        /// What is wrong, and what helps.
        fault: &'static str,
    },
    /// A file or folder of keys is open to others than its owner.
    #[error("{path} {fault}")]
    NotPrivate {
        /// The file or folder.
        path: PathBuf,
        /// What is wrong, and what helps.
        fault: &'static str,
    },
    /// Sealed bytes, or a wrapped key, do not open: changed, moved to another place, or sealed under another key.
    #[error("sealed bytes do not open: they were changed, moved, or sealed under another key")]
    DoesNotOpen,
    /// There is a key of that id already.
    #[error("there is a key of that id already")]
    Exists,
    /// What is kept needs a key that is not in the keyring and was never destroyed there.
    #[error(
        "the key {0} is missing from the keyring, and was not destroyed there: the keyring is another one or an older copy"
    )]
    Lost(String),
    /// The keyring cannot be reached.
    #[error(transparent)]
    Keyring(KeyringError),
}

impl From<KeyringError> for VaultError {
    fn from(error: KeyringError) -> Self {
        match error {
            KeyringError::Exists => Self::Exists,
            KeyringError::Storage(_) => Self::Keyring(error),
        }
    }
}
