//! One person, signed in at one sandbox provider.

use std::sync::Arc;

use async_trait::async_trait;
use sahod_connectors::{SourceError, SourceSession};
use sahod_model::{
    AccountErrorCode, Datapoint, ExposeSecret as _, Provider, SecretString, Timestamp,
    item::{Item, SourceItem},
};

use crate::{
    data::{self, Membership},
    pace::Pace,
    scenario::Scenario,
    script::DataSet,
    spec::SandboxSpec,
};

pub(super) struct SandboxSession {
    scenario: Scenario,
    provider: Provider,
    spec: Arc<SandboxSpec>,
    now: Timestamp,
    pace: Pace,
}

impl SandboxSession {
    pub(super) const fn new(
        scenario: Scenario,
        provider: Provider,
        spec: Arc<SandboxSpec>,
        now: Timestamp,
        pace: Pace,
    ) -> Self {
        Self { scenario, provider, spec, now, pace }
    }

    /// What an earlier session kept.
    pub(super) fn scenario_of(kept: &SecretString) -> Option<Scenario> {
        serde_json::from_str(kept.expose_secret()).ok()
    }

    fn items(&self, kind: Datapoint) -> Result<Vec<SourceItem>, SourceError> {
        let (provider, now) = (&self.provider, self.now);
        let membership = Membership { person: self.scenario.person.profile(), provider, spec: &self.spec };
        Ok(match kind {
            Datapoint::Identities => vec![self.identity(&membership)],
            _ if self.scenario.script.data == DataSet::Empty => Vec::new(),
            Datapoint::Ratings => vec![data::ratings::read(&membership)],
            Datapoint::Transactions => {
                let mut items = data::transactions::read(&membership, now);
                if self.scenario.script.data == DataSet::Huge {
                    items.extend(data::transactions::many(&membership));
                }
                items
            }
            Datapoint::Documents => data::papers::read(&membership, now),
            Datapoint::Employments => data::employments::read(&membership),
            Datapoint::Incomes => data::incomes::read(&membership, now),
            Datapoint::Contributions => data::contributions::read(&membership, now),
            Datapoint::Liabilities => data::liabilities::read(&membership, now),
            Datapoint::Eincomes | Datapoint::Links | Datapoint::Insights => {
                return Err(SourceError::UnsupportedKind { provider: provider.id.clone(), kind });
            }
        })
    }

    fn identity(&self, membership: &Membership<'_>) -> SourceItem {
        let mut read = data::identity::read(membership);
        if let Item::Identity(identity) = &mut read.item {
            self.scenario.identity.write_over(identity);
        }
        read
    }

    /// Whether reading stops before that kind: the first half of the kinds can be read, at least one.
    fn is_cut_off(&self, kind: Datapoint) -> bool {
        let mut kinds = Datapoint::ALL
            .into_iter()
            .filter(|kind| !kind.is_derived() && self.provider.supported.contains(kind));
        let count = kinds.clone().count();
        let place = kinds.position(|other| other == kind).unwrap_or_default();
        self.scenario.script.data == DataSet::Partial && place >= (count / 2).max(1)
    }
}

#[async_trait]
impl SourceSession for SandboxSession {
    async fn read(&mut self, kind: Datapoint) -> Result<Vec<SourceItem>, SourceError> {
        if !self.provider.supported.contains(&kind) {
            return Err(SourceError::UnsupportedKind { provider: self.provider.id.clone(), kind });
        }
        let mut items = self.items(kind)?;
        // Whoever is there at all has an identity, also for a clock that stands before it was recorded.
        items.retain(|item| item.created_at <= self.now || kind == Datapoint::Identities);
        let person = self.scenario.person.profile().test.email;
        self.pace.step(&[person, self.provider.id.as_str(), kind.as_str()]).await;
        self.pace.wait(self.scenario.script.read_time()).await;
        if self.is_cut_off(kind) {
            return Err(AccountErrorCode::ServiceUnavailable.into());
        }
        Ok(items)
    }

    fn keep(&self) -> Option<SecretString> {
        if !self.provider.monitor_supported {
            return None;
        }
        serde_json::to_string(&self.scenario).ok().map(SecretString::from)
    }
}
