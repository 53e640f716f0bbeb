//! What events and tasks say of the account that they are about.

use sahod_model::{
    Account, Task, TaskId, TaskType, Timestamp,
    event::{AccountEvent, SourceEvent},
    item::SourceType,
};

use crate::services::Services;

/// What events say about an account.
pub(crate) fn account_event(account: &Account) -> AccountEvent {
    AccountEvent {
        user_id: account.user_id.clone(),
        account_id: account.id.clone(),
        providers: [account.provider_id.clone()],
    }
}

/// A reading of an account that begins now.
pub(crate) fn new_task(services: &Services, account: &Account, task_type: TaskType, now: Timestamp) -> Task {
    Task {
        id: TaskId::new(services.clock.as_ref(), services.random.as_ref()),
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
