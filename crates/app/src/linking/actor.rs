//! One link attempt, from the sign-in to the stored data.

use std::sync::Arc;

use sahod_connectors::{Connector, Credentials, SignIn, SourceSession};
use sahod_model::{
    AccountErrorCode, ConnectionStatus, Datapoint, EventData, Mode, SecretString, Step, Task, TaskStatus,
    TaskType, Timestamp,
};
use sahod_store::LinkAttempt;
use tokio::{
    sync::{mpsc, watch},
    time::timeout,
};

use super::{
    Linking, Progress, Stage,
    ending::Ending,
    person::WaitingPerson,
    registry::{Answer, Registration},
    status::LinkStatus,
};
use crate::{
    AppError, Session,
    people::sharing_began,
    sources::{Reader, ReadingStopped, account_event, begin_monitoring, new_task, source_event},
};

/// One attempt's state.
pub(super) struct Actor {
    linking: Linking,
    reader: Reader,
    status: LinkStatus,
    /// Whether the account is to be read again month by month, where its source allows it.
    monitors: bool,
}

/// Runs the attempt to its end. Dropping it at any await leaves the store consistent: every step is one transaction.
pub(super) async fn run(
    actor: Actor,
    (connector, credentials): (Arc<dyn Connector>, Credentials),
    answers: mpsc::Receiver<Answer>,
    registration: Registration,
) {
    let lifetime = actor.linking.services.config.link_lifetime;
    let signed_in = timeout(lifetime, actor.sign_in(connector.as_ref(), credentials, answers)).await;
    let result = match signed_in {
        Ok(Ok(session)) => match timeout(lifetime, actor.read(session)).await {
            Ok(result) => result,
            Err(_) => Err(ReadingStopped::Failed(AccountErrorCode::ServiceUnavailable)),
        },
        Ok(Err(stop)) => Err(stop),
        Err(_) => Err(ReadingStopped::Failed(AccountErrorCode::ServiceUnavailable)),
    };
    if let Err(ReadingStopped::Failed(code)) = result {
        actor.fail(code).await;
    }
    drop(registration);
}

impl Actor {
    pub(super) fn new(
        linking: Linking,
        (reader, attempt): (Reader, LinkAttempt),
        session: &Session,
        progress: watch::Sender<Progress>,
    ) -> Self {
        let status = LinkStatus {
            services: Arc::clone(&linking.services),
            scope: reader.scope.clone(),
            attempt,
            provider: reader.provider.id.clone(),
            session: session.reference.clone(),
            progress,
        };
        Self { linking, reader, status, monitors: session.monitors }
    }

    async fn sign_in(
        &self,
        connector: &dyn Connector,
        fields: Credentials,
        answers: mpsc::Receiver<Answer>,
    ) -> Result<Box<dyn SourceSession>, ReadingStopped> {
        let Reader { scope, provider, .. } = &self.reader;
        let services = &self.linking.services;
        let return_url = self.linking.return_url(scope.mode());
        let login = SignIn {
            provider,
            fields,
            now: self.reader.now(),
            random: services.random.as_ref(),
            return_url: &return_url,
        };
        let person = WaitingPerson::new(&self.status, answers);
        connector.sign_in(login, &person).await.map_err(|error| ReadingStopped::Failed(error.code()))
    }

    /// Reads every kind that the provider supports; each becomes visible and is announced as soon as it is stored.
    async fn read(&self, mut session: Box<dyn SourceSession>) -> Result<(), ReadingStopped> {
        let task = self.connected(session.keep()).await?;
        self.status.update(|progress| {
            progress.connection_status = ConnectionStatus::Connected;
            progress.stage = Stage::Reading;
        });
        let mut found = Vec::new();
        let mut stored = |kind| {
            found.push(kind);
            self.status.update(|progress| progress.datapoints.push(kind));
        };
        match self.reader.read(&task.id, session.as_mut(), &mut stored).await {
            Ok(()) => self.finished(&task, &found, None).await?,
            // The connection holds, so the account stays connected and the task says what failed.
            Err(ReadingStopped::Failed(code)) => self.finished(&task, &found, Some(code)).await?,
            Err(ReadingStopped::Revoked) => return Err(ReadingStopped::Revoked),
        }
        Ok(())
    }

    /// Notes the successful sign-in, with what the source left for reading again, and opens the task.
    async fn connected(&self, left: Option<SecretString>) -> Result<Task, ReadingStopped> {
        let Reader { scope, provider, account, key, .. } = &self.reader;
        let services = &self.linking.services;
        let now = self.reader.now();
        let task = new_task(services, account, TaskType::LinkAccount, now);
        let kept = left.filter(|_| self.monitors && provider.monitor_supported);
        let mut tx = services.store.begin().await?;
        let mut scoped = tx.scoped(scope);
        scoped.lock_user(&account.user_id).await?;
        let to = ConnectionStatus::Connected;
        if !scoped.update_link_attempt(&self.status.attempt, to, None, now).await? {
            return Err(ReadingStopped::Revoked);
        }
        let connected = EventData::AccountConnected(account_event(account));
        scoped.append_event(&connected, Some(&task.source_id)).await?;
        sharing_began(&mut scoped, &account.user_id, now).await?;
        begin_monitoring(services, &mut scoped, account, kept.as_ref().map(|kept| (kept, key))).await?;
        scoped.insert_task(&task).await?;
        let started = EventData::TaskStarted { source: source_event(&task), task_type: task.task_type };
        scoped.append_event(&started, Some(&task.source_id)).await?;
        scoped.insert_step(&self.status.session, Step::Connected, Some(&provider.id), None).await?;
        tx.commit().await?;
        Ok(task)
    }

    /// Closes the task.
    async fn finished(
        &self,
        task: &Task,
        found: &[Datapoint],
        error: Option<AccountErrorCode>,
    ) -> Result<(), ReadingStopped> {
        let status = if error.is_none() { TaskStatus::Succeeded } else { TaskStatus::Failed };
        self.linking.sources.finish_task(&self.reader.scope, task, status, error, found).await?;
        if let Some(code) = error {
            self.note_failure(code).await;
        }
        self.note_health(error);
        // Everything has happened: that its dates cannot be told just now makes no failure of it.
        let (last_read_at, next_read_at) = self.read_dates().await.unwrap_or_else(|error| {
            tracing::warn!(%error, "cannot tell when a linked account was read");
            (None, None)
        });
        self.status.update(|progress| {
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
        let Reader { sources, scope, account, .. } = &self.reader;
        let account = sources.find_account(scope, &account.id).await?;
        Ok((account.read_at, sources.next_sync_at(scope, &account).await?))
    }

    /// Notes a failed sign-in. Where it is not noted nothing of it is told either: whoever guesses learns nothing that is not
    /// counted.
    async fn fail(&self, code: AccountErrorCode) {
        let Reader { scope, account, .. } = &self.reader;
        let LinkStatus { attempt, session, .. } = &self.status;
        let ending = Ending { scope, account, attempt, session: Some(session) };
        let code = match self.linking.fail_attempt(ending, code).await {
            Ok(Some(code)) => code,
            // Whoever took this one's place says how things stand.
            Ok(None) => return,
            Err(error) => {
                tracing::error!(%error, "cannot note a failed link; the account will be ended as unfinished");
                AccountErrorCode::SystemError
            }
        };
        self.note_health(Some(code));
        self.status.update(|progress| {
            progress.connection_status = ConnectionStatus::Error;
            progress.stage = Stage::Failed;
            progress.prompt = None;
            progress.error_code = Some(code);
            progress.error_message = Some(code.message());
        });
    }

    /// Notes whether the provider worked, for those who come next.
    fn note_health(&self, error: Option<AccountErrorCode>) {
        let Reader { scope, provider, .. } = &self.reader;
        if scope.mode() == Mode::Production {
            self.linking.health.note(&provider.id, error, self.status.machine_now());
        }
    }

    async fn note_failure(&self, code: AccountErrorCode) {
        let Reader { scope, provider, .. } = &self.reader;
        self.linking.people.note_failure(scope, &self.status.session, &provider.id, code).await;
    }
}
