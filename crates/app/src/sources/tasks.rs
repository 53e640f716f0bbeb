//! Tasks, read.

use sahod_model::{Right, Task, TaskId};
use sahod_store::{Page, PageRequest, TaskFilter};

use super::Sources;
use crate::{Acting, AppError};

impl Sources {
    /// The task of that id.
    pub async fn get_task(&self, acting: &Acting, id: &TaskId) -> Result<Task, AppError> {
        let scope = acting.may(Right::Read)?;
        self.services.store.scoped(scope).get_task(id).await?.ok_or(AppError::Missing)
    }

    /// A page of tasks, newest first.
    pub async fn list_tasks(
        &self,
        acting: &Acting,
        filter: &TaskFilter,
        page: &PageRequest,
    ) -> Result<Page<Task>, AppError> {
        let scope = acting.may(Right::Read)?;
        Ok(self.services.store.scoped(scope).list_tasks(filter, page).await?)
    }
}
