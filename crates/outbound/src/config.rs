//! The bounds of the client.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// The `[outbound]` section of the configuration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct HttpClientConfig {
    /// Whether addresses in private networks may be called. For development, and for installations whose webhook
    /// receivers are on the same private network.
    pub allow_private_networks: bool,
    /// How long finding the address, connecting and the TLS handshake may take together.
    pub connect_timeout_ms: u64,
    /// How long the whole exchange may take, from the first look at the address to the last byte of the answer.
    pub timeout_ms: u64,
    /// The largest answer body that is read.
    pub max_response_bytes: usize,
}

impl Default for HttpClientConfig {
    fn default() -> Self {
        Self {
            allow_private_networks: false,
            connect_timeout_ms: 5_000,
            timeout_ms: 15_000,
            max_response_bytes: 1024 * 1024,
        }
    }
}

impl HttpClientConfig {
    /// Everything that is wrong with these settings, each with the key it is about.
    #[must_use]
    pub fn faults(&self) -> Vec<(&'static str, &'static str)> {
        let mut faults = Vec::new();
        if self.connect_timeout_ms == 0 {
            faults.push(("connect_timeout_ms", "must be at least 1"));
        }
        if self.timeout_ms == 0 {
            faults.push(("timeout_ms", "must be at least 1"));
        }
        faults
    }

    pub(crate) const fn connect_timeout(&self) -> Duration {
        Duration::from_millis(self.connect_timeout_ms)
    }

    pub(crate) const fn timeout(&self) -> Duration {
        Duration::from_millis(self.timeout_ms)
    }
}
