//! What files are kept and read with.

use std::sync::Arc;

use sahod_vault::{MasterKey, TextSealer};

use super::upload_slots::UploadSlots;
use crate::{people::People, services::Services, sources::Sources};

/// Use cases of documents and other files.
#[derive(Clone)]
pub struct Documents {
    pub(super) services: Arc<Services>,
    pub(super) people: People,
    pub(super) sources: Sources,
    /// Seals the addresses of files.
    pub(super) addresses: Arc<TextSealer>,
    pub(super) slots: UploadSlots,
}

impl Documents {
    pub(crate) fn new(
        services: &Arc<Services>,
        people: &People,
        sources: &Sources,
        master: &MasterKey,
    ) -> Self {
        Self {
            services: Arc::clone(services),
            people: people.clone(),
            sources: sources.clone(),
            addresses: Arc::new(TextSealer::new(master, "file-addresses")),
            slots: UploadSlots::default(),
        }
    }
}
