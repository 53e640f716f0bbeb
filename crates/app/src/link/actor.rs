//! One link attempt, from the sign-in to the stored data.

use std::sync::Arc;

use sahod_connectors::{Connector, Credentials, SignIn, SourceSession};
use sahod_model::{
    Account, AccountErrorCode, ConnectionStatus, Datapoint, EventData, Mode, SecretString, Step, Task,
    TaskId, TaskStatus, TaskType, Timestamp, event::SourceEvent, item::SourceType,
};
use sahod_store::SessionRef;
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
use crate::{
    App, AppError, Session,
    reading::{Reader, Stop},
    sharing, sync,
};

/// One attempt's state.
pub(super) struct Actor {
    reader: Reader,
    session: SessionRef,
    /// Whether the account is to be read again month by month, where its source allows it.
    monitors: bool,
    progress: watch::Sender<Progress>,
}

/// Runs the attempt to its end. Dropping it at any await leaves the store consistent: every step is one transaction.
pub(super) async fn run(
    actor: Actor,
    (connector, credentials): (Arc<dyn Connector>, Credentials),
    answers: mpsc::Receiver<Answer>,
    registration: Registration,
) {
    let lifetime = actor.reader.app.config.link_lifetime;
    let signed_in = timeout(lifetime, actor.sign_in(connector.as_ref(), credentials, answers)).await;
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
    pub(super) fn new(reader: Reader, session: &Session, progress: watch::Sender<Progress>) -> Self {
        Self { reader, session: session.reference.clone(), monitors: session.monitors, progress }
    }

    async fn sign_in(
        &self,
        connector: &dyn Connector,
        fields: Credentials,
        answers: mpsc::Receiver<Answer>,
    ) -> Result<Box<dyn SourceSession>, Stop> {
        let Reader { app, scope, provider, .. } = &self.reader;
        let return_url = app.return_url(scope.mode());
        let login = SignIn {
            provider,
            fields,
            now: self.reader.now(),
            random: app.random.as_ref(),
            return_url: &return_url,
        };
        let person = WaitingPerson::new(self, answers);
        connector.sign_in(login, &person).await.map_err(|error| Stop::Failed(error.code()))
    }

    /// Reads every kind that the provider supports; each becomes visible and is announced as soon as it is stored.
    async fn read(&self, mut session: Box<dyn SourceSession>) -> Result<(), Stop> {
        let task = self.connected(session.keep()).await?;
        self.update(|progress| {
            progress.connection_status = ConnectionStatus::Connected;
            progress.stage = Stage::Reading;
        });
        let mut found = Vec::new();
        let mut stored = |kind| {
            found.push(kind);
            self.update(|progress| progress.datapoints.push(kind));
        };
        match self.reader.read(session.as_mut(), &mut stored).await {
            Ok(()) => self.finished(&task, &found, None).await?,
            // The connection holds, so the account stays connected and the task says what failed.
            Err(Stop::Failed(code)) => self.finished(&task, &found, Some(code)).await?,
            Err(Stop::Revoked) => return Err(Stop::Revoked),
        }
        Ok(())
    }

    /// Notes the successful sign-in, with what the source left for reading again, and opens the task.
    async fn connected(&self, left: Option<SecretString>) -> Result<Task, Stop> {
        let Reader { app, scope, provider, account, key } = &self.reader;
        let now = self.reader.now();
        let task = new_task(app, account, TaskType::LinkAccount, now);
        let kept = left.filter(|_| self.monitors && provider.monitor_supported);
        let mut tx = app.store.begin().await?;
        let mut scoped = tx.scoped(scope);
        scoped.lock_user(&account.user_id).await?;
        if !scoped.update_account_status(&account.id, ConnectionStatus::Connected, None, now).await? {
            return Err(Stop::Revoked);
        }
        let connected = EventData::AccountConnected(account_event(account));
        scoped.append_event(&connected, Some(&task.source_id)).await?;
        sharing::began(&mut scoped, &account.user_id, now).await?;
        sync::begin(app, &mut scoped, account, kept.as_ref().map(|kept| (kept, key))).await?;
        scoped.insert_task(&task).await?;
        let started = EventData::TaskStarted { source: source_event(&task), task_type: task.task_type };
        scoped.append_event(&started, Some(&task.source_id)).await?;
        scoped.insert_step(&self.session, Step::Connected, Some(&provider.id), None).await?;
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
        self.reader.app.finish_task(&self.reader.scope, task, status, error, found).await?;
        if let Some(code) = error {
            self.note_failure(code).await;
        }
        self.note_health(error);
        // Everything has happened: that its dates cannot be told just now makes no failure of it.
        let (last_read_at, next_read_at) = self.read_dates().await.unwrap_or_else(|error| {
            tracing::warn!(%error, "cannot tell when a linked account was read");
            (None, None)
        });
        self.update(|progress| {
            progress.stage = if error.is_none() { Stage::Done } else { Stage::Failed };
            progress.error_code = error;
            progress.error_message = error.map(AccountErrorCode::message);
            progress.last_read_at = last_read_at;
            progress.next_read_at = next_read_at;
        });
        Ok(())
    }

    /// When the account was read to the end, and when it will be read again.
    async fn read_dates(&self) -> Result<(Option<Timestamp>, Option<Timestamp>), AppError> {
        let Reader { app, scope, account, .. } = &self.reader;
        let account = app.get_account(scope, &account.id).await?;
        Ok((account.read_at, app.next_sync_at(scope, &account).await?))
    }

    /// Notes a failed sign-in.
    async fn fail(&self, code: AccountErrorCode) {
        if let Err(error) = self.reader.app.fail_account(&self.reader.scope, &self.reader.account, code).await
        {
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
        let Reader { app, scope, provider, .. } = &self.reader;
        if scope.mode() == Mode::Production {
            app.health.note(&provider.id, error, app.clock.now());
        }
    }

    async fn note_failure(&self, code: AccountErrorCode) {
        let Reader { app, scope, provider, .. } = &self.reader;
        app.note_failure(scope, &self.session, &provider.id, code).await;
    }

    /// The present by the machine's clock, as the person's browser has it.
    pub(super) fn machine_now(&self) -> Timestamp {
        self.reader.app.clock.now()
    }

    /// Changes the status while signing in.
    pub(super) async fn set_status(&self, status: ConnectionStatus) -> Result<(), AppError> {
        let Reader { app, scope, provider, account, .. } = &self.reader;
        let mut tx = app.store.begin().await?;
        let mut scoped = tx.scoped(scope);
        scoped.update_account_status(&account.id, status, None, self.reader.now()).await?;
        if status == ConnectionStatus::AwaitingMfa {
            scoped.insert_step(&self.session, Step::Challenged, Some(&provider.id), None).await?;
        }
        Ok(tx.commit().await?)
    }

    pub(super) fn update(&self, change: impl FnOnce(&mut Progress)) {
        let now = self.reader.now();
        self.progress.send_modify(|progress| {
            change(progress);
            progress.updated_at = now;
        });
    }
}

/// A reading of an account that begins now.
pub(crate) fn new_task(app: &App, account: &Account, task_type: TaskType, now: Timestamp) -> Task {
    Task {
        id: TaskId::new(app.clock.as_ref(), app.random.as_ref()),
        task_type,
        user_id: account.user_id.clone(),
        source_id: (&account.id).into(),
        provider_id: account.provider_id.clone(),
        started_at: now,
        finished_at: None,
        outcome: None,
        error_code: None,
        datapoints: Vec::new(),
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
