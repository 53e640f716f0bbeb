//! What events are brought to webhooks with.

use std::sync::Arc;

use tokio::sync::watch;

use crate::{services::Services, sources::Sources};

/// Use cases of events and webhooks.
#[derive(Clone)]
pub struct Delivery {
    pub(super) services: Arc<Services>,
    pub(super) sources: Sources,
    /// Whoever waits for events is to wait no longer.
    pub(super) stopping: Arc<watch::Sender<bool>>,
}

impl Delivery {
    pub(crate) fn new(services: &Arc<Services>, sources: &Sources) -> Self {
        Self {
            services: Arc::clone(services),
            sources: sources.clone(),
            stopping: Arc::new(watch::Sender::new(false)),
        }
    }
}
