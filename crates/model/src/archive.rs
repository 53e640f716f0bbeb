//! Archives: files that a person, or the tenant for the person, handed over to be read.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    datapoint::Datapoint,
    ids::{ArchiveId, RawFileId, UserId},
    money::{Amount, Currency},
    provider::ProviderId,
    time::{Date, Timestamp},
    wire_enum::wire_enum,
};

/// Files that belong together and were handed over at once: one document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Archive {
    /// Its id.
    pub id: ArchiveId,
    /// Whose it is.
    pub user_id: UserId,
    /// The provider that it belongs to; [`NO_PROVIDER`] when that is none.
    pub provider_id: ProviderId,
    /// What kind of document it is said to be; what it was found to be once it was classified.
    pub file_type: FileType,
    /// When it was handed over.
    pub created_at: Timestamp,
    /// How far reading it has come.
    pub status: ArchiveStatus,
    /// Why it could not be read, in state `ERROR`.
    pub error_code: Option<ArchiveErrorCode>,
    /// When `status` last changed.
    pub updated_at: Timestamp,
    /// How many files it has.
    pub file_count: u16,
    /// What is personal of it; `None` once it was revoked.
    pub content: Option<ArchiveContent>,
}

/// What stands for the provider of an archive that belongs to none.
pub const NO_PROVIDER: &str = "upload";

impl Archive {
    /// The provider that it belongs to, if it belongs to one.
    #[must_use]
    pub fn provider(&self) -> Option<&ProviderId> {
        Some(&self.provider_id).filter(|id| id.as_str() != NO_PROVIDER)
    }
}

/// What is personal of an archive, beside the bytes of its files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArchiveContent {
    /// Its files.
    pub files: Vec<RawFile>,
    /// Whether the kind of document is to be found out, or was.
    pub classified: bool,
    /// What was read, of a payslip.
    pub payslip: Option<Payslip>,
}

/// One file of an archive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RawFile {
    /// Its id.
    pub id: RawFileId,
    /// Its name, as it was handed over.
    pub name: String,
    /// Which part of the document it is.
    pub subtype: Option<FileSubtype>,
    /// Its length in bytes.
    pub size: u32,
    /// Its format.
    pub format: FileFormat,
}

/// What a payslip says. What it does not say, or could not be read, is left out: the contract has no null there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Payslip {
    /// First day of the pay period.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_date: Option<Date>,
    /// Last day of the pay period.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_date: Option<Date>,
    /// The day of the payment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pay_date: Option<Date>,
    /// Currency of the amounts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub currency: Option<Currency>,
    /// Everything earned, before deductions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gross_amount: Option<Amount>,
    /// What was paid out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub net_amount: Option<Amount>,
    /// Who paid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub employer_name: Option<String>,
    /// Who was paid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub employee_name: Option<String>,
    /// The person's social security number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ss_number: Option<String>,
    /// The person's number at PhilHealth.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phil_health_number: Option<String>,
    /// The person's tax number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tax_number: Option<String>,
    /// The person's number at Pag-IBIG.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pag_ibig_number: Option<String>,
}

impl Payslip {
    /// The same with the values of `other` where it has any.
    #[must_use]
    pub fn corrected_by(self, other: Self) -> Self {
        Self {
            start_date: other.start_date.or(self.start_date),
            end_date: other.end_date.or(self.end_date),
            pay_date: other.pay_date.or(self.pay_date),
            currency: other.currency.or(self.currency),
            gross_amount: other.gross_amount.or(self.gross_amount),
            net_amount: other.net_amount.or(self.net_amount),
            employer_name: other.employer_name.or(self.employer_name),
            employee_name: other.employee_name.or(self.employee_name),
            ss_number: other.ss_number.or(self.ss_number),
            phil_health_number: other.phil_health_number.or(self.phil_health_number),
            tax_number: other.tax_number.or(self.tax_number),
            pag_ibig_number: other.pag_ibig_number.or(self.pag_ibig_number),
        }
    }
}

wire_enum! {
    /// How far reading an archive has come.
    ArchiveStatus {
        /// It was handed over, and is being read.
        Started = "STARTED",
        /// It was read.
        Analyzed = "ANALYZED",
        /// Documents of its kind cannot be read here.
        Unsupported = "UNSUPPORTED",
        /// Reading it failed.
        Error = "ERROR",
        /// It was taken back, for good.
        Revoked = "REVOKED",
    }
}

wire_enum! {
    /// Why an archive could not be read.
    ArchiveErrorCode {
        /// Something that such a document must say was not found in it.
        MissingMandatoryField = "MISSING_MANDATORY_FIELD",
        /// Something that it says makes no sense.
        InvalidFieldFormat = "INVALID_FIELD_FORMAT",
        /// Something went wrong here.
        SystemError = "SYSTEM_ERROR",
    }
}

impl ArchiveErrorCode {
    /// What happened and what helps, for `errorMessage` and for people.
    #[must_use]
    pub const fn message(self) -> &'static str {
        match self {
            Self::MissingMandatoryField => {
                "The file does not show what such a document must. Send a clear picture of the whole document. In \
                 sandbox mode only the sample payslips can be read."
            }
            Self::InvalidFieldFormat => {
                "The document says something that cannot be right, or was checked by hand and found invalid. Send \
                 another one."
            }
            Self::SystemError => "Something went wrong on our side. Send the files again later.",
        }
    }
}

wire_enum! {
    /// A kind of document.
    FileType {
        /// What a person was paid for a pay period.
        Payslip = "PAYSLIP",
        /// What a person paid in taxes.
        TaxDocument = "TAX_DOCUMENT",
        /// An employer's word for a job.
        EmploymentCertificate = "EMPLOYMENT_CERTIFICATE",
        /// A bank account's movements.
        BankStatement = "BANK_STATEMENT",
        /// An employer's card for an employee.
        CompanyId = "COMPANY_ID",
        /// A clearance by the National Bureau of Investigation of the Philippines.
        ClearanceNbi = "CLEARANCE_NBI",
        /// A card or passport that a state gave out.
        GovernmentId = "GOVERNMENT_ID",
        /// A telephone bill.
        TelcoBill = "TELCO_BILL",
        /// An electricity bill.
        ElectricityBill = "ELECTRICITY_BILL",
        /// A water bill.
        WaterBill = "WATER_BILL",
        /// Anything else.
        Others = "OTHERS",
    }
}

impl FileType {
    /// What people call it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Payslip => "Payslip",
            Self::TaxDocument => "Tax document",
            Self::EmploymentCertificate => "Certificate of employment",
            Self::BankStatement => "Bank statement",
            Self::CompanyId => "Company ID",
            Self::ClearanceNbi => "NBI clearance",
            Self::GovernmentId => "Government ID",
            Self::TelcoBill => "Telephone bill",
            Self::ElectricityBill => "Electricity bill",
            Self::WaterBill => "Water bill",
            Self::Others => "Other document",
        }
    }

    /// The kinds of data points that come out of such a document once it can be read.
    #[must_use]
    pub const fn datapoints(self) -> &'static [Datapoint] {
        match self {
            Self::Payslip => &[Datapoint::Employments, Datapoint::Incomes],
            _ => &[],
        }
    }
}

wire_enum! {
    /// Which part of a document a file is.
    #[expect(missing_docs, reason = "the names are the contract's and say it")]
    FileSubtype {
        Payslip = "PAYSLIP",
        PersonalInformation = "PERSONAL_INFORMATION",
        EmploymentInformation = "EMPLOYMENT_INFORMATION",
        TaxPayment = "TAX_PAYMENT",
        CompanyIdFront = "COMPANY_ID_FRONT",
        CompanyIdBack = "COMPANY_ID_BACK",
        CardFront = "CARD_FRONT",
        CardBack = "CARD_BACK",
    }
}

wire_enum! {
    /// A format of files. JPEG has the two names that callers use.
    #[expect(missing_docs, reason = "they are known by their names")]
    FileFormat {
        Pdf = "PDF",
        Png = "PNG",
        Jpg = "JPG",
        Jpeg = "JPEG",
        Tiff = "TIFF",
    }
}

impl FileFormat {
    /// Its media type (IANA).
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Png => "image/png",
            Self::Jpg | Self::Jpeg => "image/jpeg",
            Self::Tiff => "image/tiff",
        }
    }

    /// The format of that media type.
    #[must_use]
    pub fn from_media_type(media_type: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|format| format.media_type().eq_ignore_ascii_case(media_type))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_correction_replaces_what_it_names_and_nothing_else() {
        let read = Payslip {
            gross_amount: Some(Amount::from_cents(100)),
            employer_name: Some("ABC Corp".to_owned()),
            ..Payslip::default()
        };
        let correction = Payslip { gross_amount: Some(Amount::from_cents(200)), ..Payslip::default() };
        let corrected = read.clone().corrected_by(correction.clone());
        assert_eq!(corrected.gross_amount, correction.gross_amount);
        assert_eq!(corrected.employer_name, read.employer_name);
    }
}
