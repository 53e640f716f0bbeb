//! Tasks, read.

use sahod_model::{Task, TaskId};
use sahod_store::{Page, PageRequest, Scope, TaskFilter};

use crate::{App, AppError};

impl App {
    /// The task of that id.
    pub async fn get_task(&self, scope: &Scope, id: &TaskId) -> Result<Task, AppError> {
        self.store.scoped(scope).get_task(id).await?.ok_or(AppError::Missing)
    }

    /// A page of tasks, newest first.
    pub async fn list_tasks(
        &self,
        scope: &Scope,
        filter: &TaskFilter,
        page: &PageRequest,
    ) -> Result<Page<Task>, AppError> {
        Ok(self.store.scoped(scope).list_tasks(filter, page).await?)
    }
}
