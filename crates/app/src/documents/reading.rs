//! The job that reads an archive, and what becomes of what was read.
//!
//! What can be read is for the reader of the mode to say. Where there is none, as in production, each document ends in
//! `UNSUPPORTED`: its files can be fetched and a person's findings sent in.

use std::time::Duration;

use futures_util::future::BoxFuture;
use sahod_documents::{DocumentFile, Extraction, UnreadDocument};
use sahod_jobs::{ClaimedJob, Handler, Outcome};
use sahod_model::{
    Archive, ArchiveErrorCode, ArchiveId, ArchiveStatus, Date, EventData, FileType, Payslip, RawFile,
    item::{Employment, Income, Item, SourceItem, SourceRef, SourceType},
};
use sahod_store::Scope;
use sahod_vault::DataKey;
use serde::{Deserialize, Serialize};

use super::{Documents, archive_event, files::KeptFile};
use crate::{Acting, AppError, jobs::done_or_retry};

pub(super) const READ_ARCHIVE: &str = "read_archive.v1";
/// How often reading is tried when something of ours fails.
const TRIES: u32 = 5;

/// What is said when documents of a kind cannot be read here.
const UNSUPPORTED: (&str, &str) =
    ("UNSUPPORTED", "Documents of this kind cannot be read here. Look at the files and send what they say.");

#[derive(Serialize, Deserialize)]
struct Payload {
    scope: i64,
    archive: ArchiveId,
}

pub(super) fn payload(scope: &Scope, archive: &ArchiveId) -> Result<String, AppError> {
    let payload = Payload { scope: scope.number(), archive: archive.clone() };
    serde_json::to_string(&payload).map_err(AppError::internal)
}

/// The fields without which a payslip is none, by their names on the wire, of those that it lacks.
pub(super) fn missing_fields(payslip: &Payslip) -> impl Iterator<Item = &'static str> {
    [
        ("startDate", payslip.start_date.is_none()),
        ("currency", payslip.currency.is_none()),
        ("employerName", payslip.employer_name.is_none()),
    ]
    .into_iter()
    .filter_map(|(name, missing)| missing.then_some(name))
}

impl Documents {
    /// The kinds of documents that are read in the mode of whoever acts.
    pub fn kinds_read(&self, acting: &Acting) -> Result<Vec<FileType>, AppError> {
        let mode = acting.may_browse()?.mode();
        let known = |kind: &FileType| self.services.data_sources.readers.know(mode, *kind);
        Ok(FileType::ALL.iter().copied().filter(known).collect())
    }

    async fn read_archive(
        &self,
        scope: &Scope,
        archive: &Archive,
        key: &DataKey,
    ) -> Result<Extraction, AppError> {
        let Some(reader) = self.services.data_sources.readers.of(scope.mode()) else {
            return Ok(Extraction::Unsupported);
        };
        let Some(content) = &archive.content else {
            return Ok(Extraction::Failed(ArchiveErrorCode::SystemError));
        };
        let mut files = Vec::new();
        for (number, RawFile { format, .. }) in (1..).zip(&content.files) {
            let kept = KeptFile::Raw { archive: archive.id.clone(), number };
            let Some(bytes) = self.get_file(scope, &kept, key).await? else {
                return Ok(Extraction::Failed(ArchiveErrorCode::SystemError));
            };
            files.push(DocumentFile { format: *format, bytes });
        }
        let kind = (!content.classified).then_some(archive.file_type);
        Ok(reader.read(UnreadDocument { kind, files }).await)
    }

    /// Stores what was read, with the data points that come of it, and announces it; nothing when the archive was revoked.
    pub(super) async fn store_extraction(
        &self,
        scope: &Scope,
        mut archive: Archive,
        key: &DataKey,
        extraction: Extraction,
    ) -> Result<(), AppError> {
        let now = self.services.now(scope);
        archive.updated_at = now;
        archive.error_code = None;
        let of = archive_event(&archive);
        let mut items = Vec::new();
        let event = match extraction {
            Extraction::Payslip(payslip) => {
                items = data_points(&payslip, &archive);
                archive.status = ArchiveStatus::Analyzed;
                archive.file_type = FileType::Payslip;
                if let Some(content) = &mut archive.content {
                    content.payslip = Some(*payslip);
                }
                EventData::ArchiveAnalyzed(of)
            }
            Extraction::Failed(code) => {
                archive.status = ArchiveStatus::Error;
                archive.error_code = Some(code);
                EventData::ArchiveFailed {
                    archive: of,
                    error_code: code.as_str(),
                    error_message: code.message(),
                }
            }
            Extraction::Unsupported => {
                archive.status = ArchiveStatus::Unsupported;
                EventData::ArchiveFailed {
                    archive: of,
                    error_code: UNSUPPORTED.0,
                    error_message: UNSUPPORTED.1,
                }
            }
        };
        let source = SourceRef {
            source_id: (&archive.id).into(),
            source_type: SourceType::Archive,
            user_id: archive.user_id.clone(),
            provider_id: archive.provider_id.clone(),
        };
        let mut tx = self.services.store.begin().await?;
        let mut scoped = tx.scoped(scope);
        scoped.lock_user(&archive.user_id).await?;
        if !scoped.update_archive(&archive, key).await? {
            return Ok(());
        }
        if items.is_empty() {
            scoped.delete_items(&source.source_id).await?;
        } else {
            scoped.upsert_items(&source, key, items, now).await?;
        }
        scoped.append_event(&event, Some(&source.source_id)).await?;
        Ok(tx.commit().await?)
    }
}

/// The job and the payment that a payslip tells of. It does not tell when the job began: the first day of its pay period is
/// the earliest that is known.
fn data_points(payslip: &Payslip, archive: &Archive) -> Vec<SourceItem> {
    let (Some(start_date), Some(currency)) = (payslip.start_date, payslip.currency) else {
        return Vec::new();
    };
    let created_at = payslip.pay_date.map_or(archive.created_at, Date::start);
    let item = |key: &str, item| SourceItem { key: key.to_owned(), created_at, item };
    vec![
        item(
            "employment",
            Item::Employment(Employment {
                name: None,
                description: None,
                job_title: None,
                department: None,
                employee_number: None,
                employer_number: None,
                employer: payslip.employer_name.clone(),
                status: None,
                start_date,
                end_date: None,
                reported_date: payslip.pay_date,
            }),
        ),
        item(
            "income",
            Item::Income(Income {
                work_item: None,
                employer: payslip.employer_name.clone(),
                start_date,
                end_date: payslip.end_date,
                currency,
                frequency: None,
                base_amount: None,
                gross_amount: payslip.gross_amount,
                net_amount: payslip.net_amount,
            }),
        ),
    ]
}

/// Reads an archive.
pub(crate) struct ReadArchive(Documents);

impl ReadArchive {
    pub(crate) const fn new(documents: Documents) -> Self {
        Self(documents)
    }

    async fn read(&self, job: &ClaimedJob) -> Result<(), AppError> {
        let payload: Payload = serde_json::from_str(&job.payload).map_err(AppError::internal)?;
        let Some(scope) = self.0.services.store.scope_by_number(payload.scope).await? else { return Ok(()) };
        let Some(archive) = self.0.services.store.scoped(&scope).get_archive(&payload.archive).await? else {
            return Ok(());
        };
        let Some(key) = self.0.services.store.key(archive.id.as_str()).await? else { return Ok(()) };
        if archive.status != ArchiveStatus::Started {
            return Ok(());
        }
        let extraction = match self.0.read_archive(&scope, &archive, &key).await {
            Err(_) if job.attempt >= TRIES => Extraction::Failed(ArchiveErrorCode::SystemError),
            read => read?,
        };
        self.0.store_extraction(&scope, archive, &key, extraction).await
    }
}

impl Handler for ReadArchive {
    fn kind(&self) -> &'static str {
        READ_ARCHIVE
    }

    fn run<'a>(&'a self, job: &'a ClaimedJob) -> BoxFuture<'a, Outcome> {
        Box::pin(async { done_or_retry(self.read(job).await, Duration::from_secs(10)) })
    }
}
