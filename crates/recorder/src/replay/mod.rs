//! Serves a recording again.

mod deliveries;
mod load;
mod matching;
mod playback;
mod serve;

use std::{path::Path, sync::Arc};

use axum::Router;
use sahod_model::Clock;
use sahod_outbound::HttpClient;

use load::Recording;
use playback::Playback;

pub use load::LoadError;
pub use playback::WebhookReceiver;

/// Serves a recording again. Cheap to clone; clones go on together.
#[derive(Clone)]
pub struct Replayer(Arc<Playback>);

impl Replayer {
    /// Reads a recording, to be served at `url`. Without a receiver, webhooks go where the customer registers one.
    pub fn load(path: &Path, url: &str, receiver: Option<WebhookReceiver>) -> Result<Self, LoadError> {
        Ok(Self(Arc::new(Playback::new(Recording::load(path)?, url, receiver))))
    }

    /// The recorded surfaces, and `/replay` beside them.
    pub fn router(&self) -> Router {
        serve::router(&self.0)
    }

    /// Sends every webhook that was recorded, each event once, in order, after the answer that it followed and as soon as
    /// it is known where to; returns after the last.
    pub async fn send_webhooks(&self, http: &HttpClient, clock: &dyn Clock) {
        deliveries::send_all(&self.0, http, clock).await;
    }
}
