//! Which providers there are in each mode, and what talks to them.

use std::sync::Arc;

use sahod_model::{Mode, Provider, ProviderId, Random, Timestamp};

use crate::{
    connector::{Connector, SourceError},
    manifest::{self, ManifestFaults},
    sandbox::{Pace, Rehearsal, SandboxConnector, Scenario},
};

/// The providers of both modes. Made once at start and shared.
pub struct Catalogue {
    sandbox: Vec<Provider>,
    sandbox_connector: Arc<SandboxConnector>,
}

/// There is no such provider in that mode.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no provider {provider} in mode {mode}")]
pub struct UnknownProvider {
    /// The mode.
    pub mode: Mode,
    /// What was looked for.
    pub provider: ProviderId,
}

impl Catalogue {
    /// Reads the embedded manifests; `pace` is how long the sandbox source takes over each step. Fails with all faults
    /// of all manifests at once, which only happens to a binary built without running the tests.
    pub fn new(pace: Pace) -> Result<Self, ManifestFaults> {
        let manifests = manifest::embedded()?;
        let sandbox = manifests.iter().map(|manifest| manifest.provider.clone()).collect();
        let sandbox_connector = Arc::new(SandboxConnector::new(manifests, pace));
        Ok(Self { sandbox, sandbox_connector })
    }

    /// Every provider of that mode by name, then id. **Empty in production**: no live connector exists yet.
    #[must_use]
    pub fn list(&self, mode: Mode) -> &[Provider] {
        match mode {
            Mode::Sandbox => &self.sandbox,
            Mode::Production => &[],
        }
    }

    /// The provider of that id.
    #[must_use]
    pub fn get(&self, mode: Mode, id: &ProviderId) -> Option<&Provider> {
        self.list(mode).iter().find(|provider| provider.id == *id)
    }

    /// A code for the person who agreed on the sandbox's own sign-in page, good once for whoever has the verifier of that
    /// `challenge` (RFC 7636).
    #[must_use]
    pub fn grant_in_sandbox(&self, challenge: String, random: &dyn Random) -> String {
        self.sandbox_connector.grant(challenge, random)
    }

    /// What happens when the person of a scenario signs in at a provider of the sandbox, without anybody who does.
    pub async fn rehearse_in_sandbox(
        &self,
        scenario: Scenario,
        provider: &Provider,
        now: Timestamp,
    ) -> Result<Rehearsal, SourceError> {
        self.sandbox_connector.rehearse(scenario, provider, now).await
    }

    /// What talks to that provider.
    pub fn connector_for(&self, mode: Mode, id: &ProviderId) -> Result<Arc<dyn Connector>, UnknownProvider> {
        let unknown = || UnknownProvider { mode, provider: id.clone() };
        self.get(mode, id).ok_or_else(unknown)?;
        match mode {
            Mode::Sandbox => Ok(Arc::clone(&self.sandbox_connector) as Arc<dyn Connector>),
            Mode::Production => Err(unknown()),
        }
    }
}

impl std::fmt::Debug for Catalogue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Catalogue").field("sandbox", &self.sandbox.len()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn catalogue() -> Catalogue {
        Catalogue::new(Pace::instant()).unwrap()
    }

    #[test]
    fn the_sandbox_has_a_believable_catalogue_in_order() {
        let catalogue = catalogue();
        let list = catalogue.list(Mode::Sandbox);
        assert!(list.len() >= 34, "{}", list.len());
        assert!(list.windows(2).all(|pair| pair[0].name.to_lowercase() <= pair[1].name.to_lowercase()));
        for id in ["upwork", "freelancer", "grab", "abccorp", "cdecorp", "sss_ph"] {
            assert!(catalogue.get(Mode::Sandbox, &id.parse().unwrap()).is_some(), "{id}");
        }
        for country in ["PH", "ID", "SG", "IN"] {
            assert!(
                list.iter().filter(|provider| provider.country.as_deref() == Some(country)).count() >= 4,
                "{country}"
            );
        }
    }

    #[test]
    fn production_offers_nothing_and_says_so() {
        let catalogue = catalogue();
        let upwork: ProviderId = "upwork".parse().unwrap();
        assert!(catalogue.list(Mode::Production).is_empty());
        assert!(catalogue.get(Mode::Production, &upwork).is_none());
        let error = catalogue.connector_for(Mode::Production, &upwork).err().unwrap();
        assert_eq!(error.to_string(), "there is no provider upwork in mode PRODUCTION");
        assert!(catalogue.connector_for(Mode::Sandbox, &"nobody".parse().unwrap()).is_err());
        assert!(catalogue.connector_for(Mode::Sandbox, &upwork).is_ok());
    }
}
