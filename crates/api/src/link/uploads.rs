//! `/uploads`: documents that the person at the widget hands over.

use axum::{
    extract::{RawQuery, State},
    http::StatusCode,
};
use sahod_app::{MAX_FILES, NewArchive, NewFile};
use sahod_model::{
    Archive, ArchiveErrorCode, ArchiveId, ArchiveStatus, FileFormat, ProviderId, Timestamp, UserId,
};
use serde::Serialize;

use crate::{
    envelope::Reply,
    error::ApiError,
    fields::Fields,
    list::{ListRequest, NoFilter},
    state::{InSession, Path, Surface, path_id},
    uploads::{MAX_FILES_BYTES, MEDIA_TYPES, checked, decoded},
};

/// An archive as the widget shows it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct OwnUpload<'a> {
    id: &'a ArchiveId,
    created_at: Timestamp,
    file_names: Vec<&'a str>,
    status: ArchiveStatus,
    error_code: Option<ArchiveErrorCode>,
    provider_id: Option<&'a ProviderId>,
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
    let user_id = acting.person()?.user_id.clone();
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
