//! Continuous sync: an account is read again every month, on the day on which it was first connected, with what its source
//! left for that. Nobody's password is kept, so a source that wants the person again ends it until they come back.

use std::time::Duration;

use futures_util::future::BoxFuture;
use sahod_connectors::SourceSession;
use sahod_jobs::{ClaimedJob, Handler, Outcome};
use sahod_model::{
    Account, AccountErrorCode, AccountId, ConnectionStatus, Datapoint, MonitorStatus, SecretString, Task,
    TaskStatus, TaskType, Timestamp,
};
use sahod_store::{NewJob, Scope, ScopedTx};
use sahod_vault::DataKey;
use tokio::time::timeout;

use super::{
    Reader, ReadingStopped, SourceJob, Sources, end_running_tasks,
    ingest::{close_task, refreshed},
    new_task,
};
use crate::{AppError, services::Services};

pub(crate) const SYNC_ACCOUNT: &str = "sync_account.v1";
/// A source that does not answer is asked again after a day, on so many days.
const ASK_AGAIN: Duration = Duration::from_hours(24);
const DAYS_ASKED: u32 = 3;
/// How long to wait after a fault on our side.
const FAULT_RETRY: Duration = Duration::from_mins(1);

/// Sees to the monitoring of an account that was just signed in to: with what its source left (and the account's key), it is
/// read again from next month on. A tenant's wish that it is not, stands.
pub(crate) async fn begin_monitoring(
    services: &Services,
    scoped: &mut ScopedTx<'_>,
    account: &Account,
    left: Option<(&SecretString, &DataKey)>,
) -> Result<(), AppError> {
    let now = services.now(scoped.scope());
    let source = (&account.id).into();
    let unwanted = scoped
        .get_account(&account.id)
        .await?
        .is_some_and(|account| account.monitor_status == MonitorStatus::CustomerDisabled);
    let left = left.filter(|_| !unwanted);
    scoped.keep_source_session(&account.id, left).await?;
    if unwanted {
        return Ok(());
    }
    let status = if left.is_some() { MonitorStatus::Active } else { MonitorStatus::Unsupported };
    scoped.update_account_monitor(&account.id, status, now).await?;
    if left.is_none() {
        return Ok(scoped.unschedule(&source, SYNC_ACCOUNT).await?);
    }
    let payload = SourceJob::new(scoped.scope(), &source).to_payload()?;
    let run_at = scoped.scope().machine_time(account.created_at.next_month_day(now));
    Ok(scoped.schedule(&source, &NewJob { kind: SYNC_ACCOUNT, payload, run_at }).await?)
}

/// When a source is asked next that was asked now, and answered like that; `None`: not before the person comes back.
fn next_sync(account: &Account, now: Timestamp, error: Option<AccountErrorCode>) -> Option<Timestamp> {
    let monthly = account.created_at.next_month_day(now);
    match error {
        None => Some(monthly),
        Some(code) if code.is_outage() => {
            let (again, last_day) = (now.plus(ASK_AGAIN), account.created_at.last_month_day(now));
            let too_often = again.since(last_day) > ASK_AGAIN * DAYS_ASKED;
            Some(if too_often { monthly } else { again.min(monthly) })
        }
        Some(_) => None,
    }
}

impl Sources {
    /// When an account is read next, by the tenant's clock; `None`: it is not.
    pub(crate) async fn next_sync_at(
        &self,
        scope: &Scope,
        account: &Account,
    ) -> Result<Option<Timestamp>, AppError> {
        if account.monitor_status != MonitorStatus::Active {
            return Ok(None);
        }
        let at = self.services.store.scoped(scope).scheduled(&(&account.id).into(), SYNC_ACCOUNT).await?;
        Ok(at.map(|at| scope.tenant_time(at)))
    }

    /// Reads an account again; when to do so next.
    async fn sync_account(&self, payload: &str) -> Result<Option<Duration>, AppError> {
        let (scope, source) = SourceJob::read(&self.services.store, payload).await?;
        let id: AccountId = source.as_str().parse().map_err(AppError::internal)?;
        let account = self.find_account(&scope, &id).await?;
        let Some(key) = self.services.store.key(account.id.as_str()).await? else { return Ok(None) };
        let catalogue = &self.services.data_sources.catalogue;
        let Some(provider) = catalogue.get(scope.mode(), &account.provider_id) else { return Ok(None) };
        let provider = provider.clone();
        let reader = Reader { sources: self.clone(), scope, provider, account, key };
        let next = reader.sync().await?;
        Ok(next.map(|at| at.since(reader.now())))
    }
}

impl Reader {
    /// Reads the account again, as a task; when to do so next.
    async fn sync(&self) -> Result<Option<Timestamp>, AppError> {
        let Some(task) = self.begin_task().await? else { return Ok(None) };
        let mut found = Vec::new();
        let lifetime = self.sources.services.config.link_lifetime;
        let (error, left) = match timeout(lifetime, self.read_again(&task, &mut found)).await {
            Ok(Ok(session)) => (None, session.keep()),
            Ok(Err(ReadingStopped::Failed(code))) => (Some(code), None),
            // Whoever ended the connection, or made another one, has ended the task.
            Ok(Err(ReadingStopped::Revoked)) => return Ok(None),
            Err(_) => (Some(AccountErrorCode::ServiceUnavailable), None),
        };
        self.end_task(&task, &found, error, left).await
    }

    /// Opens the task of a reading; `None` when the account is not to be read again, which is noted where it was not yet.
    async fn begin_task(&self) -> Result<Option<Task>, AppError> {
        let (services, now) = (&self.sources.services, self.now());
        let monitors = services.store.monitors(self.scope.tenant()).await?;
        let mut tx = services.store.begin().await?;
        let mut scoped = tx.scoped(&self.scope);
        scoped.lock_user(&self.account.user_id).await?;
        // As it is now: it may have been connected anew, or taken off monitoring, since it was found.
        let Some(account) = scoped.get_account(&self.account.id).await? else { return Ok(None) };
        if account.monitor_status != MonitorStatus::Active {
            return Ok(None);
        }
        let reason = match account.status {
            _ if !monitors => Some(MonitorStatus::Unsupported),
            ConnectionStatus::Connected => None,
            _ => Some(MonitorStatus::UserActionRequired),
        };
        if let Some(status) = reason {
            scoped.update_account_monitor(&account.id, status, now).await?;
            scoped.keep_source_session(&account.id, None).await?;
            tx.commit().await?;
            return Ok(None);
        }
        let task = new_task(services, &account, TaskType::UpdateAccount, now);
        end_running_tasks(&mut scoped, &task.source_id, now).await?;
        scoped.insert_task(&task).await?;
        tx.commit().await?;
        Ok(Some(task))
    }

    async fn read_again(
        &self,
        task: &Task,
        found: &mut Vec<Datapoint>,
    ) -> Result<Box<dyn SourceSession>, ReadingStopped> {
        let Self { sources, scope, provider, account, .. } = self;
        let services = &sources.services;
        let kept = services.store.scoped(scope).source_session(&account.id).await?;
        let kept = kept.ok_or(ReadingStopped::Failed(AccountErrorCode::AuthRequired))?;
        let connector = services
            .data_sources
            .catalogue
            .connector_for(scope.mode(), &provider.id)
            .map_err(AppError::internal)?;
        let resumed = connector.resume(provider, kept, self.now()).await;
        let mut session = resumed.map_err(|error| ReadingStopped::Failed(error.code()))?;
        self.read(&task.id, session.as_mut(), &mut |kind| found.push(kind)).await?;
        Ok(session)
    }

    /// Ends the task; when to read next. Writes nothing when it is not the open one any more: whoever ended it has written what
    /// holds now. Nor does it say anything of monitoring that was ended meanwhile.
    async fn end_task(
        &self,
        task: &Task,
        found: &[Datapoint],
        error: Option<AccountErrorCode>,
        left: Option<SecretString>,
    ) -> Result<Option<Timestamp>, AppError> {
        let (services, now) = (&self.sources.services, self.now());
        let status = if error.is_none() { TaskStatus::Succeeded } else { TaskStatus::Failed };
        let mut tx = services.store.begin().await?;
        let mut scoped = tx.scoped(&self.scope);
        scoped.lock_user(&self.account.user_id).await?;
        let Some(account) = scoped.get_account(&self.account.id).await? else { return Ok(None) };
        if !scoped.is_running(&task.id).await? {
            return Ok(None);
        }
        let monitored = account.monitor_status == MonitorStatus::Active;
        let next = next_sync(&account, now, error).filter(|_| monitored);
        match (&left, next) {
            _ if !monitored => {}
            (_, None) => {
                let status = MonitorStatus::UserActionRequired;
                scoped.update_account_monitor(&account.id, status, now).await?;
                scoped.keep_source_session(&account.id, None).await?;
            }
            (Some(left), Some(_)) => {
                scoped.keep_source_session(&account.id, Some((left, &self.key))).await?;
            }
            (None, Some(_)) => {}
        }
        close_task(&mut scoped, task, (status, error, found), now).await?;
        if error.is_none() {
            refreshed(services, &mut scoped, &account.id, now).await?;
        }
        tx.commit().await?;
        Ok(next)
    }
}

/// Reads an account again, and comes back next month.
pub(crate) struct SyncAccount(Sources);

impl SyncAccount {
    pub(crate) const fn new(sources: Sources) -> Self {
        Self(sources)
    }
}

impl Handler for SyncAccount {
    fn kind(&self) -> &'static str {
        SYNC_ACCOUNT
    }

    fn is_ready(&self) -> bool {
        self.0.time.is_sound()
    }

    fn run<'a>(&'a self, job: &'a ClaimedJob) -> BoxFuture<'a, Outcome> {
        Box::pin(async {
            match self.0.sync_account(&job.payload).await {
                Ok(Some(after)) => Outcome::Retry { after, reason: "done until the next time".into() },
                Ok(None) | Err(AppError::Missing) => Outcome::Done,
                Err(error) => Outcome::Retry { after: FAULT_RETRY, reason: error.to_string().into() },
            }
        })
    }
}
