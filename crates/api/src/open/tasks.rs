//! `/tasks`

use axum::extract::{RawQuery, State};
use sahod_app::TaskFilter;

use crate::{
    envelope::Reply,
    error::ApiError,
    list::{Filter, ListRequest},
    openapi::{Endpoints, Operation, Param},
    params::Params,
    state::{Authenticated, Path, Surface, path_id},
    wire::TaskWire,
};

pub(super) fn endpoints() -> Endpoints {
    Endpoints::new("Tasks", "The readings of accounts and documents, and how far they are.")
        .get("/tasks", list, Operation::new("list-tasks", "List tasks").page::<TaskWire<'_>, TaskQuery>())
        .get("/tasks/{id}", get, Operation::new("get-task", "Get a task").one::<TaskWire<'_>>())
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

/// `GET /tasks`
async fn list(
    State(surface): State<Surface>,
    Authenticated(acting): Authenticated,
    RawQuery(query): RawQuery,
) -> Result<Reply, ApiError> {
    let request = ListRequest::<TaskQuery>::read(&surface.app, &acting, "tasks", query.as_deref())?;
    let page = surface.app.sources.list_tasks(&acting, &request.filter.0, &request.page).await?;
    let tasks: Vec<TaskWire<'_>> = page.items.iter().map(TaskWire::from).collect();
    Reply::list(&tasks, request.next_cursor(&surface.app, &acting, page.next)?)
}

/// `GET /tasks/{id}`
async fn get(
    State(surface): State<Surface>,
    Authenticated(acting): Authenticated,
    Path(id): Path<String>,
) -> Result<Reply, ApiError> {
    Reply::object(&TaskWire::from(&surface.app.sources.get_task(&acting, &path_id(&id)?).await?))
}
