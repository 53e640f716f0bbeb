//! The connector of the sandbox.

use std::{collections::BTreeMap, sync::Arc};

use async_trait::async_trait;
use sahod_connectors::{Catalogue, Connector, Manifests, Person, SignIn, SourceError, SourceSession};
use sahod_model::{AccountErrorCode, Mode, Provider, ProviderId, Random, SecretString, Timestamp};

use crate::{
    authorize::Authorizations,
    login,
    pace::Pace,
    prompts::{Interview, prompts_of},
    scenario::Scenario,
    section::SandboxSection,
    session::SandboxSession,
    spec::SandboxSpec,
};

/// The connector that plays every provider of the sandbox.
pub struct SandboxConnector {
    specs: BTreeMap<ProviderId, Arc<SandboxSpec>>,
    pace: Pace,
    authorizations: Authorizations,
}

impl SandboxConnector {
    /// Plays every provider that has a `sandbox:` section, and offers them in the catalogue's sandbox; `pace` is how long
    /// each step takes.
    pub fn offer(manifests: &mut Manifests, catalogue: &mut Catalogue, pace: Pace) -> Arc<Self> {
        let sections = manifests.sections(Mode::Sandbox, SandboxSection::check);
        let specs = sections.iter().map(|(provider, spec)| (provider.id.clone(), Arc::clone(spec))).collect();
        let connector = Arc::new(Self { specs, pace, authorizations: Authorizations::default() });
        for (provider, spec) in sections {
            let provider = Provider { health: spec.health, ..provider };
            catalogue.add(Mode::Sandbox, provider, Some(Arc::clone(&connector) as Arc<dyn Connector>));
        }
        connector
    }

    /// The same connector for somebody whom a tenant made up: they are let in, whatever they typed, and get what the
    /// scenario says.
    #[must_use]
    pub fn for_scenario(self: &Arc<Self>, scenario: Scenario) -> Arc<dyn Connector> {
        Arc::new(ScenarioConnector { sandbox: Arc::clone(self), scenario })
    }

    /// A code for the person who agreed on the sandbox's own sign-in page, good once for whoever has the verifier of that
    /// `challenge` (RFC 7636).
    #[must_use]
    pub fn grant(&self, challenge: String, random: &dyn Random) -> String {
        self.authorizations.grant(challenge, random)
    }

    pub(crate) fn spec(&self, provider: &Provider) -> Result<Arc<SandboxSpec>, SourceError> {
        self.specs
            .get(&provider.id)
            .map(Arc::clone)
            .ok_or_else(|| SourceError::UnknownProvider(provider.id.clone()))
    }

    fn session(
        &self,
        scenario: Scenario,
        provider: &Provider,
        now: Timestamp,
    ) -> Result<SandboxSession, SourceError> {
        let (spec, pace) = (self.spec(provider)?, self.pace.clone());
        Ok(SandboxSession::new(scenario, provider.clone(), spec, now, pace))
    }

    /// Signs in whoever has that scenario; without one, whoever is known by what they typed.
    async fn sign_in_as(
        &self,
        scenario: Option<Scenario>,
        mut login: SignIn<'_>,
        person: &dyn Person,
    ) -> Result<Box<dyn SourceSession>, SourceError> {
        let provider = login.provider;
        let spec = self.spec(provider)?;
        self.pace.step(&[provider.id.as_str(), "sign in"]).await;
        let found = scenario.or_else(|| login::find(provider, &spec, &login.fields));
        let scenario = found.ok_or(AccountErrorCode::InvalidCredentials)?;
        drop(std::mem::take(&mut login.fields));
        self.pace.wait(scenario.script.sign_in_time()).await;
        let interview = Interview {
            of: scenario.person.profile(),
            person,
            authorizations: &self.authorizations,
            sign_in: &login,
            pace: &self.pace,
        };
        for prompt in prompts_of(&scenario.script, provider, &spec) {
            interview.ask(prompt).await?;
            self.pace.step(&[provider.id.as_str(), "check answer"]).await;
        }
        if let Some(code) = scenario.script.error {
            return Err(code.into());
        }
        Ok(Box::new(self.session(scenario, provider, login.now)?))
    }
}

#[async_trait]
impl Connector for SandboxConnector {
    async fn sign_in(
        &self,
        login: SignIn<'_>,
        person: &dyn Person,
    ) -> Result<Box<dyn SourceSession>, SourceError> {
        self.sign_in_as(None, login, person).await
    }

    async fn resume(
        &self,
        provider: &Provider,
        kept: SecretString,
        now: Timestamp,
    ) -> Result<Box<dyn SourceSession>, SourceError> {
        let scenario = SandboxSession::scenario_of(&kept).ok_or(AccountErrorCode::AuthRequired)?;
        self.pace.step(&[provider.id.as_str(), "resume"]).await;
        if let Some(code) = scenario.script.sync_error {
            return Err(code.into());
        }
        Ok(Box::new(self.session(scenario, provider, now)?))
    }
}

impl std::fmt::Debug for SandboxConnector {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SandboxConnector").field("providers", &self.specs.len()).finish_non_exhaustive()
    }
}

/// The sandbox, for one scenario.
struct ScenarioConnector {
    sandbox: Arc<SandboxConnector>,
    scenario: Scenario,
}

#[async_trait]
impl Connector for ScenarioConnector {
    async fn sign_in(
        &self,
        login: SignIn<'_>,
        person: &dyn Person,
    ) -> Result<Box<dyn SourceSession>, SourceError> {
        self.sandbox.sign_in_as(Some(self.scenario.clone()), login, person).await
    }

    async fn resume(
        &self,
        provider: &Provider,
        kept: SecretString,
        now: Timestamp,
    ) -> Result<Box<dyn SourceSession>, SourceError> {
        self.sandbox.resume(provider, kept, now).await
    }
}
