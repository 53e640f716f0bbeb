//! `/uploads`: the old name of archives, without what was read in them.

use axum::extract::{RawQuery, State};
use sahod_app::ArchiveFilter;

use super::archives::wire::UploadWire;
use crate::{
    envelope::Reply,
    error::ApiError,
    list::{Filter, ListRequest},
    openapi::{Endpoints, Operation, Param},
    params::Params,
    state::{Authenticated, Path, Surface, path_id},
};

pub(super) fn endpoints() -> Endpoints {
    Endpoints::new("Uploads", "The old name of archives, without what was read in them.")
        .get(
            "/uploads",
            list,
            Operation::new("list-uploads", "List uploads")
                .about("List the archives instead.")
                .page::<UploadWire<'_>, UploadQuery>()
                .deprecated(),
        )
        .get(
            "/uploads/{id}",
            get,
            Operation::new("get-upload", "Get an upload")
                .about("Get the archive instead: it has the same id.")
                .one::<UploadWire<'_>>()
                .deprecated(),
        )
}

/// `userId`, and `startDate`, `endDate` of the day on which the files were handed over.
struct UploadQuery(ArchiveFilter);

impl Filter for UploadQuery {
    const PARAMS: &'static [Param] = &[Param::USER_ID, Param::START_DATE, Param::END_DATE];

    fn read(params: &mut Params) -> Self {
        let user_id = params.user_id();
        let (from, to) = params.days();
        Self(ArchiveFilter { user_id, file_type: None, from, to })
    }
}

/// `GET /uploads`
async fn list(
    State(surface): State<Surface>,
    Authenticated(acting): Authenticated,
    RawQuery(query): RawQuery,
) -> Result<Reply, ApiError> {
    let request = ListRequest::<UploadQuery>::read(&surface.app, &acting, "uploads", query.as_deref())?;
    let page = surface.app.documents.list_archives(&acting, &request.filter.0, &request.page).await?;
    let uploads: Result<Vec<_>, _> =
        page.items.iter().map(|archive| UploadWire::new(&surface.app, &acting, archive)).collect();
    Reply::list(&uploads?, request.next_cursor(&surface.app, &acting, page.next)?)
}

/// `GET /uploads/{id}`
async fn get(
    State(surface): State<Surface>,
    Authenticated(acting): Authenticated,
    Path(id): Path<String>,
) -> Result<Reply, ApiError> {
    let archive = surface.app.documents.get_archive(&acting, &path_id(&id)?).await?;
    Reply::object(&UploadWire::new(&surface.app, &acting, &archive)?)
}
