//! `/uploads`: documents that the person at the widget hands over.

use axum::{
    extract::{RawQuery, State},
    http::StatusCode,
};
use sahod_app::{MAX_FILES, NewArchive, NewFile};
use sahod_model::{
    Archive, ArchiveErrorCode, ArchiveId, ArchiveStatus, FileFormat, ProviderId, Timestamp, UserId,
};
use schemars::JsonSchema;
use serde::Serialize;

use super::{receipts, wire::receipt::SignedReceiptWire};
use crate::{
    envelope::Reply,
    error::ApiError,
    fields::Fields,
    limits::MAX_FILES_BYTES,
    list::{ListRequest, NoFilter},
    openapi::{Endpoints, Operation},
    state::{InSession, Path, Surface, path_id},
    uploads::{MEDIA_TYPES, checked, decoded},
};

pub(super) fn endpoints() -> Endpoints {
    Endpoints::new("Uploads", "Documents that the person at the widget hands over.")
        .get(
            "/uploads",
            list,
            Operation::new("list-uploads", "List uploads")
                .about("What the person handed over and did not take back, the newest first.")
                .page::<OwnUpload<'_>, NoFilter>(),
        )
        .post(
            "/uploads",
            create,
            Operation::new("create-upload", "Hand files over")
                .about(
                    "The files are one document, such as the pages of a payslip. They are read afterwards: ask for the list to \
                     see what became of them. A few uploads are worked on at the same time; others wait a few seconds for \
                     their turn, and then are `SERVER_UNAVAILABLE`: `Retry-After` says in how many seconds to try again. An \
                     upload has as long as it makes progress.",
                )
                .body::<NewUpload>()
                .one::<OwnUpload<'_>>()
                .created(),
        )
        .delete(
            "/uploads/{id}",
            revoke,
            Operation::new("delete-upload", "Take files back").about(
                "The files are deleted, and what was read in them can not be read any more. Doing so twice changes nothing.",
            ),
        )
        .get(
            "/uploads/{id}/receipt",
            receipts::of_upload,
            Operation::new("get-upload-receipt", "Get the receipt of an upload")
                .about(
                    "What the person agreed to when they handed the files over, also after they took them back. Files that the \
                     organisation handed over by itself have none.",
                )
                .one::<SignedReceiptWire<'_>>(),
        )
}

/// What is handed over.
#[derive(JsonSchema)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "only its shape is of use; `read` reads it")]
struct NewUpload {
    /// The files: at most 10, each of at most 15 MB, and together no larger either.
    #[schemars(length(min = 1, max = MAX_FILES))]
    files: Vec<NewUploadFile>,
    /// The `consent.version` of the session, which the person agreed to.
    #[schemars(length(min = 1, max = 64))]
    consent_version: String,
    /// The provider that the document comes from.
    provider_id: Option<ProviderId>,
}

/// A file that is handed over.
#[derive(JsonSchema)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "only its shape is of use; `read_file` reads it")]
struct NewUploadFile {
    /// Its name on the person's device.
    #[schemars(length(min = 1, max = 200))]
    name: Option<String>,
    /// What it is, and what its bytes must be.
    #[schemars(extend("enum" = media_types()))]
    content_type: String,
    /// Its bytes in Base64.
    #[schemars(length(min = 1))]
    content: String,
}

/// What files may be; some formats have two names, but one media type.
fn media_types() -> Vec<&'static str> {
    let mut types: Vec<_> = FileFormat::ALL.iter().map(|format| format.media_type()).collect();
    types.dedup();
    types
}

/// Files that were handed over together.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Upload")]
struct OwnUpload<'a> {
    /// The upload's id.
    id: &'a ArchiveId,
    /// When the files were handed over.
    created_at: Timestamp,
    /// The files' names.
    file_names: Vec<&'a str>,
    /// How far reading them has come.
    status: ArchiveStatus,
    /// Why they could not be read, in state `ERROR`; null otherwise.
    error_code: Option<ArchiveErrorCode>,
    /// The provider that they came from; `upload` when that is none.
    provider_id: Option<&'a ProviderId>,
    /// Whose they are.
    user_id: &'a UserId,
}

impl<'a> From<&'a Archive> for OwnUpload<'a> {
    fn from(archive: &'a Archive) -> Self {
        let files = archive.content.iter().flat_map(|content| &content.files);
        Self {
            id: &archive.id,
            created_at: archive.created_at,
            file_names: files.map(|file| file.name.as_str()).collect(),
            status: archive.status,
            error_code: archive.error_code,
            provider_id: archive.provider(),
            user_id: &archive.user_id,
        }
    }
}

/// `POST /uploads`
pub(super) async fn create(
    State(surface): State<Surface>,
    InSession(acting): InSession,
    fields: Fields,
) -> Result<Reply, ApiError> {
    let user_id = acting.may_share()?.user_id.clone();
    let app = surface.app.clone();
    let read = move || {
        let known = |id: &ProviderId| app.linking.find_provider(surface.mode, id).is_some();
        read(fields, user_id, known)
    };
    // Megabytes of Base64 take a while.
    let (version, new) = tokio::task::spawn_blocking(read).await.map_err(ApiError::internal)??;
    let archive = surface.app.documents.create_own_archive(&acting, &version, new).await?;
    Ok(Reply::object(&OwnUpload::from(&archive))?.with_status(StatusCode::CREATED))
}

/// `GET /uploads`: what the person handed over and did not take back.
pub(super) async fn list(
    State(surface): State<Surface>,
    InSession(acting): InSession,
    RawQuery(query): RawQuery,
) -> Result<Reply, ApiError> {
    let request = ListRequest::<NoFilter>::read(&surface.app, &acting, "own-uploads", query.as_deref())?;
    let page = surface.app.documents.list_own_archives(&acting, &request.page).await?;
    let uploads: Vec<_> = page.items.iter().map(OwnUpload::from).collect();
    Reply::list(&uploads, request.next_cursor(&surface.app, &acting, page.next)?)
}

/// `DELETE /uploads/{id}`: the person takes it back.
pub(super) async fn revoke(
    State(surface): State<Surface>,
    InSession(acting): InSession,
    Path(id): Path<String>,
) -> Result<Reply, ApiError> {
    surface.app.sharing.revoke_own_archive(&acting, &path_id(&id)?).await?;
    Ok(Reply::nothing())
}

fn read(
    mut fields: Fields,
    user_id: UserId,
    known: impl Fn(&ProviderId) -> bool,
) -> Result<(String, NewArchive), ApiError> {
    let version = fields.required_text("consentVersion", 1..=64);
    let files = fields.required_objects("files", MAX_FILES, read_file);
    let wanted = "is not in the list of providers";
    let provider_id = fields.id("providerId", wanted).filter(|id| {
        let known = known(id);
        if !known {
            fields.fault("providerId", wanted);
        }
        known
    });
    let new = files.map(|files| NewArchive { user_id, provider_id, file_type: None, files });
    let new = version.zip(new);
    fields.finish(new)
}

fn read_file(fields: &mut Fields) -> Option<NewFile> {
    let name = fields.text("name", 1..=200);
    let format = fields.required_one_of("contentType", &MEDIA_TYPES, FileFormat::from_media_type);
    let text = fields.required_text("content", 1..=MAX_FILES_BYTES)?;
    let bytes = decoded(fields, "content", &text)?;
    checked(fields, "content", NewFile { name, subtype: None, format: format?, bytes })
}
