//! What people are let in with.

use std::sync::Arc;

use sahod_model::UserId;
use sahod_vault::MasterKey;
use tokio::sync::broadcast;

use crate::{secrets::Secrets, services::Services};

/// Resets that wait for a stream to hear of them. One that missed some looks for itself.
const RESETS: usize = 64;

/// Use cases of people and how they come in.
#[derive(Clone)]
pub struct People {
    pub(super) services: Arc<Services>,
    pub(super) secrets: Secrets,
    /// Tells this node's streams whose sessions were ended.
    pub(super) resets: broadcast::Sender<UserId>,
}

impl People {
    pub(crate) fn new(services: &Arc<Services>, master: &MasterKey) -> Self {
        Self {
            services: Arc::clone(services),
            secrets: Secrets::new(master),
            resets: broadcast::Sender::new(RESETS),
        }
    }
}
