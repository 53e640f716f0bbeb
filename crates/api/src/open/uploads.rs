//! `/uploads`: the old name of archives, without what was read in them.

use sahod_app::{ArchiveFilter, Page};
use sahod_model::Archive;

use super::archives::wire::UploadWire;
use crate::{
    error::ApiError,
    list::Filter,
    nouns::{Call, Shown},
    openapi::{Endpoints, Operation, Param},
    params::Params,
};

pub(super) fn endpoints() -> Endpoints {
    Endpoints::new("Uploads", "The old name of archives, without what was read in them.")
        .list(
            "/uploads",
            Operation::new("list-uploads", "List uploads").about("List the archives instead.").deprecated(),
            |call, UploadQuery(filter), page| async move {
                let Page { items, next } =
                    call.app.documents.list_archives(&call.acting, &filter, &page).await?;
                Ok(Page { items: items.into_iter().map(Upload).collect(), next })
            },
        )
        .get_one(
            "/uploads/{id}",
            Operation::new("get-upload", "Get an upload")
                .about("Get the archive instead: it has the same id.")
                .deprecated(),
            |call, id| async move { call.app.documents.get_archive(&call.acting, &id).await.map(Upload) },
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

/// An archive as it was shown when it was called an upload.
pub struct Upload(Archive);

impl Shown for Upload {
    type Wire<'a> = UploadWire<'a>;

    fn show(&self, call: &Call) -> Result<UploadWire<'_>, ApiError> {
        UploadWire::new(&call.app, &call.acting, &self.0)
    }
}
