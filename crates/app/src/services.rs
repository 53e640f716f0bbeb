//! What the use cases stand on: the data, the way out, time, chance, and what the operator decided.

use std::sync::Arc;

use sahod_model::{Clock, Mode, Random, Timestamp};
use sahod_outbound::{FileStore, HttpClient, Mailer};
use sahod_store::{Scope, Store};

use crate::{AppConfig, DataSources, LoginKeys};

/// What the use cases stand on. Made once, by whoever wires the program.
pub struct Services {
    /// The data.
    pub store: Store,
    /// Where data can be read from.
    pub data_sources: DataSources,
    /// The RSA keys, which may still be in the making.
    pub login_keys: LoginKeys,
    /// The way to other servers.
    pub http: HttpClient,
    /// Where files are kept.
    pub files: FileStore,
    /// Who sends mail; `None`: nobody does.
    pub mailer: Option<Mailer>,
    /// The present.
    pub clock: Arc<dyn Clock>,
    /// Chance.
    pub random: Arc<dyn Random>,
    /// What the operator decided.
    pub config: AppConfig,
}

impl Services {
    /// The present by a tenant's clock.
    pub(crate) fn now(&self, scope: &Scope) -> Timestamp {
        scope.now(self.clock.as_ref())
    }

    /// The address of the Link API of that mode, without `/v1`.
    pub(crate) fn link_base(&self, mode: Mode) -> &str {
        match mode {
            Mode::Sandbox => &self.config.link_sandbox_url,
            Mode::Production => &self.config.link_url,
        }
    }
}
