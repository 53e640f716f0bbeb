//! What the demo's handlers share.

use std::sync::Arc;

use sahod_model::{Clock, Random, SecretString};
use tokio::sync::{Semaphore, watch};

use crate::{config::DemoConfig, events::EventLog, open_api::OpenApi};

pub(crate) struct DemoState {
    pub(crate) config: DemoConfig,
    pub(crate) open_api: OpenApi,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Arc<dyn Random>,
    /// Keys the signatures of the webhook that the demo registers when it starts.
    pub(crate) webhook_secret: SecretString,
    pub(crate) events: EventLog,
    pub(crate) streams: Arc<Semaphore>,
    pub(crate) stopped: watch::Sender<bool>,
}
