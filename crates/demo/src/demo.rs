//! The running demo, for whoever serves it.

use std::sync::Arc;

use axum::Router;
use sahod_model::{Clock, Random};
use sahod_outbound::{HttpClient, HttpClientConfig};
use tokio::sync::{Semaphore, watch};

use crate::{
    config::DemoConfig, error::DemoError, events::EventLog, open_api::OpenApi, registration, router,
    state::DemoState,
};

/// A browser opens one stream for each page.
const MAX_STREAMS: usize = 64;

/// The demo. Cheap to clone; clones are the same demo.
#[derive(Clone)]
pub struct Demo(Arc<DemoState>);

impl Demo {
    /// A demo that has not yet told the API about itself.
    pub fn new(
        config: DemoConfig,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
    ) -> Result<Self, DemoError> {
        let config = config.tidy()?;
        // The API that it calls is the operator's own, most often on this very machine.
        let client =
            HttpClient::new(HttpClientConfig { allow_private_networks: true, ..HttpClientConfig::default() })
                .map_err(DemoError::Client)?;
        let webhook_secret = hex::encode(random.array::<32>()).into();
        Ok(Self(Arc::new(DemoState {
            open_api: OpenApi::new(client, &config),
            events: EventLog::new(clock.now()),
            streams: Arc::new(Semaphore::new(MAX_STREAMS)),
            stopped: watch::Sender::new(false),
            config,
            clock,
            random,
            webhook_secret,
        })))
    }

    /// The page and its few calls. Serve it at the root of `demo_url`.
    pub fn router(&self) -> Router {
        router::router(&self.0)
    }

    /// Registers the webhook. Call it once the router is being served and the API is up; it waits a few seconds for
    /// an API that is still starting.
    pub async fn start(&self) -> Result<(), DemoError> {
        registration::register(&self.0).await
    }

    /// Ends the streams of open pages, which would otherwise hold up a graceful shutdown.
    pub fn stop(&self) {
        self.0.stopped.send_replace(true);
    }
}
