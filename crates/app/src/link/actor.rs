//! One link attempt, from the sign-in to the stored data.

use sahod_connectors::{Credentials, Scenario, SignIn, SourceSession};
use sahod_model::{
    Account, AccountErrorCode, ConnectionStatus, Datapoint, EventData, Mode, Provider, Step, Task, TaskId,
    TaskStatus, TaskType, Timestamp,
    event::SourceEvent,
    item::{SourceItem, SourceType},
};
use sahod_store::{Scope, SessionRef};
use sahod_vault::DataKey;
use tokio::{
    sync::{mpsc, watch},
    time::timeout,
};

use super::{
    Progress, Stage,
    person::WaitingPerson,
    registry::{Answer, Registration},
    start::account_event,
};
use crate::{App, AppError, Session, ingest::Source, sharing};

/// One attempt's state.
pub(super) struct Actor {
    app: App,
    scope: Scope,
    session: SessionRef,
    provider: Provider,
    account: Account,
    key: DataKey,
    progress: watch::Sender<Progress>,
}

/// Why an attempt ended early.
enum Stop {
    /// The source, the person or this system made it fail.
    Failed(AccountErrorCode),
    /// The account was revoked meanwhile: nothing more may be written.
    Revoked,
}

impl From<AppError> for Stop {
    fn from(error: AppError) -> Self {
        tracing::error!(%error, "a link attempt failed on our side");
        Self::Failed(AccountErrorCode::SystemError)
    }
}

impl From<sahod_store::StoreError> for Stop {
    fn from(error: sahod_store::StoreError) -> Self {
        AppError::from(error).into()
    }
}

/// Runs the attempt to its end. Dropping it at any await leaves the store consistent: every step is one transaction.
pub(super) async fn run(
    actor: Actor,
    (credentials, scenario): (Credentials, Option<Scenario>),
    answers: mpsc::Receiver<Answer>,
    registration: Registration,
) {
    let lifetime = actor.app.config.link_lifetime;
    let signed_in = timeout(lifetime, actor.sign_in(credentials, scenario, answers)).await;
    let result = match signed_in {
        Ok(Ok(session)) => match timeout(lifetime, actor.read(session)).await {
            Ok(result) => result,
            Err(_) => Err(Stop::Failed(AccountErrorCode::ServiceUnavailable)),
        },
        Ok(Err(stop)) => Err(stop),
        Err(_) => Err(Stop::Failed(AccountErrorCode::ServiceUnavailable)),
    };
    if let Err(Stop::Failed(code)) = result {
        actor.fail(code).await;
    }
    drop(registration);
}

impl Actor {
    pub(super) fn new(
        app: App,
        session: &Session,
        provider: Provider,
        account: Account,
        key: DataKey,
        progress: watch::Sender<Progress>,
    ) -> Self {
        let (scope, session) = (session.scope.clone(), session.reference.clone());
        Self { app, scope, session, provider, account, key, progress }
    }

    async fn sign_in(
        &self,
        fields: Credentials,
        scenario: Option<Scenario>,
        answers: mpsc::Receiver<Answer>,
    ) -> Result<Box<dyn SourceSession>, Stop> {
        let connector = self
            .app
            .catalogue
            .connector_for(self.scope.mode(), &self.provider.id)
            .map_err(|error| Stop::from(AppError::internal(error)))?;
        let return_url = self.app.return_url(self.scope.mode());
        let login = SignIn {
            provider: &self.provider,
            fields,
            now: self.now(),
            random: self.app.random.as_ref(),
            return_url: &return_url,
            scenario,
        };
        let person = WaitingPerson::new(self, answers);
        connector.sign_in(login, &person).await.map_err(|error| Stop::Failed(error.code()))
    }

    /// Reads every kind that the provider supports; each becomes visible and is announced as soon as it is stored.
    async fn read(&self, mut session: Box<dyn SourceSession>) -> Result<(), Stop> {
        let task = self.connected().await?;
        self.update(|progress| {
            progress.connection_status = ConnectionStatus::Connected;
            progress.stage = Stage::Reading;
        });
        let mut found = Vec::new();
        match self.read_kinds(session.as_mut(), &mut found).await {
            Ok(()) => self.finished(&task, &found, None).await?,
            // The connection holds, so the account stays connected and the task says what failed.
            Err(Stop::Failed(code)) => self.finished(&task, &found, Some(code)).await?,
            Err(Stop::Revoked) => return Err(Stop::Revoked),
        }
        Ok(())
    }

    async fn read_kinds(
        &self,
        session: &mut dyn SourceSession,
        found: &mut Vec<Datapoint>,
    ) -> Result<(), Stop> {
        let mut everything: Vec<SourceItem> = Vec::new();
        for kind in Datapoint::ALL {
            if kind.is_derived() || !self.provider.supported.contains(&kind) {
                continue;
            }
            let items = session.read(kind).await.map_err(|error| Stop::Failed(error.code()))?;
            everything.extend(items.iter().cloned());
            self.store(kind, items, found).await?;
        }
        self.derive_kinds(&everything, found).await
    }

    /// Works out what this system adds to what the source said: estimated incomes, links, and from all of it the insight.
    async fn derive_kinds(&self, read: &[SourceItem], found: &mut Vec<Datapoint>) -> Result<(), Stop> {
        let supports = |kind| self.provider.supported.contains(&kind);
        if supports(Datapoint::Eincomes) {
            let country = self.provider.country.as_deref();
            let today = self.now().date();
            let derived = crate::derive::derive_eincomes(country, &self.provider.id, read, today);
            self.store(Datapoint::Eincomes, derived, found).await?;
        }
        let linked_on = if supports(Datapoint::Links) {
            self.app.store.linked_elsewhere(&self.scope, &self.account.id).await?
        } else {
            None
        };
        if let Some(days) = &linked_on {
            self.store(Datapoint::Links, vec![self.app.derive_link(days)], found).await?;
        }
        if supports(Datapoint::Insights) {
            let source = (&self.account.id).into();
            let insight = self.app.derive_insight(&self.scope, &source, linked_on).await?;
            self.store(Datapoint::Insights, vec![insight], found).await?;
        }
        Ok(())
    }

    async fn store(
        &self,
        kind: Datapoint,
        items: Vec<SourceItem>,
        found: &mut Vec<Datapoint>,
    ) -> Result<(), Stop> {
        if items.is_empty() {
            return Ok(());
        }
        let source = Source { scope: &self.scope, account: &self.account, key: &self.key };
        if !self.app.ingest(&source, kind, items).await? {
            return Err(Stop::Revoked);
        }
        found.push(kind);
        self.update(|progress| progress.datapoints.push(kind));
        Ok(())
    }

    /// Notes the successful sign-in and opens the task.
    async fn connected(&self) -> Result<Task, Stop> {
        let now = self.now();
        let task = Task {
            id: TaskId::new(self.app.clock.as_ref(), self.app.random.as_ref()),
            task_type: TaskType::LinkAccount,
            user_id: self.account.user_id.clone(),
            source_id: (&self.account.id).into(),
            provider_id: self.provider.id.clone(),
            started_at: now,
            finished_at: None,
            outcome: None,
            error_code: None,
            datapoints: Vec::new(),
        };
        let mut tx = self.app.store.begin().await?;
        let mut scoped = tx.scoped(&self.scope);
        scoped.lock_user(&self.account.user_id).await?;
        if !scoped.update_account_status(&self.account.id, ConnectionStatus::Connected, None, now).await? {
            return Err(Stop::Revoked);
        }
        let connected = EventData::AccountConnected(account_event(&self.account));
        scoped.append_event(&connected, Some(&task.source_id)).await?;
        sharing::began(&mut scoped, &self.account.user_id, now).await?;
        scoped.insert_task(&task).await?;
        let started = EventData::TaskStarted { source: source_event(&task), task_type: task.task_type };
        scoped.append_event(&started, Some(&task.source_id)).await?;
        scoped.insert_step(&self.session, Step::Connected, Some(&self.provider.id), None).await?;
        tx.commit().await?;
        Ok(task)
    }

    /// Closes the task.
    async fn finished(
        &self,
        task: &Task,
        found: &[Datapoint],
        error: Option<AccountErrorCode>,
    ) -> Result<(), Stop> {
        let status = if error.is_none() { TaskStatus::Succeeded } else { TaskStatus::Failed };
        self.app.finish_task(&self.scope, task, status, error, found).await?;
        if let Some(code) = error {
            self.note_failure(code).await;
        }
        self.note_health(error);
        let now = self.now();
        self.update(|progress| {
            progress.stage = if error.is_none() { Stage::Done } else { Stage::Failed };
            progress.error_code = error;
            progress.error_message = error.map(AccountErrorCode::message);
            progress.last_read_at = error.is_none().then_some(now);
        });
        Ok(())
    }

    /// Notes a failed sign-in.
    async fn fail(&self, code: AccountErrorCode) {
        if let Err(error) = self.app.fail_account(&self.scope, &self.account, code).await {
            tracing::error!(%error, "cannot note a failed link; the account will be ended as unfinished");
        }
        self.note_failure(code).await;
        self.note_health(Some(code));
        self.update(|progress| {
            progress.connection_status = ConnectionStatus::Error;
            progress.stage = Stage::Failed;
            progress.prompt = None;
            progress.error_code = Some(code);
            progress.error_message = Some(code.message());
        });
    }

    /// Notes whether the provider worked, for those who come next.
    fn note_health(&self, error: Option<AccountErrorCode>) {
        if self.scope.mode() == Mode::Production {
            self.app.health.note(&self.provider.id, error, self.now());
        }
    }

    /// Notes a failure among the session's steps. They are for statistics, and nothing waits for them to be complete.
    async fn note_failure(&self, code: AccountErrorCode) {
        let note = async {
            let mut tx = self.app.store.begin().await?;
            let provider = Some(&self.provider.id);
            tx.scoped(&self.scope).insert_step(&self.session, Step::Failed, provider, Some(code)).await?;
            tx.commit().await
        };
        if let Err(error) = note.await {
            tracing::warn!(%error, "cannot note the step of a failure");
        }
    }

    /// The present.
    pub(super) fn now(&self) -> Timestamp {
        self.app.clock.now()
    }

    /// Changes the status while signing in.
    pub(super) async fn set_status(&self, status: ConnectionStatus) -> Result<(), AppError> {
        let mut tx = self.app.store.begin().await?;
        let mut scoped = tx.scoped(&self.scope);
        scoped.update_account_status(&self.account.id, status, None, self.now()).await?;
        if status == ConnectionStatus::AwaitingMfa {
            scoped.insert_step(&self.session, Step::Challenged, Some(&self.provider.id), None).await?;
        }
        Ok(tx.commit().await?)
    }

    pub(super) fn update(&self, change: impl FnOnce(&mut Progress)) {
        let now = self.now();
        self.progress.send_modify(|progress| {
            change(progress);
            progress.updated_at = now;
        });
    }
}

/// What events say about the source of a task.
pub(crate) fn source_event(task: &Task) -> SourceEvent {
    SourceEvent {
        user_id: task.user_id.clone(),
        source_id: task.source_id.clone(),
        source_type: SourceType::Account,
        providers: [task.provider_id.clone()],
    }
}
