//! Files: sealed before they are kept, and fetched through addresses that are good for a short while only.
//!
//! ```text
//! put ── sealed under its source's key ──► file store
//! address(file) ── sealed text: which file, until when ──► open(text) ── the bytes, opened
//! ```

use std::time::Duration;

use sahod_model::{AccountId, ArchiveId, ExportFormat, ExportId, Mode, Timestamp};
use sahod_outbound::FileStoreError;
use sahod_store::{EXPORT_FILE, RAW_FILE, Scope};
use sahod_vault::{Aad, DataKey};
use serde::{Deserialize, Serialize};

use super::Documents;
use crate::AppError;

/// How long the address of a file is good.
pub(super) const ADDRESS_LIFETIME: Duration = Duration::from_mins(15);
/// What addresses are sealed for.
const ADDRESS: &str = "file";

/// A file that is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum KeptFile {
    /// One of an archive, counted from 1.
    Raw { archive: ArchiveId, number: u16 },
    /// One that was made of an account's data.
    Export { account: AccountId, export: ExportId, format: ExportFormat },
}

impl KeptFile {
    /// Its name in the file store, and what its seal is bound to: ids only.
    fn name(&self) -> String {
        match self {
            Self::Raw { archive, number } => format!("archives/{archive}/{number}"),
            Self::Export { account, export, .. } => format!("exports/{account}/{export}"),
        }
    }

    const fn kind(&self) -> i16 {
        match self {
            Self::Raw { .. } => RAW_FILE,
            Self::Export { .. } => EXPORT_FILE,
        }
    }

    /// The source whose key seals it.
    fn source(&self) -> &str {
        match self {
            Self::Raw { archive, .. } => archive.as_str(),
            Self::Export { account, .. } => account.as_str(),
        }
    }
}

/// What an address says.
#[derive(Serialize, Deserialize)]
struct Address {
    scope: i64,
    file: KeptFile,
    /// In microseconds since 1970.
    until: i64,
}

/// A file, opened.
#[derive(Debug)]
pub struct OpenedFile {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Its media type.
    pub media_type: &'static str,
    /// What to call it: nothing personal.
    pub name: String,
}

impl From<FileStoreError> for AppError {
    fn from(error: FileStoreError) -> Self {
        Self::Unavailable(error.to_string())
    }
}

impl Documents {
    /// Seals a file under its source's key and keeps it.
    pub(super) async fn put_file(
        &self,
        scope: &Scope,
        file: &KeptFile,
        key: &DataKey,
        bytes: &[u8],
    ) -> Result<(), AppError> {
        let name = file.name();
        let aad = Aad { scope: scope.number(), kind: file.kind(), id: &name };
        let sealed = key.seal(self.services.random.as_ref(), &aad, bytes);
        Ok(self.services.files.put(&name, sealed.into_bytes()).await?)
    }

    /// Fetches a file and opens it. `None`: it is not there.
    pub(super) async fn get_file(
        &self,
        scope: &Scope,
        file: &KeptFile,
        key: &DataKey,
    ) -> Result<Option<Vec<u8>>, AppError> {
        let name = file.name();
        let Some(sealed) = self.services.files.get(&name).await? else { return Ok(None) };
        let aad = Aad { scope: scope.number(), kind: file.kind(), id: &name };
        key.open(&aad, &sealed).map(Some).map_err(AppError::internal)
    }

    /// Deletes a file, if there is one.
    pub(super) async fn delete_file(&self, file: &KeptFile) -> Result<(), AppError> {
        Ok(self.services.files.delete(&file.name()).await?)
    }

    /// Where a file can be fetched until [`ADDRESS_LIFETIME`] has passed.
    pub(super) fn file_url(&self, scope: &Scope, file: KeptFile) -> Result<String, AppError> {
        let until = self.services.clock.now().plus(ADDRESS_LIFETIME).as_micros();
        let address = Address { scope: scope.number(), file, until };
        let address = serde_json::to_vec(&address).map_err(AppError::internal)?;
        let text = self.addresses.seal(self.services.random.as_ref(), 0, ADDRESS, &address);
        let base = match scope.mode() {
            Mode::Sandbox => &self.services.config.sandbox_url,
            Mode::Production => &self.services.config.production_url,
        };
        Ok(format!("{base}/v1/files?address={text}"))
    }

    /// The file of an address of that mode; [`AppError::Missing`] for one that has ended or was never made, and for a file
    /// that was deleted or whose source was revoked.
    pub async fn open_file(&self, mode: Mode, address: &str) -> Result<OpenedFile, AppError> {
        let address = self.addresses.open(0, ADDRESS, address).ok_or(AppError::Missing)?;
        let Address { scope, file, until } = serde_json::from_slice(&address).map_err(AppError::internal)?;
        if self.services.clock.now() >= Timestamp::from_micros(until) {
            return Err(AppError::Missing);
        }
        let scope = self.services.store.scope_by_number(scope).await?.filter(|scope| scope.mode() == mode);
        let scope = scope.ok_or(AppError::Missing)?;
        // Files outlive a revoke for a moment, and exports need no row of their source.
        let key = self.services.store.key_now(file.source()).await?.ok_or(AppError::Missing)?;
        let (media_type, name) = match &file {
            KeptFile::Raw { archive, number } => {
                let content = self.find_archive(&scope, archive).await?.content.ok_or(AppError::Missing)?;
                let raw = content.files.get(usize::from(*number).saturating_sub(1));
                let raw = raw.ok_or(AppError::Missing)?;
                let extension = raw.format.as_str().to_ascii_lowercase();
                (raw.format.media_type(), format!("{}.{extension}", raw.id))
            }
            KeptFile::Export { export, format, .. } => {
                (format.media_type(), format!("{export}.{}", format.extension()))
            }
        };
        let bytes = self.get_file(&scope, &file, &key).await?.ok_or(AppError::Missing)?;
        Ok(OpenedFile { bytes, media_type, name })
    }
}
