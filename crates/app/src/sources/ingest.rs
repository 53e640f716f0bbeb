//! From what a source said to what the API serves: stored, announced, and both in one transaction.

use sahod_model::{
    Account, AccountErrorCode, AccountId, ConnectionStatus, Datapoint, EventData, EventType, ItemId,
    MonitorStatus, SessionStatus, SourceId, Task, TaskId, TaskStatus, TaskType, Timestamp, UserSession,
    item::{SourceItem, SourceRef, SourceType},
};
use sahod_store::{Scope, ScopedTx};
use sahod_vault::DataKey;

use super::{Sources, account_event, erase_later, source_event};
use crate::{AppError, services::Services};

/// The account that items come from.
pub(super) struct SourceAccount<'a> {
    pub(super) scope: &'a Scope,
    pub(super) account: &'a Account,
    pub(super) key: &'a DataKey,
    /// The reading that they are found in.
    pub(super) task: &'a TaskId,
}

impl Sources {
    /// Stores items of one kind and announces the new and the changed ones. `false`, and nothing done, when the account is no longer
    /// connected, or is read anew: what comes first wins, and what comes later finds everything that was written.
    pub(super) async fn ingest(
        &self,
        source: &SourceAccount<'_>,
        kind: Datapoint,
        items: Vec<SourceItem>,
    ) -> Result<bool, AppError> {
        let account = source.account;
        let origin = SourceRef {
            user_id: account.user_id.clone(),
            source_id: (&account.id).into(),
            source_type: SourceType::Account,
            provider_id: account.provider_id.clone(),
        };
        let mut tx = self.services.store.begin().await?;
        let mut scoped = tx.scoped(source.scope);
        let connected = scoped.lock_account(&account.id).await? == Some(ConnectionStatus::Connected);
        if !connected || !scoped.is_running(source.task).await? {
            return Ok(false);
        }
        let now = self.services.now(source.scope);
        let outcome = scoped.upsert_items(&origin, source.key, items, now).await?;
        let added = added_event(account, kind, outcome.added(kind));
        let updated = updated_event(account, kind, outcome.updated(kind), now);
        for event in added.into_iter().chain(updated) {
            scoped.append_event(&event, Some(&origin.source_id)).await?;
        }
        tx.commit().await?;
        Ok(true)
    }

    /// Closes a task and announces how it ended.
    pub(crate) async fn finish_task(
        &self,
        scope: &Scope,
        task: &Task,
        status: TaskStatus,
        error: Option<AccountErrorCode>,
        datapoints: &[Datapoint],
    ) -> Result<(), AppError> {
        let now = self.services.now(scope);
        let mut tx = self.services.store.begin().await?;
        let mut scoped = tx.scoped(scope);
        scoped.lock_user(&task.user_id).await?;
        let closed = close_task(&mut scoped, task, (status, error, datapoints), now).await?;
        if closed && status == TaskStatus::Succeeded {
            if let Ok(account) = task.source_id.as_str().parse() {
                refreshed(&self.services, &mut scoped, &account, now).await?;
            }
            let completed = SessionStatus::Completed;
            if scoped.update_user_session(&task.user_id, completed).await? {
                let session = UserSession::new(&task.user_id, completed);
                scoped.append_event(&EventData::UserSessionCompleted { session }, None).await?;
            }
        }
        Ok(tx.commit().await?)
    }
}

/// Everything that an account has was read: it stays for as long as people were told from now on.
pub(super) async fn refreshed(
    services: &Services,
    scoped: &mut ScopedTx<'_>,
    account: &AccountId,
    now: Timestamp,
) -> Result<(), AppError> {
    scoped.note_account_read(account, now).await?;
    erase_later(services, scoped, &account.into(), now).await
}

/// Closes a task and announces how it ended; `false`, and nothing done, when it was closed already.
pub(super) async fn close_task(
    scoped: &mut ScopedTx<'_>,
    task: &Task,
    (status, error, datapoints): (TaskStatus, Option<AccountErrorCode>, &[Datapoint]),
    now: Timestamp,
) -> Result<bool, AppError> {
    if !scoped.finish_task(&task.id, status, error, datapoints, now).await? {
        return Ok(false);
    }
    let (source, datapoints) = (source_event(task), datapoints.to_vec());
    let event = match (task.task_type, task.source_id.as_str().parse()) {
        (TaskType::UpdateAccount, Ok(account)) => {
            let account = scoped.get_account(&account).await?;
            let monitor_status = account.map_or(MonitorStatus::Unsupported, |account| account.monitor_status);
            EventData::AccountSyncTaskFinished { source, status, monitor_status, datapoints }
        }
        (task_type, _) => {
            EventData::TaskFinished { source, task_type, status, error_code: error, datapoints }
        }
    };
    scoped.append_event(&event, Some(&task.source_id)).await?;
    Ok(true)
}

/// Ends what is still being read of a source, because it was revoked or is about to be read anew.
pub(crate) async fn end_running_tasks(
    scoped: &mut ScopedTx<'_>,
    source: &SourceId,
    now: Timestamp,
) -> Result<(), AppError> {
    for task in scoped.running_tasks(source).await? {
        close_task(scoped, &task, (TaskStatus::Failed, None, &[]), now).await?;
    }
    Ok(())
}

/// The announcement of new items; `None` when there are none.
fn added_event(account: &Account, kind: Datapoint, added: &[ItemId]) -> Option<EventData> {
    let first = added.first()?.clone();
    let account = account_event(account);
    Some(match kind {
        Datapoint::Identities => EventData::IdentityAdded { account, identity_id: first },
        Datapoint::Ratings => EventData::RatingAdded { account, rating_id: first },
        Datapoint::Links => EventData::LinkAdded { account, id: first },
        Datapoint::Insights => EventData::InsightAdded { account, id: first },
        kind => EventData::ItemsAdded { kind, account, count: count(added) },
    })
}

/// The announcement of changed items; `None` when there are none, or the kind announces none.
fn updated_event(
    account: &Account,
    kind: Datapoint,
    updated: &[(ItemId, Timestamp)],
    updated_at: Timestamp,
) -> Option<EventData> {
    let dates = || updated.iter().map(|(_, date)| *date);
    let (updated_from, updated_to) = (dates().min()?, dates().max()?);
    let event_type = EventType::updated(kind)?;
    let (account, count) = (account_event(account), count(updated));
    Some(if event_type.is_told_by_period() {
        EventData::PeriodUpdated { event_type, account, count, updated_from, updated_to, updated_at }
    } else {
        let updated_ids = updated.iter().map(|(id, _)| id.clone()).collect();
        EventData::ItemsUpdated { event_type, account, updated_ids, count, updated_at }
    })
}

fn count<T>(items: &[T]) -> u32 {
    u32::try_from(items.len()).unwrap_or(u32::MAX)
}
