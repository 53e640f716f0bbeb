//! Exports: an account's data as a file that a person can open.

use crate::{
    ids::{AccountId, ExportId},
    time::Timestamp,
    wire_enum::wire_enum,
};

wire_enum! {
    /// The form of an export.
    ExportFormat {
        /// Pages to read and to print.
        Pdf = "PDF",
        /// A table for spreadsheets (RFC 4180).
        Csv = "CSV",
    }
}

impl ExportFormat {
    /// Its media type (IANA).
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Csv => "text/csv; charset=utf-8",
        }
    }

    /// What its files' names end in.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Csv => "csv",
        }
    }
}

/// A file that was made of an account's data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Export {
    /// Its id.
    pub id: ExportId,
    /// The account.
    pub account_id: AccountId,
    /// Its form.
    pub format: ExportFormat,
    /// When it was made.
    pub created_at: Timestamp,
    /// MD5 of its bytes (RFC 1321), in hexadecimal: tells a whole download from a cut one, nothing more.
    pub md5: String,
}
