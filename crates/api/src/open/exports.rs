//! `/accounts/{id}/exports/generate`

use axum::extract::State;
use sahod_model::{AccountId, Export, ExportFormat, ExportId, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    envelope::Reply,
    error::ApiError,
    fields::Fields,
    state::{Authenticated, Path, Surface, path_id},
};

/// A file that was made of an account's data.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "AccountExport")]
pub(super) struct ExportWire<'a> {
    /// The export's id.
    id: &'a ExportId,
    /// The account.
    account_id: &'a AccountId,
    /// Its form.
    export_extension_type: ExportFormat,
    /// When it was made.
    created_at: Timestamp,
    /// Where it can be fetched, by whoever has the address, in the next 15 minutes. Then it is deleted.
    download_url: String,
    /// MD5 of the file's bytes, in lower-case hex: tells a whole download from a cut one.
    md5: &'a str,
}

impl<'a> ExportWire<'a> {
    fn new(export: &'a Export, download_url: String) -> Self {
        Self {
            id: &export.id,
            account_id: &export.account_id,
            export_extension_type: export.format,
            created_at: export.created_at,
            download_url,
            md5: &export.md5,
        }
    }
}

/// The form that is wanted.
#[derive(JsonSchema)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "only its shape is of use; `generate` reads it")]
pub(super) struct GenerateExport {
    /// Pages to read and to print, or a table for spreadsheets.
    export_extension_type: ExportFormat,
}

/// `POST /accounts/{id}/exports/generate`
pub(super) async fn generate(
    State(surface): State<Surface>,
    Authenticated(acting): Authenticated,
    Path(id): Path<String>,
    mut fields: Fields,
) -> Result<Reply, ApiError> {
    let id = path_id(&id)?;
    let format = fields.required_one_of("exportExtensionType", "PDF or CSV", ExportFormat::from_name);
    let format = fields.finish(format)?;
    let (export, url) = surface.app.documents.generate_export(&acting, &id, format).await?;
    Reply::object(&ExportWire::new(&export, url))
}
