//! Which providers there are in each mode, and what talks to them.

use std::{collections::HashMap, sync::Arc};

use sahod_model::{Mode, Provider, ProviderId};

use crate::connector::Connector;

/// The providers of both modes. Put together once at start, by whoever knows the connectors, and shared.
#[derive(Default)]
pub struct Catalogue {
    sandbox: Vec<Provider>,
    production: Vec<Provider>,
    connectors: HashMap<(Mode, ProviderId), Arc<dyn Connector>>,
}

/// Why nothing talks to a provider.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoConnector {
    /// There is no such provider in that mode.
    #[error("there is no provider {provider} in mode {mode}")]
    UnknownProvider {
        /// The mode.
        mode: Mode,
        /// What was looked for.
        provider: ProviderId,
    },
    /// It has no accounts that could be connected in that mode, only documents that can be handed over.
    #[error("accounts of provider {provider} cannot be connected in mode {mode}")]
    DocumentsOnly {
        /// The mode.
        mode: Mode,
        /// What was looked for.
        provider: ProviderId,
    },
}

impl Catalogue {
    /// Lists a provider in that mode, after those that are listed already. Without a connector its accounts cannot be
    /// connected, and it says so.
    pub fn add(&mut self, mode: Mode, mut provider: Provider, connector: Option<Arc<dyn Connector>>) {
        provider.account_connection = connector.is_some();
        provider.monitor_supported &= connector.is_some();
        self.connectors.extend(connector.map(|connector| ((mode, provider.id.clone()), connector)));
        match mode {
            Mode::Sandbox => self.sandbox.push(provider),
            Mode::Production => self.production.push(provider),
        }
    }

    /// Every provider of that mode, in the order in which they were added.
    #[must_use]
    pub fn list(&self, mode: Mode) -> &[Provider] {
        match mode {
            Mode::Sandbox => &self.sandbox,
            Mode::Production => &self.production,
        }
    }

    /// The provider of that id.
    #[must_use]
    pub fn get(&self, mode: Mode, id: &ProviderId) -> Option<&Provider> {
        self.list(mode).iter().find(|provider| provider.id == *id)
    }

    /// What talks to that provider.
    pub fn connector_for(&self, mode: Mode, id: &ProviderId) -> Result<Arc<dyn Connector>, NoConnector> {
        let connector = self.connectors.get(&(mode, id.clone()));
        connector.map(Arc::clone).ok_or_else(|| {
            let provider = id.clone();
            match self.get(mode, id) {
                None => NoConnector::UnknownProvider { mode, provider },
                Some(_) => NoConnector::DocumentsOnly { mode, provider },
            }
        })
    }
}

impl std::fmt::Debug for Catalogue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Catalogue")
            .field("sandbox", &self.sandbox.len())
            .field("production", &self.production.len())
            .finish_non_exhaustive()
    }
}
