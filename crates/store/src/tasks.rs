//! Tasks: readings of sources.

use sahod_model::{
    AccountErrorCode, Datapoint, SourceId, Task, TaskId, TaskStatus, TaskType, Timestamp, UserId,
};

use crate::{
    consents::{join_datapoints, split_datapoints},
    engine::{Row, Value, params, statements},
    error::StoreError,
    page::{Page, PageRequest, Position, window},
    scope::{Scoped, ScopedTx},
};

macro_rules! columns {
    () => {
        "id, task_type, user_id, source_id, provider_id, started_at, finished_at, outcome, error_code, datapoints"
    };
}
pub(crate) use columns;

// `+scope` is the scope without an index: the user or the source says more, and the planner of SQLite cannot know.
macro_rules! list {
    ($scope:literal, $filter:literal, $limit:literal) => {
        concat!(
            "SELECT ",
            columns!(),
            " FROM tasks WHERE ",
            $scope,
            " = $1 AND started_at >= $2 AND (started_at, id) < ($3, $4)",
            $filter,
            " ORDER BY started_at DESC, id DESC LIMIT ",
            $limit
        )
    };
}

statements! {
    GET_TASK = concat!("SELECT ", columns!(), " FROM tasks WHERE id = $1 AND scope = $2");
    LIST_ALL = list!("scope", "", "$5");
    LIST_BY_USER = list!("+scope", " AND user_id = $5", "$6");
    LIST_BY_SOURCE = list!("+scope", " AND source_id = $5", "$6");
    LIST_BY_BOTH = list!("+scope", " AND user_id = $5 AND source_id = $6", "$7");
    LATEST_OF_SOURCE = concat!("SELECT ", columns!(), " FROM tasks
        WHERE source_id = $1 AND +scope = $2 ORDER BY started_at DESC, id DESC LIMIT 1");
    RUNNING_OF_SOURCE = concat!("SELECT ", columns!(), " FROM tasks
        WHERE source_id = $1 AND +scope = $2 AND finished_at IS NULL ORDER BY started_at, id");
    INSERT_TASK = "INSERT INTO tasks (scope, id, task_type, user_id, source_id, provider_id, started_at, finished_at,
        outcome, error_code, datapoints, began_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    GET_RUNNING = "SELECT id FROM tasks WHERE id = $1 AND scope = $2 AND finished_at IS NULL";
    FINISH_TASK = "UPDATE tasks SET outcome = $1, error_code = $2, datapoints = $3, finished_at = $4
        WHERE id = $5 AND scope = $6 AND finished_at IS NULL";
}

/// Which tasks are listed. All that is given must hold.
#[derive(Clone, Debug, Default)]
pub struct TaskFilter {
    /// This user's only.
    pub user_id: Option<UserId>,
    /// This source's only.
    pub source_id: Option<SourceId>,
    /// Begun at this moment or later.
    pub from: Option<Timestamp>,
    /// Begun at this moment or earlier.
    pub to: Option<Timestamp>,
}

/// From the ten columns, the first of them at `index`.
pub(crate) fn read_at(row: Row<'_>, index: usize) -> Result<Task, StoreError> {
    Ok(Task {
        id: row.parsed(index)?,
        task_type: row.named(index + 1, TaskType::from_name)?,
        user_id: row.parsed(index + 2)?,
        source_id: row.parsed(index + 3)?,
        provider_id: row.parsed(index + 4)?,
        started_at: row.timestamp(index + 5)?,
        finished_at: row.opt_timestamp(index + 6)?,
        outcome: row.opt_named(index + 7, TaskStatus::from_name)?,
        error_code: row.opt_named(index + 8, AccountErrorCode::from_name)?,
        datapoints: split_datapoints(row.text(index + 9)?)?,
    })
}

fn read(row: Row<'_>) -> Result<Task, StoreError> {
    read_at(row, 0)
}

impl Scoped<'_> {
    /// The task of that id.
    pub async fn get_task(&self, id: &TaskId) -> Result<Option<Task>, StoreError> {
        self.store.data().query_opt(GET_TASK, params![id, self.scope.number()], read).await
    }

    /// The newest task of a source.
    pub async fn latest_task(&self, source: &SourceId) -> Result<Option<Task>, StoreError> {
        self.store.data().query_opt(LATEST_OF_SOURCE, params![source, self.scope.number()], read).await
    }

    /// A page of tasks, newest first.
    pub async fn list_tasks(
        &self,
        filter: &TaskFilter,
        page: &PageRequest,
    ) -> Result<Page<Task>, StoreError> {
        let mut params = window(self.scope.number(), filter.from, filter.to, page.after.as_ref());
        params.extend(filter.user_id.as_ref().map(Value::from));
        params.extend(filter.source_id.as_ref().map(Value::from));
        let sql = match (&filter.user_id, &filter.source_id) {
            (None, None) => LIST_ALL,
            (Some(_), None) => LIST_BY_USER,
            (None, Some(_)) => LIST_BY_SOURCE,
            (Some(_), Some(_)) => LIST_BY_BOTH,
        };
        self.store.data().page(sql, params, page, read, |task| Position::of(task.started_at, &task.id)).await
    }
}

impl ScopedTx<'_> {
    /// The unfinished tasks of a source, oldest first, as this transaction sees them.
    pub async fn running_tasks(&mut self, source: &SourceId) -> Result<Vec<Task>, StoreError> {
        self.tx.query(RUNNING_OF_SOURCE, params![source, self.scope.number()], read).await
    }

    /// Whether a task has not ended. For whoever holds [`ScopedTx::lock_user`], or else the account's row
    /// ([`ScopedTx::lock_account`]).
    pub async fn is_running(&mut self, id: &TaskId) -> Result<bool, StoreError> {
        let params = params![id, self.scope.number()];
        Ok(self.tx.query_opt(GET_RUNNING, params, |row| row.parsed::<TaskId>(0)).await?.is_some())
    }

    /// Inserts a task.
    pub async fn insert_task(&mut self, task: &Task) -> Result<(), StoreError> {
        let params = params![
            self.scope.number(),
            &task.id,
            task.task_type.as_str(),
            &task.user_id,
            &task.source_id,
            &task.provider_id,
            task.started_at,
            task.finished_at,
            task.outcome.map(TaskStatus::as_str),
            task.error_code.map(AccountErrorCode::as_str),
            join_datapoints(&task.datapoints),
            self.tx.now(),
        ];
        self.tx.execute(INSERT_TASK, params).await.map(|_| ())
    }

    /// Ends a task; `false` when it had ended already, or does not exist.
    pub async fn finish_task(
        &mut self,
        id: &TaskId,
        outcome: TaskStatus,
        error_code: Option<AccountErrorCode>,
        datapoints: &[Datapoint],
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let params = params![
            outcome.as_str(),
            error_code.map(AccountErrorCode::as_str),
            join_datapoints(datapoints),
            now,
            id,
            self.scope.number(),
        ];
        Ok(self.tx.execute(FINISH_TASK, params).await? > 0)
    }
}
