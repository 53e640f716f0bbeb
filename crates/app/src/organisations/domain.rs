//! What tenants are managed with.

use std::sync::Arc;

use sahod_vault::MasterKey;

use super::known_keys::KnownKeys;
use crate::{secrets::Secrets, services::Services};

/// Use cases of tenants.
#[derive(Clone)]
pub struct Organisations {
    pub(super) services: Arc<Services>,
    pub(super) secrets: Secrets,
    pub(super) known_keys: Arc<KnownKeys>,
}

impl Organisations {
    pub(crate) fn new(services: &Arc<Services>, master: &MasterKey) -> Self {
        Self { services: Arc::clone(services), secrets: Secrets::new(master), known_keys: Arc::default() }
    }
}
