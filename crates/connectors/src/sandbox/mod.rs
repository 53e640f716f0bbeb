//! The sandbox source: it plays every provider of the catalogue for four test people, and never leaves the machine.
//!
//! Its data depends on nothing but the person, the provider and fixed dates, and is cut off at the tenant's present.
//! A later reading therefore finds the same items and the ones that have come since, and an item, once seen, never
//! changes, but for what is left of a loan. Money is made and counted in whole hundredths.

mod contributions;
mod documents;
mod employments;
mod generator;
mod identity;
mod incomes;
mod liabilities;
mod login;
mod people;
mod ratings;
pub(crate) mod spec;
#[cfg(test)]
mod tests;
mod transactions;

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use async_trait::async_trait;
use sahod_model::{AccountErrorCode, Datapoint, Provider, ProviderId, Timestamp, item::SourceItem};

pub use self::people::test_people;
use self::{
    generator::{Draw, Source},
    people::Profile,
    spec::SandboxSpec,
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
#[derive(Clone, Default)]
pub struct Pace(Option<(Duration, Duration, Arc<dyn Sleeper>)>);

impl Pace {
    /// Without any waiting: for tests and for making demonstration data.
    #[must_use]
    pub fn instant() -> Self {
        Self(None)
    }

    /// From `shortest` to `longest` a step.
    #[must_use]
    pub fn new(shortest: Duration, longest: Duration, sleeper: Arc<dyn Sleeper>) -> Self {
        Self(Some((shortest, longest, sleeper)))
    }

    /// Waits for one step; how long depends on `texts` only.
    async fn step(&self, texts: &[&str]) {
        let Some((shortest, longest, sleeper)) = &self.0 else { return };
        let span = u64::try_from(longest.saturating_sub(*shortest).as_millis()).unwrap_or(0);
        sleeper.sleep(*shortest + Duration::from_millis(Draw::new(texts).below(span + 1))).await;
    }
}

impl std::fmt::Debug for Pace {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Pace").field(&self.0.as_ref().map(|(from, to, _)| (from, to))).finish()
    }
}

/// The connector that plays every sandbox provider.
pub(crate) struct SandboxConnector {
    specs: BTreeMap<ProviderId, Arc<SandboxSpec>>,
    pace: Pace,
}

impl SandboxConnector {
    /// Plays the providers of `manifests`.
    pub(crate) fn new(manifests: Vec<Manifest>, pace: Pace) -> Self {
        let specs = manifests.into_iter().map(|m| (m.provider.id, Arc::new(m.sandbox))).collect();
        Self { specs, pace }
    }
}

#[async_trait]
impl Connector for SandboxConnector {
    async fn sign_in(
        &self,
        login: SignIn<'_>,
        person: &dyn Person,
    ) -> Result<Box<dyn SourceSession>, SourceError> {
        let SignIn { provider, fields, now } = login;
        let unknown = || SourceError::UnknownProvider(provider.id.clone());
        let spec = Arc::clone(self.specs.get(&provider.id).ok_or_else(unknown)?);
        self.pace.step(&[provider.id.as_str(), "sign in"]).await;
        let found = login::find(provider, &spec, &fields).ok_or(AccountErrorCode::InvalidCredentials)?;
        drop(fields);
        if provider.mfa {
            login::ask_code(found, &spec, person).await?;
            self.pace.step(&[provider.id.as_str(), "check code"]).await;
        }
        Ok(Box::new(SandboxSession {
            person: found,
            provider: provider.clone(),
            spec,
            now,
            pace: self.pace.clone(),
        }))
    }
}

/// One person, signed in at one sandbox provider.
struct SandboxSession {
    person: &'static Profile,
    provider: Provider,
    spec: Arc<SandboxSpec>,
    now: Timestamp,
    pace: Pace,
}

#[async_trait]
impl SourceSession for SandboxSession {
    async fn read(&mut self, kind: Datapoint) -> Result<Vec<SourceItem>, SourceError> {
        let unsupported = SourceError::UnsupportedKind { provider: self.provider.id.clone(), kind };
        if !self.provider.supported.contains(&kind) {
            return Err(unsupported);
        }
        let source = Source { person: self.person, provider: &self.provider, spec: &self.spec };
        let mut items = match kind {
            Datapoint::Identities => vec![identity::read(&source)],
            Datapoint::Ratings => vec![ratings::read(&source)],
            Datapoint::Transactions => transactions::read(&source, self.now),
            Datapoint::Documents => documents::read(&source, self.now),
            Datapoint::Employments => employments::read(&source),
            Datapoint::Incomes => incomes::read(&source, self.now),
            Datapoint::Contributions => contributions::read(&source, self.now),
            Datapoint::Liabilities => liabilities::read(&source, self.now),
            Datapoint::Eincomes | Datapoint::Links | Datapoint::Insights => return Err(unsupported),
        };
        // Whoever is there at all has an identity, also for a clock that stands before it was recorded.
        items.retain(|item| item.created_at <= self.now || kind == Datapoint::Identities);
        self.pace.step(&[self.person.test.email, self.provider.id.as_str(), kind.as_str()]).await;
        Ok(items)
    }
}
