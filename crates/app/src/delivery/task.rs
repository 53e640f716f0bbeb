//! What one webhook's deliveries are made with.

use std::sync::Arc;

use sahod_model::WebhookId;
use sahod_store::Holder;
use tokio::{
    sync::{Notify, watch},
    time::Instant,
};

use super::Delivery;

/// What a stream needs.
pub(super) struct DeliveryTask {
    pub(super) delivery: Delivery,
    pub(super) holder: Holder,
    pub(super) webhook: WebhookId,
    pub(super) scope: i64,
    /// Until when deliveries may begin.
    pub(super) begin_until: watch::Receiver<Instant>,
    pub(super) stopping: watch::Receiver<bool>,
    /// There may be something to do.
    pub(super) look: Arc<Notify>,
}
