//! The sandbox source: it plays every provider of the catalogue for four test people, and for people of a tenant's own
//! that resemble them, and never leaves the machine.
//!
//! Its data depends on nothing but the person, the provider and fixed dates, and is cut off at the tenant's present.
//! A later reading therefore finds the same items and the ones that have come since, and an item, once seen, never
//! changes, but for what is left of a loan. Money is made and counted in whole hundredths.
//!
//! What happens besides (prompts, failures, delays, odd amounts of data) is a [script](Script).

mod authorize;
mod contributions;
mod documents;
mod employments;
mod generator;
mod identity;
mod incomes;
mod liabilities;
mod login;
mod people;
mod prompts;
mod ratings;
mod rehearsal;
mod scenario;
mod script;
mod session;
pub(crate) mod spec;
#[cfg(test)]
mod tests;
mod transactions;

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use async_trait::async_trait;
use sahod_model::{
    AccountErrorCode, Provider, ProviderId, Random, SecretString, Timestamp, link::PromptChannel,
};

use self::{
    authorize::Authorizations, generator::Draw, prompts::Asking, session::SandboxSession, spec::SandboxSpec,
};
pub use self::{
    people::test_people,
    rehearsal::{Rehearsal, RehearsedKind},
    scenario::{PersonName, Scenario, ScenarioIdentity},
    script::{
        DataSet, MAX_SCRIPT_PROMPTS, MAX_SCRIPT_SECONDS, Script, ScriptPrompt, TestInput, TestInputGroup,
        test_inputs,
    },
};
use crate::{
    connector::{Connector, Person, SignIn, SourceError, SourceSession},
    manifest::Manifest,
};

/// How waiting is done, injected so that tests need not wait.
#[async_trait]
pub trait Sleeper: Send + Sync {
    /// Comes back after `time`.
    async fn sleep(&self, time: Duration);
}

/// How long the sandbox takes over each step (a sign-in, checking a code, reading one kind), so that the progress of a
/// link can be seen.
#[derive(Clone)]
pub struct Pace {
    steps: Option<(Duration, Duration, Arc<dyn Sleeper>)>,
    resend_after: Duration,
}

impl Pace {
    /// After how long a code can be sent again, unless said otherwise.
    pub const RESEND_AFTER: Duration = Duration::from_secs(30);

    /// Without any waiting: for tests and for making demonstration data.
    #[must_use]
    pub fn instant() -> Self {
        Self { steps: None, resend_after: Self::RESEND_AFTER }
    }

    /// From `shortest` to `longest` a step.
    #[must_use]
    pub fn new(shortest: Duration, longest: Duration, sleeper: Arc<dyn Sleeper>) -> Self {
        Self { steps: Some((shortest, longest, sleeper)), resend_after: Self::RESEND_AFTER }
    }

    /// The same, with codes that can be sent again after that time.
    #[must_use]
    pub fn resending_after(self, resend_after: Duration) -> Self {
        Self { resend_after, ..self }
    }

    /// Waits that long, unless there is no waiting at all.
    async fn wait(&self, time: Duration) {
        if let Some((_, _, sleeper)) = &self.steps
            && !time.is_zero()
        {
            sleeper.sleep(time).await;
        }
    }

    /// Waits for one step; how long depends on `texts` only.
    async fn step(&self, texts: &[&str]) {
        let Some((shortest, longest, sleeper)) = &self.steps else { return };
        let span = u64::try_from(longest.saturating_sub(*shortest).as_millis()).unwrap_or(0);
        sleeper.sleep(*shortest + Duration::from_millis(Draw::new(texts).below(span + 1))).await;
    }
}

impl std::fmt::Debug for Pace {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pace")
            .field("steps", &self.steps.as_ref().map(|(from, to, _)| (from, to)))
            .field("resend_after", &self.resend_after)
            .finish()
    }
}

/// The connector that plays every sandbox provider.
pub(crate) struct SandboxConnector {
    specs: BTreeMap<ProviderId, Arc<SandboxSpec>>,
    pace: Pace,
    authorizations: Authorizations,
}

impl SandboxConnector {
    /// Plays the providers of `manifests`.
    pub(crate) fn new(manifests: Vec<Manifest>, pace: Pace) -> Self {
        let specs = manifests.into_iter().map(|m| (m.provider.id, Arc::new(m.sandbox))).collect();
        Self { specs, pace, authorizations: Authorizations::default() }
    }

    /// A code for the person who agreed on the sandbox's own sign-in page.
    pub(crate) fn grant(&self, challenge: String, random: &dyn Random) -> String {
        self.authorizations.grant(challenge, random)
    }

    fn spec(&self, provider: &Provider) -> Result<Arc<SandboxSpec>, SourceError> {
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
}

#[async_trait]
impl Connector for SandboxConnector {
    async fn sign_in(
        &self,
        mut login: SignIn<'_>,
        person: &dyn Person,
    ) -> Result<Box<dyn SourceSession>, SourceError> {
        let provider = login.provider;
        let spec = self.spec(provider)?;
        self.pace.step(&[provider.id.as_str(), "sign in"]).await;
        let found = login.scenario.take().or_else(|| login::find(provider, &spec, &login.fields));
        let scenario = found.ok_or(AccountErrorCode::InvalidCredentials)?;
        drop(std::mem::take(&mut login.fields));
        self.pace.wait(scenario.script.sign_in_time()).await;
        let asking = Asking {
            of: scenario.person.profile(),
            person,
            authorizations: &self.authorizations,
            sign_in: &login,
            pace: &self.pace,
        };
        for prompt in prompts_of(&scenario.script, provider, &spec) {
            asking.ask(prompt).await?;
            self.pace.step(&[provider.id.as_str(), "check answer"]).await;
        }
        if let Some(code) = scenario.script.error {
            return Err(code.into());
        }
        Ok(Box::new(self.session(scenario, provider, login.now)?))
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

/// What is asked: what the script says, else what the provider asks anyway.
fn prompts_of(script: &Script, provider: &Provider, spec: &SandboxSpec) -> Vec<ScriptPrompt> {
    if let Some(prompts) = &script.prompts {
        return prompts.clone();
    }
    let mut prompts = Vec::new();
    if spec.redirect {
        prompts.push(ScriptPrompt::Redirect);
    }
    if provider.mfa && !spec.redirect {
        prompts.push(match spec.channel {
            PromptChannel::Email => ScriptPrompt::Email,
            _ => ScriptPrompt::Sms,
        });
    }
    prompts
}
