//! `/archives`

mod request;
pub(super) mod wire;

use axum::{
    extract::{RawQuery, State},
    http::Method,
};
use sahod_app::{Acting, ArchiveFilter, NewArchive};
use sahod_model::{ArchiveId, ArchiveStatus, FileType, Timestamp};

use self::{
    request::{ClassifyArchive, CreateArchive, SendManualResult, UploadPayslip},
    wire::{ArchiveWire, PredictionWire},
};
use super::file_types::file_types;
use crate::{
    envelope::Reply,
    error::{ApiError, Code},
    fields::Fields,
    list::{Filter, ListRequest},
    openapi::{Endpoints, Operation, Param, Value},
    params::Params,
    state::{Authenticated, Surface},
};

pub(super) fn endpoints() -> Endpoints {
    Endpoints::new("Archives", "Documents that were handed over as files, and what was read in them.")
        .list(
            "/archives",
            Operation::new("list-archives", "List archives"),
            |call, ArchiveQuery(filter), page| async move {
                call.app.documents.list_archives(&call.acting, &filter, &page).await
            },
        )
        .post(
            "/archives",
            create,
            Operation::new("create-archive", "Hand over a document of a known kind")
                .about(
                    "At most 10 files of 15 MB each, and 15 MB together. Reading them takes a moment: \
                     wait for ARCHIVE_ANALYZED or ARCHIVE_FAILED, or get the archive again.",
                )
                .body::<CreateArchive>()
                .one::<ArchiveWire<'_>>(),
        )
        .post(
            "/archives/classify",
            classify,
            Operation::new("create-and-classify-archive", "Hand over a document of an unknown kind")
                .about("As handing one over whose kind is known; the kind is found out while it is read.")
                .body::<ClassifyArchive>()
                .one::<ArchiveWire<'_>>(),
        )
        .post(
            "/archives/-/payslips/uploadRawFile",
            upload_payslip,
            Operation::new("upload-payslip-file", "Hand over a payslip that is a single file")
                .about("The short form of handing over a document of the kind PAYSLIP.")
                .body::<UploadPayslip>()
                .one::<ArchiveWire<'_>>(),
        )
        .get(
            "/archives/-/payslips/queryPrediction",
            get_prediction,
            Operation::new("get-archive-payslip-data", "Get what was read in a payslip")
                .query(&[ARCHIVE_ID])
                .one::<PredictionWire<'_>>(),
        )
        .get(
            "/archives/-/payslips/listPredictions",
            list_predictions,
            Operation::new("list-archive-payslip-predictions", "List what was read in payslips")
                .page::<PredictionWire<'_>, PredictionQuery>(),
        )
        .post(
            "/archives/-/payslips/sendManualResult",
            send_manual_result,
            Operation::new("send-payslip-manual-result", "Send what a person found in a payslip")
                .about(
                    "What you send replaces what was read, field by field, and its employment and income \
                     with it. A document that is not valid ends in the state ERROR.",
                )
                .body::<SendManualResult>(),
        )
        .get_one("/archives/{id}", Operation::new("get-archive", "Get an archive"), |call, id| async move {
            call.app.documents.get_archive(&call.acting, &id).await
        })
        .act(
            (Method::DELETE, "/archives/{id}"),
            Operation::new("delete-archive", "Revoke an archive").about(
                "Ends the sharing for good: its files, and everything that was read in them, are \
                 unreadable at once and cannot be brought back. Revoking it again changes nothing.",
            ),
            |call, id| async move { call.app.sharing.revoke_archive(&call.acting, &id).await },
        )
}

/// The archive whose prediction is wanted.
const ARCHIVE_ID: Param = Param::new("archiveId", Value::Text, "The id of the archive.").required();

/// `userId`, `fileType`, and `startDate`, `endDate` of the day on which the files were handed over.
struct ArchiveQuery(ArchiveFilter);

impl Filter for ArchiveQuery {
    const PARAMS: &'static [Param] = &[
        Param::USER_ID,
        Param::new("fileType", Value::OneOf(file_types), "Only documents of this kind."),
        Param::START_DATE,
        Param::END_DATE,
    ];

    fn read(params: &mut Params) -> Self {
        let user_id = params.user_id();
        let file_type = params.read("fileType", "a file type, such as PAYSLIP", FileType::from_name);
        let (from, to) = params.days();
        Self(ArchiveFilter { user_id, file_type, from, to })
    }
}

/// `startDate`, `endDate` of the day on which the files were handed over.
struct PredictionQuery((Option<Timestamp>, Option<Timestamp>));

impl Filter for PredictionQuery {
    const PARAMS: &'static [Param] = &[Param::START_DATE, Param::END_DATE];

    fn read(params: &mut Params) -> Self {
        Self(params.days())
    }
}

/// `POST /archives`
async fn create(
    State(surface): State<Surface>,
    Authenticated(acting): Authenticated,
    fields: Fields,
) -> Result<Reply, ApiError> {
    hand_over(&surface, &acting, fields, request::read_create).await
}

/// `POST /archives/classify`
async fn classify(
    State(surface): State<Surface>,
    Authenticated(acting): Authenticated,
    fields: Fields,
) -> Result<Reply, ApiError> {
    hand_over(&surface, &acting, fields, request::read_classify).await
}

/// `POST /archives/-/payslips/uploadRawFile`
async fn upload_payslip(
    State(surface): State<Surface>,
    Authenticated(acting): Authenticated,
    fields: Fields,
) -> Result<Reply, ApiError> {
    hand_over(&surface, &acting, fields, request::read_payslip).await
}

async fn hand_over(
    surface: &Surface,
    acting: &Acting,
    fields: Fields,
    read: fn(Fields) -> Result<NewArchive, ApiError>,
) -> Result<Reply, ApiError> {
    // Megabytes of Base64 take a while.
    let new = tokio::task::spawn_blocking(move || read(fields)).await.map_err(ApiError::internal)??;
    let archive = surface.app.documents.create_archive(acting, new).await?;
    Reply::object(&ArchiveWire::new(&surface.app, acting, &archive)?)
}

/// `GET /archives/-/payslips/queryPrediction`: there is one as soon as the payslip was read.
async fn get_prediction(
    State(surface): State<Surface>,
    Authenticated(acting): Authenticated,
    RawQuery(query): RawQuery,
) -> Result<Reply, ApiError> {
    let mut params = Params::parse(query.as_deref());
    let given = params.rest().get("archiveId").is_some_and(|text| !text.is_empty());
    let id = params.read("archiveId", "the id of an archive", |text| text.parse::<ArchiveId>().ok());
    if !given {
        params.fault("archiveId", "is required");
    }
    params.finish()?;
    let id = id.ok_or(Code::InvalidParameters)?;
    let archive = surface.app.documents.get_archive(&acting, &id).await?;
    let read = PredictionWire::new(&archive).filter(|_| archive.status == ArchiveStatus::Analyzed);
    Reply::object(&read.ok_or(Code::MissingResource)?)
}

/// `GET /archives/-/payslips/listPredictions`
async fn list_predictions(
    State(surface): State<Surface>,
    Authenticated(acting): Authenticated,
    RawQuery(query): RawQuery,
) -> Result<Reply, ApiError> {
    let request =
        ListRequest::<PredictionQuery>::read(&surface.app, &acting, "predictions", query.as_deref())?;
    let page = surface.app.documents.list_read_payslips(&acting, request.filter.0, &request.page).await?;
    let read: Vec<_> = page.items.iter().filter_map(PredictionWire::new).collect();
    Reply::list(&read, request.next_cursor(&surface.app, &acting, page.next)?)
}

/// `POST /archives/-/payslips/sendManualResult`
async fn send_manual_result(
    State(surface): State<Surface>,
    Authenticated(acting): Authenticated,
    fields: Fields,
) -> Result<Reply, ApiError> {
    let (id, result) = request::read_manual_result(fields)?;
    surface.app.documents.correct_payslip(&acting, &id, result).await?;
    Ok(Reply::nothing())
}
