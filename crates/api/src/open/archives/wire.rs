//! How archives look on the wire.

use sahod_app::{Acting, App};
use sahod_model::{
    Archive, ArchiveErrorCode, ArchiveId, ArchiveStatus, Date, FileFormat, FileSubtype, FileType, Payslip,
    ProviderId, RawFileId, Timestamp, UserId,
    item::{ItemTimes, Metadata, SourceRef, SourceType},
};
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    error::ApiError,
    nouns::{Call, Shown},
};

/// A document that was handed over as files.
///
/// What is known only once it was read is left out before, and not null as elsewhere: the contract has no null there, and clients
/// made of it fail on one.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Archive")]
pub struct ArchiveWire<'a> {
    #[serde(flatten)]
    upload: UploadWire<'a>,
    /// What kind of document it was found to be; once it was read.
    #[serde(skip_serializing_if = "Option::is_none")]
    classification: Option<Classification>,
    /// The old name of `extraction.analysis`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("deprecated" = true))]
    analysis: Option<&'a Payslip>,
    /// What was read; once it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    extraction: Option<Extraction<'a>>,
    /// What became of checking it; once it was read.
    #[serde(skip_serializing_if = "Option::is_none")]
    validation: Option<Validation>,
}

/// Files that were handed over, without what was read in them.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Upload")]
pub struct UploadWire<'a> {
    /// The archive's id.
    id: &'a ArchiveId,
    /// When the files were handed over.
    created_at: Timestamp,
    /// The provider that they belong to; `upload` when that is none.
    provider_id: &'a ProviderId,
    /// Whose they are.
    user_id: &'a UserId,
    /// What kind of document they are.
    #[serde(rename = "type")]
    file_type: FileType,
    /// How far reading them has come.
    state: State,
    /// The files; none once they were revoked.
    raw_files: Vec<RawFileWire<'a>>,
}

/// How far reading a document has come.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(inline)]
struct State {
    /// The state.
    status: ArchiveStatus,
    /// Why it failed; null in every other state than `ERROR`.
    error_code: Option<ArchiveErrorCode>,
    /// Why it failed, in words.
    error_message: Option<&'static str>,
    /// When the state last changed.
    updated_at: Timestamp,
}

/// A file.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "RawFile")]
struct RawFileWire<'a> {
    /// The file's id.
    id: &'a RawFileId,
    /// When it was handed over.
    created_at: Timestamp,
    /// Its name.
    name: &'a str,
    /// Which part of the document it is.
    sub_type: Option<FileSubtype>,
    /// Its length in bytes.
    size: u32,
    /// Its format.
    format: FileFormat,
    /// Where it can be fetched, by whoever has the address, in the next 15 minutes.
    url: String,
}

/// What kind of document it was found to be.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(inline)]
struct Classification {
    /// The kind.
    file_type: FileType,
}

/// What was read in a document.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(inline)]
struct Extraction<'a> {
    /// What kind of document it is.
    file_type: FileType,
    /// What it says.
    analysis: &'a Payslip,
}

/// What became of checking a document.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(inline)]
struct Validation {
    /// What kind of document it is.
    file_type: FileType,
    /// Whether the files' own notes show that they were changed.
    metadata: Check,
    /// Whether its figures and dates go together.
    computation: Check,
    /// Whether it is the person's.
    identity: Check,
    /// Whether it was made where it says.
    location: Check,
}

/// One check.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(inline)]
struct Check {
    /// What came of it.
    result_code: CheckResult,
    /// How sure that is, from 0 to 100; null where that is not said.
    score: Option<u8>,
    /// The same in words.
    result_message: Option<&'static str>,
}

/// What came of a check.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum CheckResult {
    /// Nothing speaks against it.
    Passed,
    /// Something cannot be right.
    Failed,
    /// There is nothing to check, or nobody who does.
    NoData,
}

impl Check {
    const NOT_MADE: Self =
        Self { result_code: CheckResult::NoData, score: None, result_message: Some("This is not checked.") };

    /// Whether figures and dates go together, as far as there are two of them.
    fn computation(payslip: &Payslip) -> Self {
        let order = |first: Option<_>, last: Option<_>| Some(first? <= last?);
        let amounts = payslip.net_amount.zip(payslip.gross_amount).map(|(net, gross)| net <= gross);
        let period = order(payslip.start_date, payslip.end_date);
        let (result_code, result_message) = match (amounts, period) {
            (Some(false), _) => (CheckResult::Failed, "The net amount is larger than the gross amount."),
            (_, Some(false)) => (CheckResult::Failed, "The pay period ends before it begins."),
            (None, None) => (CheckResult::NoData, "There are no two figures to compare."),
            _ => (CheckResult::Passed, "The figures go together."),
        };
        Self { result_code, score: None, result_message: Some(result_message) }
    }
}

impl<'a> UploadWire<'a> {
    /// With addresses of the files that are good for a while.
    pub(in crate::open) fn new(app: &App, acting: &Acting, archive: &'a Archive) -> Result<Self, ApiError> {
        let files = archive.content.as_ref().map_or(&[][..], |content| &content.files);
        let mut raw_files = Vec::with_capacity(files.len());
        for (number, file) in (1..).zip(files) {
            raw_files.push(RawFileWire {
                id: &file.id,
                created_at: archive.created_at,
                name: &file.name,
                sub_type: file.subtype,
                size: file.size,
                format: file.format,
                url: app.documents.raw_file_url(acting, archive, number)?,
            });
        }
        Ok(Self {
            id: &archive.id,
            created_at: archive.created_at,
            provider_id: &archive.provider_id,
            user_id: &archive.user_id,
            file_type: archive.file_type,
            state: State {
                status: archive.status,
                error_code: archive.error_code,
                error_message: archive.error_code.map(ArchiveErrorCode::message),
                updated_at: archive.updated_at,
            },
            raw_files,
        })
    }
}

impl<'a> ArchiveWire<'a> {
    /// With addresses of the files that are good for a while.
    pub(in crate::open) fn new(app: &App, acting: &Acting, archive: &'a Archive) -> Result<Self, ApiError> {
        let file_type = archive.file_type;
        let read = archive.status == ArchiveStatus::Analyzed;
        let content = archive.content.as_ref().filter(|_| read);
        let payslip = content.and_then(|content| content.payslip.as_ref());
        Ok(Self {
            upload: UploadWire::new(app, acting, archive)?,
            classification: content.map(|_| Classification { file_type }),
            analysis: payslip,
            extraction: payslip.map(|analysis| Extraction { file_type, analysis }),
            validation: payslip.map(|payslip| Validation {
                file_type,
                metadata: Check::NOT_MADE,
                computation: Check::computation(payslip),
                identity: Check::NOT_MADE,
                location: Check::NOT_MADE,
            }),
        })
    }
}

impl Shown for Archive {
    type Wire<'a> = ArchiveWire<'a>;

    fn show(&self, call: &Call) -> Result<ArchiveWire<'_>, ApiError> {
        ArchiveWire::new(&call.app, &call.acting, self)
    }
}

/// What was read in a payslip.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "PayslipPrediction")]
pub(in crate::open) struct PredictionWire<'a> {
    #[serde(flatten)]
    payslip: &'a Payslip,
    /// How well the person's name and numbers go together.
    match_result: MatchResult,
    /// Where it comes from.
    metadata: Metadata,
}

/// How well the person's name and each number go together, from 0 to 100; null, as nobody here can say.
#[derive(Default, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(inline)]
#[expect(clippy::struct_field_names, reason = "the names are the contract's")]
struct MatchResult {
    /// With any number of an identity card.
    employee_name_and_identification_number_match_score: Option<u8>,
    /// With the social security number.
    employee_name_and_ss_number_match_score: Option<u8>,
    /// With the number at Pag-IBIG.
    employee_name_and_pag_ibig_number_match_score: Option<u8>,
    /// With the number at PhilHealth.
    employee_name_and_phil_health_number_match_score: Option<u8>,
    /// With the tax number.
    employee_name_and_tax_number_match_score: Option<u8>,
}

impl<'a> PredictionWire<'a> {
    /// `None` for an archive in which no payslip was read.
    pub(super) fn new(archive: &'a Archive) -> Option<Self> {
        let payslip = archive.content.as_ref()?.payslip.as_ref()?;
        Some(Self {
            payslip,
            match_result: MatchResult::default(),
            metadata: Metadata {
                times: ItemTimes {
                    created_at: archive.created_at,
                    item_created_at: payslip.pay_date.map_or(archive.created_at, Date::start),
                },
                source: SourceRef {
                    source_id: (&archive.id).into(),
                    source_type: SourceType::Archive,
                    user_id: archive.user_id.clone(),
                    provider_id: archive.provider_id.clone(),
                },
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use sahod_model::Amount;

    use super::*;

    #[test]
    fn figures_that_cannot_be_right_fail_the_check() {
        let payslip = |net: i64, gross: i64| Payslip {
            net_amount: Some(Amount::from_cents(net)),
            gross_amount: Some(Amount::from_cents(gross)),
            ..Payslip::default()
        };
        let code = |payslip: &Payslip| serde_json::to_value(Check::computation(payslip).result_code).unwrap();
        assert_eq!(code(&payslip(1, 2)), "PASSED");
        assert_eq!(code(&payslip(2, 1)), "FAILED");
        assert_eq!(code(&Payslip::default()), "NO_DATA");
        let backwards = Payslip {
            start_date: Some("2026-02-01".parse().unwrap()),
            end_date: Some("2026-01-31".parse().unwrap()),
            ..payslip(1, 2)
        };
        assert_eq!(code(&backwards), "FAILED");
    }
}
