//! Keys and what they lock: the master key, one data key per source, sealing, opening, destroying.
//!
//! Everything personal that is kept at rest is sealed here with AES-256-GCM under a data key of its own source, which is itself
//! wrapped under the master key and kept apart from the data, in a keyring. Destroying a source's data key makes what it
//! sealed unreadable at once and for good, in every copy and backup of the data.
//!
//! This room refuses to know what it seals (it sees bytes and what they are bound to), never prints a key, and has no
//! storage of its own: who keeps wrapped keys implements [`WrappedKeys`].

mod cache;
pub mod data_key;
pub mod error;
mod file;
pub mod jwe;
mod jwe_seal;
pub mod jwk;
pub mod jws;
pub mod key_set;
pub mod master;
pub mod rsa;
pub mod text;
pub mod token;
pub mod vault;
pub mod wrapped;

pub use data_key::{Aad, DataKey, Sealed};
pub use error::VaultError;
pub use file::{check_private, check_private_folder, create_private};
pub use jwe::{JweError, JweOpener};
pub use jwe_seal::JweRecipient;
pub use jwk::PublicJwk;
pub use jws::{JwsSigner, SigningJwk};
pub use key_set::{KeySet, KeysUsed};
pub use master::{MasterKey, keyed_hash, same_bytes};
pub use rsa::{RsaKeyError, RsaKeys};
pub use text::TextSealer;
pub use token::{TokenClaims, TokenError, TokenSigner};
pub use vault::Vault;
pub use wrapped::{BoxFuture, KeyringError, WrappedKey, WrappedKeys};
