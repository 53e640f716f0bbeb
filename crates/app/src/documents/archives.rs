//! Archives: files are handed over, kept sealed, and read by a job.
//!
//! ```text
//! create ── key ── tidying job ── files ── row + event + reading job, in one transaction
//! ```
//!
//! If the process dies before that transaction, the tidying job deletes what was kept. The reading job is in
//! [`super::reading`].

use std::time::Duration;

use futures_util::future::BoxFuture;
use sahod_documents::{Extraction, MAX_FILE_BYTES, is_of_format};
use sahod_jobs::{ClaimedJob, Handler, Outcome};
use sahod_model::{
    Archive, ArchiveContent, ArchiveErrorCode, ArchiveId, ArchiveStatus, EventData, FileFormat, FileSubtype,
    FileType, Payslip, ProviderId, RawFile, RawFileId, Right, Timestamp, UserId, archive::NO_PROVIDER,
};
use sahod_store::{ArchiveFilter, NewJob, Page, PageRequest, Scope};
use serde::{Deserialize, Serialize};

use super::{Documents, archive_event, files::KeptFile, quota::Quota, reading};
use crate::{Acting, AppError, Fault, Session, jobs::done_or_retry, sources::erase_later};

/// Files of one archive at most.
pub const MAX_FILES: usize = 10;

const TIDY_ARCHIVE: &str = "tidy_archive.v1";
/// By then a request that was to make an archive has ended, one way or the other.
const TIDY_AFTER: Duration = Duration::from_hours(1);

/// Files that are handed over: by a tenant for a user, or by the user.
#[derive(Debug)]
pub struct NewArchive {
    /// Whose they are.
    pub user_id: UserId,
    /// The provider that they belong to, if they belong to one.
    pub provider_id: Option<ProviderId>,
    /// What kind of document they are; `None` when that is to be found out.
    pub file_type: Option<FileType>,
    /// The files.
    pub files: Vec<NewFile>,
}

/// A file that is handed over.
#[derive(Debug)]
pub struct NewFile {
    /// Its name; made up when there is none.
    pub name: Option<String>,
    /// Which part of the document it is.
    pub subtype: Option<FileSubtype>,
    /// The format that it is said to have.
    pub format: FileFormat,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

impl NewFile {
    /// What is wrong with the bytes.
    #[must_use]
    pub fn fault(&self) -> Option<&'static str> {
        if self.bytes.is_empty() {
            Some("is empty")
        } else if self.bytes.len() > MAX_FILE_BYTES {
            Some("is larger than 15 MB")
        } else if is_of_format(self.format, &self.bytes) {
            None
        } else {
            Some("is not a file of the format that is given for it")
        }
    }
}

/// What a person found who looked at a payslip.
#[derive(Debug)]
pub struct ManualResult {
    /// Whether the document is what it should be.
    pub valid: bool,
    /// What it says, where that was not read, or not well.
    pub data: Payslip,
}

fn unknown_user() -> AppError {
    AppError::invalid("userId", "is not the id of a user")
}

#[derive(Serialize, Deserialize)]
struct TidyPayload {
    scope: i64,
    archive: ArchiveId,
    file_count: u16,
}

impl Documents {
    /// Keeps files of a user, to be read. Their bytes must have no [`NewFile::fault`].
    pub async fn create_archive(&self, acting: &Acting, new: NewArchive) -> Result<Archive, AppError> {
        let scope = acting.may(Right::Write)?;
        self.keep_archive(scope, new, None).await
    }

    /// As [`Documents::create_archive`], handed over by the session's person, who saw that version of the consent's wording.
    pub async fn create_own_archive(
        &self,
        acting: &Acting,
        consent_version: &str,
        new: NewArchive,
    ) -> Result<Archive, AppError> {
        let session = acting.may_share()?;
        match self.people.consent_fault(consent_version) {
            Some(fault) => Err(AppError::Invalid(vec![fault])),
            None => self.keep_archive(&session.scope, new, Some(session)).await,
        }
    }

    /// Keeps an archive, with the consent of the person in whose session it is handed over.
    async fn keep_archive(
        &self,
        scope: &Scope,
        new: NewArchive,
        by: Option<&Session>,
    ) -> Result<Archive, AppError> {
        if self.services.store.scoped(scope).get_user(&new.user_id).await?.is_none() {
            return Err(unknown_user());
        }
        let (clock, random, now) =
            (self.services.clock.as_ref(), self.services.random.as_ref(), self.services.now(scope));
        let bytes = new.files.iter().map(|file| u64::try_from(file.bytes.len()).unwrap_or(u64::MAX)).sum();
        let quota = Quota { most: self.services.config.max_upload_bytes_a_day, bytes, now };
        quota.check(self.services.store.scoped(scope).handed_over(&new.user_id, quota.after()).await?)?;
        let id = ArchiveId::new(clock, random);
        let file_count = u16::try_from(new.files.len()).map_err(AppError::internal)?;
        let key = self.services.store.create_key(id.as_str()).await?;
        let tidy = TidyPayload { scope: scope.number(), archive: id.clone(), file_count };
        let tidy = serde_json::to_string(&tidy).map_err(AppError::internal)?;
        self.services.enqueue_now(TIDY_ARCHIVE, tidy, TIDY_AFTER).await?;

        let mut files = Vec::new();
        for (number, file) in (1..).zip(new.files) {
            let kept = KeptFile::Raw { archive: id.clone(), number };
            self.put_file(scope, &kept, &key, &file.bytes).await?;
            files.push(RawFile {
                id: RawFileId::new(clock, random),
                name: file.name.unwrap_or_else(|| {
                    format!("file-{number}.{}", file.format.as_str().to_ascii_lowercase())
                }),
                subtype: file.subtype,
                size: u32::try_from(file.bytes.len()).map_err(AppError::internal)?,
                format: file.format,
            });
        }

        let provider_id = match new.provider_id {
            Some(provider) => provider,
            None => NO_PROVIDER.parse().map_err(AppError::internal)?,
        };
        let archive = Archive {
            user_id: new.user_id,
            provider_id,
            file_type: new.file_type.unwrap_or(FileType::Others),
            created_at: now,
            status: ArchiveStatus::Started,
            error_code: None,
            updated_at: now,
            file_count,
            content: Some(ArchiveContent { files, classified: new.file_type.is_none(), payslip: None }),
            id,
        };
        let mut tx = self.services.store.begin().await?;
        let mut scoped = tx.scoped(scope);
        scoped.lock_user(&archive.user_id).await?;
        if !scoped.is_user_there(&archive.user_id).await? {
            return Err(unknown_user());
        }
        // Once more: another one may have been handed over meanwhile. The files are tidied up.
        quota.check(scoped.handed_over(&archive.user_id, quota.after()).await?)?;
        scoped.insert_archive(&archive, &key).await?;
        if let Some(session) = by {
            let datapoints = session.datapoints().collect();
            let consent = self.people.consent(session, (&archive.id).into(), datapoints, false, now);
            scoped.insert_consent(&consent).await?;
        }
        let event = EventData::ArchiveStarted(archive_event(&archive));
        scoped.append_event(&event, Some(&(&archive.id).into())).await?;
        let payload = reading::payload(scope, &archive.id)?;
        tx.enqueue(&NewJob { kind: reading::READ_ARCHIVE, payload, run_at: clock.now() }).await?;
        erase_later(&self.services, &mut tx.scoped(scope), &(&archive.id).into(), now).await?;
        tx.commit().await?;
        Ok(archive)
    }

    /// The archive of that id, when it is the session's person's.
    pub(crate) async fn find_own_archive(
        &self,
        session: &Session,
        id: &ArchiveId,
    ) -> Result<Archive, AppError> {
        let archive = self.find_archive(&session.scope, id).await?;
        if archive.user_id == session.user_id { Ok(archive) } else { Err(AppError::Missing) }
    }

    /// The archive of that id.
    pub async fn get_archive(&self, acting: &Acting, id: &ArchiveId) -> Result<Archive, AppError> {
        self.find_archive(acting.may(Right::Read)?, id).await
    }

    pub(crate) async fn find_archive(&self, scope: &Scope, id: &ArchiveId) -> Result<Archive, AppError> {
        self.services.store.scoped(scope).get_archive(id).await?.ok_or(AppError::Missing)
    }

    /// A page of archives, newest first.
    pub async fn list_archives(
        &self,
        acting: &Acting,
        filter: &ArchiveFilter,
        page: &PageRequest,
    ) -> Result<Page<Archive>, AppError> {
        let scope = acting.may(Right::Read)?;
        Ok(self.services.store.scoped(scope).list_archives(filter, page).await?)
    }

    /// A page of what the session's person handed over and did not take back, newest first.
    pub async fn list_own_archives(
        &self,
        acting: &Acting,
        page: &PageRequest,
    ) -> Result<Page<Archive>, AppError> {
        let session = acting.may_share()?;
        Ok(self.services.store.scoped(&session.scope).list_living_archives(&session.user_id, page).await?)
    }

    /// A page of the payslips that were read, newest first.
    pub async fn list_read_payslips(
        &self,
        acting: &Acting,
        span: (Option<Timestamp>, Option<Timestamp>),
        page: &PageRequest,
    ) -> Result<Page<Archive>, AppError> {
        let scope = acting.may(Right::Read)?;
        Ok(self.services.store.scoped(scope).list_analyzed_archives(FileType::Payslip, span, page).await?)
    }

    /// Where the file of that number, counted from 1, of an archive can be fetched for a while.
    pub fn raw_file_url(&self, acting: &Acting, archive: &Archive, number: u16) -> Result<String, AppError> {
        let scope = acting.scope()?;
        self.file_url(scope, KeptFile::Raw { archive: archive.id.clone(), number })
    }

    /// Takes what a person found who looked at a payslip, in place of what was read.
    pub async fn correct_payslip(
        &self,
        acting: &Acting,
        id: &ArchiveId,
        result: ManualResult,
    ) -> Result<(), AppError> {
        let scope = acting.may(Right::Write)?;
        let refused = |detail| Err(AppError::invalid("archiveId", detail));
        let Some(archive) = self.services.store.scoped(scope).get_archive(id).await? else {
            return refused("is not the id of an archive");
        };
        if archive.file_type != FileType::Payslip {
            return refused("is of an archive that is no payslip");
        }
        if archive.status == ArchiveStatus::Started {
            return refused(
                "is of an archive that is still being read; wait for ARCHIVE_ANALYZED or ARCHIVE_FAILED",
            );
        }
        let (Some(key), Some(content)) = (self.services.store.key(id.as_str()).await?, &archive.content)
        else {
            return refused("is of an archive that was revoked");
        };
        let extraction = if result.valid {
            let payslip = content.payslip.clone().unwrap_or_default().corrected_by(result.data);
            let missing: Vec<_> = reading::missing_fields(&payslip)
                .map(|field| Fault::new(format!("data.{field}"), "is required: the document did not show it"))
                .collect();
            if !missing.is_empty() {
                return Err(AppError::Invalid(missing));
            }
            Extraction::Payslip(Box::new(payslip))
        } else {
            Extraction::Failed(ArchiveErrorCode::InvalidFieldFormat)
        };
        self.store_extraction(scope, archive, &key, extraction).await
    }
}

/// Deletes the files of an archive that never came to be.
pub(crate) struct TidyArchive(Documents);

impl TidyArchive {
    pub(crate) const fn new(documents: Documents) -> Self {
        Self(documents)
    }

    async fn tidy(&self, payload: &str) -> Result<(), AppError> {
        let payload: TidyPayload = serde_json::from_str(payload).map_err(AppError::internal)?;
        let TidyPayload { scope, archive, file_count } = payload;
        let Some(scope) = self.0.services.store.scope_by_number(scope).await? else { return Ok(()) };
        if self.0.services.store.scoped(&scope).get_archive(&archive).await?.is_some() {
            return Ok(());
        }
        self.0.services.store.destroy_key(archive.as_str()).await?;
        self.0.delete_raw_files(&archive, file_count).await
    }
}

impl Documents {
    /// Deletes the bytes of an archive's files.
    pub(crate) async fn delete_raw_files(
        &self,
        archive: &ArchiveId,
        file_count: u16,
    ) -> Result<(), AppError> {
        for number in 1..=file_count {
            self.delete_file(&KeptFile::Raw { archive: archive.clone(), number }).await?;
        }
        Ok(())
    }
}

impl Handler for TidyArchive {
    fn kind(&self) -> &'static str {
        TIDY_ARCHIVE
    }

    fn run<'a>(&'a self, job: &'a ClaimedJob) -> BoxFuture<'a, Outcome> {
        Box::pin(async { done_or_retry(self.tidy(&job.payload).await, Duration::from_mins(1)) })
    }
}
