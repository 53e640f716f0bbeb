//! What people are let in with.

use std::sync::Arc;

use sahod_vault::MasterKey;

use crate::{secrets::Secrets, services::Services};

/// Use cases of people and how they come in.
#[derive(Clone)]
pub struct People {
    pub(super) services: Arc<Services>,
    pub(super) secrets: Secrets,
}

impl People {
    pub(crate) fn new(services: &Arc<Services>, master: &MasterKey) -> Self {
        Self { services: Arc::clone(services), secrets: Secrets::new(master) }
    }
}
