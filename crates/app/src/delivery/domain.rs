//! What events are brought to webhooks with.

use std::sync::Arc;

use sahod_model::WebhookId;
use tokio::sync::watch;

use super::places::Places;
use crate::{services::Services, sources::Sources};

/// Calls that wait for events at the same time at most.
const WAITS: usize = 128;

/// Deliveries read and write in the database so many at a time, however many webhooks one event goes to: half of the connections
/// that there are to PostgreSQL, so that calls find one.
const TURNS: usize = 8;

/// Use cases of events and webhooks.
#[derive(Clone)]
pub struct Delivery {
    pub(super) services: Arc<Services>,
    pub(super) sources: Sources,
    /// Of deliveries that are under way.
    pub(super) places: Places<WebhookId>,
    /// Of what deliveries have to do in the database.
    pub(super) turns: Places<WebhookId>,
    /// Of calls that wait for events.
    pub(super) waits: Places<()>,
    /// Whoever waits for events is to wait no longer.
    pub(super) stopping: Arc<watch::Sender<bool>>,
}

impl Delivery {
    pub(crate) fn new(services: &Arc<Services>, sources: &Sources) -> Self {
        Self {
            services: Arc::clone(services),
            sources: sources.clone(),
            places: Places::new(services.config.deliveries.at_once, 4),
            turns: Places::new(TURNS, 1),
            waits: Places::new(WAITS, 4),
            stopping: Arc::new(watch::Sender::new(false)),
        }
    }
}
