//! People of a tenant's own in its sandbox: with which login and password, whose data they have, and how it plays out.

use std::sync::Arc;

use sahod_connectors::{Connector, Credentials, normalise_login};
use sahod_model::{
    ExposeSecret, Mode, Provider, ProviderId, Right, ScenarioId, Timestamp, provider::LoginFieldKind,
};
use sahod_sandbox::{Rehearsal, Scenario};
use sahod_store::{Page, PageRequest, Scope, StoreError, scenarios::StoredScenario};
use serde::{Deserialize, Serialize};

use super::Sandbox;
use crate::{Acting, AppError, Session};

/// Somebody whom a tenant made up. Nobody real: the login and the password are no secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SandboxPerson {
    /// Its id.
    pub id: ScenarioId,
    /// When it was made.
    pub created_at: Timestamp,
    /// Where the person can sign in.
    pub provider_id: ProviderId,
    /// What it is made of.
    pub content: PersonContent,
}

/// What a made-up person is made of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PersonContent {
    /// What the person types as login name.
    pub login: String,
    /// What they type as password; `None` where the provider asks for none.
    pub password: Option<String>,
    /// What they get.
    pub scenario: Scenario,
}

impl TryFrom<StoredScenario> for SandboxPerson {
    type Error = AppError;

    fn try_from(stored: StoredScenario) -> Result<Self, AppError> {
        let StoredScenario { id, created_at, provider_id, content } = stored;
        let content = serde_json::from_str(&content).map_err(AppError::internal)?;
        Ok(Self { id, created_at, provider_id, content })
    }
}

impl Sandbox {
    /// Makes up a person.
    pub async fn create_scenario(
        &self,
        acting: &Acting,
        provider_id: ProviderId,
        content: PersonContent,
    ) -> Result<SandboxPerson, AppError> {
        let scope = acting.may(Right::Write)?;
        let provider = self.sandbox_provider(scope, &provider_id)?;
        let has = |kind| provider.login.iter().any(|field| field.kind == kind);
        if !has(LoginFieldKind::Login) {
            return Err(AppError::invalid("providerId", "is of a provider that asks for no login name"));
        }
        match (&content.password, has(LoginFieldKind::Password)) {
            (None, true) => {
                return Err(AppError::invalid("password", "is required: the provider asks for one"));
            }
            (Some(_), false) => {
                return Err(AppError::invalid("password", "must be left out: the provider asks for none"));
            }
            _ => {}
        }
        let login = normalise_login(&content.login);
        if login.is_empty() {
            return Err(AppError::invalid("login", "must have letters or digits"));
        }
        let person = SandboxPerson {
            id: ScenarioId::new(self.services.clock.as_ref(), self.services.random.as_ref()),
            created_at: self.services.clock.now(),
            provider_id,
            content,
        };
        let stored = StoredScenario {
            id: person.id.clone(),
            created_at: person.created_at,
            provider_id: person.provider_id.clone(),
            content: serde_json::to_string(&person.content).map_err(AppError::internal)?,
        };
        let key = self.services.store.create_key(person.id.as_str()).await?;
        let mut tx = self.services.store.begin().await?;
        match tx.scoped(scope).insert_scenario(&stored, &login, &key).await {
            Err(StoreError::Conflict(_)) => {
                tx.rollback();
                self.services.store.destroy_key(person.id.as_str()).await?;
                return Err(AppError::invalid(
                    "login",
                    "is that of another of your scenarios at this provider; delete that one first",
                ));
            }
            inserted => inserted?,
        }
        tx.commit().await?;
        Ok(person)
    }

    /// The made-up person of that id.
    pub async fn get_scenario(&self, acting: &Acting, id: &ScenarioId) -> Result<SandboxPerson, AppError> {
        let scope = acting.may(Right::Read)?;
        self.find_scenario(scope, id).await
    }

    async fn find_scenario(&self, scope: &Scope, id: &ScenarioId) -> Result<SandboxPerson, AppError> {
        sandbox_only(scope)?;
        self.services.store.scoped(scope).get_scenario(id).await?.ok_or(AppError::Missing)?.try_into()
    }

    /// A page of made-up people, newest first.
    pub async fn list_scenarios(
        &self,
        acting: &Acting,
        page: &PageRequest,
    ) -> Result<Page<SandboxPerson>, AppError> {
        let scope = acting.may(Right::Read)?;
        sandbox_only(scope)?;
        let Page { items, next } = self.services.store.scoped(scope).list_scenarios(page).await?;
        let items = items.into_iter().map(SandboxPerson::try_from).collect::<Result<_, _>>()?;
        Ok(Page { items, next })
    }

    /// What would happen if that person signed in now. Changes nothing.
    pub async fn try_scenario(&self, acting: &Acting, id: &ScenarioId) -> Result<Rehearsal, AppError> {
        let scope = acting.may(Right::Read)?;
        let person = self.find_scenario(scope, id).await?;
        let provider = self.sandbox_provider(scope, &person.provider_id)?;
        let rehearsed = self.services.data_sources.sandbox.rehearse(
            person.content.scenario,
            provider,
            self.services.now(scope),
        );
        rehearsed.await.map_err(AppError::internal)
    }

    /// Deletes a made-up person. Accounts that they connected stay.
    pub async fn delete_scenario(&self, acting: &Acting, id: &ScenarioId) -> Result<(), AppError> {
        let scope = acting.may(Right::Write)?;
        sandbox_only(scope)?;
        let mut tx = self.services.store.begin().await?;
        let deleted = tx.scoped(scope).delete_scenario(id).await?;
        tx.commit().await?;
        if !deleted {
            return Err(AppError::Missing);
        }
        Ok(self.services.store.destroy_key(id.as_str()).await?)
    }

    /// What talks to the provider for whoever signs in like that: what does so for everybody, or for somebody whom the
    /// tenant made up what plays their scenario.
    pub(crate) async fn connector_for(
        &self,
        session: &Session,
        provider: &Provider,
        fields: &Credentials,
    ) -> Result<Arc<dyn Connector>, AppError> {
        if let Some(scenario) = self.scenario_of(session, provider, fields).await? {
            return Ok(self.services.data_sources.sandbox.for_scenario(scenario));
        }
        self.services
            .data_sources
            .catalogue
            .connector_for(session.scope.mode(), &provider.id)
            .map_err(AppError::internal)
    }

    /// The scenario of whoever signs in like that, if the tenant made them up.
    async fn scenario_of(
        &self,
        session: &Session,
        provider: &Provider,
        fields: &Credentials,
    ) -> Result<Option<Scenario>, AppError> {
        let scope = &session.scope;
        let (Mode::Sandbox, Some(login)) = (scope.mode(), fields.login(provider)) else { return Ok(None) };
        let found =
            self.services.store.scoped(scope).find_scenario(&provider.id, login.expose_secret()).await?;
        let Some(found) = found else { return Ok(None) };
        let PersonContent { password, scenario, .. } = SandboxPerson::try_from(found)?.content;
        let field = provider.login.iter().find(|field| field.kind == LoginFieldKind::Password);
        let typed = field.and_then(|field| fields.get(&field.name)).map(ExposeSecret::expose_secret);
        Ok((password.as_deref() == typed).then_some(scenario))
    }

    fn sandbox_provider(&self, scope: &Scope, id: &ProviderId) -> Result<&Provider, AppError> {
        sandbox_only(scope)?;
        let unknown = || AppError::invalid("providerId", "is not in the list of providers");
        self.services.data_sources.catalogue.get(Mode::Sandbox, id).ok_or_else(unknown)
    }
}

/// What is of the sandbox only is refused elsewhere.
pub(super) fn sandbox_only(scope: &Scope) -> Result<(), AppError> {
    if scope.mode() == Mode::Sandbox { Ok(()) } else { Err(AppError::Forbidden) }
}
