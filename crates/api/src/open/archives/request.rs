//! What is sent to `/archives`.

use sahod_app::{MAX_FILES, ManualResult, NewArchive, NewFile};
use sahod_model::{Amount, ArchiveId, Currency, Date, FileFormat, FileSubtype, FileType, Payslip, UserId};
use schemars::JsonSchema;

use crate::{
    error::ApiError,
    fields::Fields,
    limits::MAX_FILES_BYTES,
    uploads::{FORMATS, checked, decoded},
};

/// A document of a known kind.
#[derive(JsonSchema)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "only its shape is of use; `read_create` reads it")]
pub(super) struct CreateArchive {
    /// Whose it is.
    user_id: UserId,
    /// What kind of document it is.
    file_type: FileType,
    /// Its files.
    #[schemars(length(min = 1, max = 10))]
    raw_files: Vec<FileObject>,
}

/// A document of an unknown kind.
#[derive(JsonSchema)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "only its shape is of use; `read_classify` reads it")]
pub(super) struct ClassifyArchive {
    /// Whose it is.
    user_id: UserId,
    /// Its files.
    #[schemars(length(min = 1, max = 10))]
    raw_files: Vec<FileObject>,
}

/// A file.
#[derive(JsonSchema)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "only its shape is of use; `read_file` reads it")]
#[expect(clippy::struct_field_names, reason = "the names are the contract's")]
struct FileObject {
    /// Which part of the document it is.
    file_subtype: Option<FileSubtype>,
    /// Its name.
    #[schemars(length(min = 1, max = 200))]
    file_name: Option<String>,
    /// Its format. The bytes must be of it.
    file_extension_type: FileFormat,
    /// Its bytes in Base64 (RFC 4648, 4).
    #[schemars(length(min = 1), extend("contentEncoding" = "base64"))]
    file_content: String,
}

/// A payslip that is a single file.
#[derive(JsonSchema)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "only its shape is of use; `read_payslip` reads it")]
pub(super) struct UploadPayslip {
    /// Whose it is.
    user_id: UserId,
    /// The file's format. The bytes must be of it.
    file_extension_type: FileFormat,
    /// The file's bytes in Base64 (RFC 4648, 4).
    #[schemars(length(min = 1), extend("contentEncoding" = "base64"))]
    file_content: String,
}

/// What a person found who looked at a payslip.
#[derive(JsonSchema)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "only its shape is of use; `read_manual_result` reads it")]
pub(super) struct SendManualResult {
    /// The archive.
    archive_id: ArchiveId,
    /// Whether the document is what it should be.
    valid_file: bool,
    /// The fields that were looked at. When it is given, `data` may hold no other.
    #[schemars(length(max = 12))]
    checked_fields: Option<Vec<String>>,
    /// What the document says, where that was not read, or not well.
    data: Option<Payslip>,
}

/// The fields of a payslip.
const PAYSLIP_FIELDS: [&str; 12] = [
    "startDate",
    "endDate",
    "payDate",
    "currency",
    "grossAmount",
    "netAmount",
    "employerName",
    "employeeName",
    "ssNumber",
    "philHealthNumber",
    "taxNumber",
    "pagIbigNumber",
];

const USER: &str = "is not the id of a user";
/// What has the bytes of a file.
const CONTENT: &str = "fileContent";

pub(super) fn read_create(mut fields: Fields) -> Result<NewArchive, ApiError> {
    let user_id = fields.required_id("userId", USER);
    if !fields.has("fileType") {
        fields.fault("fileType", "is required; if it is not known, use /archives/classify");
    }
    let file_type = fields.one_of("fileType", "a file type, such as PAYSLIP", FileType::from_name);
    let files = fields.required_objects("rawFiles", MAX_FILES, read_file);
    let new = user_id.zip(files).map(|(user_id, files)| NewArchive {
        user_id,
        provider_id: None,
        file_type,
        files,
    });
    fields.finish(new)
}

pub(super) fn read_classify(mut fields: Fields) -> Result<NewArchive, ApiError> {
    let user_id = fields.required_id("userId", USER);
    let files = fields.required_objects("rawFiles", MAX_FILES, read_file);
    let new = user_id.zip(files).map(|(user_id, files)| NewArchive {
        user_id,
        provider_id: None,
        file_type: None,
        files,
    });
    fields.finish(new)
}

pub(super) fn read_payslip(mut fields: Fields) -> Result<NewArchive, ApiError> {
    let user_id = fields.required_id("userId", USER);
    let file = read_content(&mut fields).map(|(format, bytes)| NewFile {
        name: None,
        subtype: Some(FileSubtype::Payslip),
        format,
        bytes,
    });
    let file = file.and_then(|file| checked(&mut fields, CONTENT, file));
    let new = user_id.zip(file).map(|(user_id, file)| NewArchive {
        user_id,
        provider_id: None,
        file_type: Some(FileType::Payslip),
        files: vec![file],
    });
    fields.finish(new)
}

fn read_file(fields: &mut Fields) -> Option<NewFile> {
    let name = fields.text("fileName", 1..=200);
    let subtype = fields.one_of("fileSubtype", "a part of a document, such as CARD_FRONT", |name| {
        FileSubtype::from_name(name)
    });
    let (format, bytes) = read_content(fields)?;
    checked(fields, CONTENT, NewFile { name, subtype, format, bytes })
}

fn read_content(fields: &mut Fields) -> Option<(FileFormat, Vec<u8>)> {
    let format = fields.required_one_of("fileExtensionType", &FORMATS, FileFormat::from_name);
    let text = fields.required_text(CONTENT, 1..=MAX_FILES_BYTES)?;
    // What a browser makes of a file begins with its media type.
    let encoded = text.split_once(";base64,").map_or(text.as_str(), |(_, encoded)| encoded);
    let bytes = decoded(fields, CONTENT, encoded)?;
    Some((format?, bytes))
}

pub(super) fn read_manual_result(mut fields: Fields) -> Result<(ArchiveId, ManualResult), ApiError> {
    let id = fields.required_id("archiveId", "is not the id of an archive");
    let valid = fields.required_flag("validFile");
    let looked_at = fields.names("checkedFields", &PAYSLIP_FIELDS);
    let data = fields.object("data", |data| {
        for name in PAYSLIP_FIELDS {
            if data.has(name) && looked_at.as_ref().is_some_and(|names| !names.contains(&name)) {
                data.fault(name, "is not among checkedFields");
            }
        }
        let payslip = read_fields(data);
        if payslip.start_date.zip(payslip.end_date).is_some_and(|(start, end)| start > end) {
            data.fault("startDate", "must not be after endDate");
        }
        Some(payslip)
    });
    let result =
        id.zip(valid).map(|(id, valid)| (id, ManualResult { valid, data: data.unwrap_or_default() }));
    fields.finish(result)
}

fn read_fields(data: &mut Fields) -> Payslip {
    let day = |data: &mut Fields, name| {
        data.one_of(name, "a calendar day written yyyy-MM-dd", |text| text.parse::<Date>().ok())
    };
    let amount = |data: &mut Fields, name| {
        data.read(name, "a number with at most 28 digits", |value| {
            value.as_number().and_then(|number| number.as_str().parse::<Amount>().ok())
        })
    };
    Payslip {
        start_date: day(data, "startDate"),
        end_date: day(data, "endDate"),
        pay_date: day(data, "payDate"),
        currency: data.read("currency", "PHP, IDR, SGD, INR or USD", |value| {
            serde_json::from_value::<Currency>(value).ok()
        }),
        gross_amount: amount(data, "grossAmount"),
        net_amount: amount(data, "netAmount"),
        employer_name: data.text("employerName", 1..=200),
        employee_name: data.text("employeeName", 1..=200),
        ss_number: data.text("ssNumber", 1..=64),
        phil_health_number: data.text("philHealthNumber", 1..=64),
        tax_number: data.text("taxNumber", 1..=64),
        pag_ibig_number: data.text("pagIbigNumber", 1..=64),
    }
}
