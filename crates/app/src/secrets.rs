//! How secrets that are long and random are kept: as keyed hashes.

use sahod_model::{ExposeSecret as _, SecretString};
use sahod_vault::{MasterKey, keyed_hash};

/// Hashes secrets of API keys, sessions and invites.
#[derive(Clone)]
pub(crate) struct Secrets {
    pepper: [u8; 32],
}

impl Secrets {
    pub(crate) fn new(master: &MasterKey) -> Self {
        Self { pepper: master.derive("api-secrets") }
    }

    /// A keyed hash. Secrets are random and long, so a slow password hash would add cost and no safety.
    pub(crate) fn hash(&self, secret: &SecretString) -> [u8; 32] {
        keyed_hash(&self.pepper, secret.expose_secret().as_bytes())
    }
}
