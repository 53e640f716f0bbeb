//! `/tasks`

use sahod_app::TaskFilter;

use crate::{
    list::Filter,
    openapi::{Endpoints, Operation, Param},
    params::Params,
};

pub(super) fn endpoints() -> Endpoints {
    Endpoints::new("Tasks", "The readings of accounts and documents, and how far they are.")
        .list(
            "/tasks",
            Operation::new("list-tasks", "List tasks"),
            |call, TaskQuery(filter), page| async move {
                call.app.sources.list_tasks(&call.acting, &filter, &page).await
            },
        )
        .get_one("/tasks/{id}", Operation::new("get-task", "Get a task"), |call, id| async move {
            call.app.sources.get_task(&call.acting, &id).await
        })
}

/// `userId`, `sourceId`, and `startDate`, `endDate` of the day on which the task began.
struct TaskQuery(TaskFilter);

impl Filter for TaskQuery {
    const PARAMS: &'static [Param] = &[Param::USER_ID, Param::SOURCE_ID, Param::START_DATE, Param::END_DATE];

    fn read(params: &mut Params) -> Self {
        let user_id = params.user_id();
        let source_id =
            params.read("sourceId", "the id of an account or an archive", |text| text.parse().ok());
        let (from, to) = params.days();
        Self(TaskFilter { user_id, source_id, from, to })
    }
}
