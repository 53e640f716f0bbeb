//! What exports are made of.

use sahod_model::{AccountId, Datapoint, Timestamp};
use serde_json::{Map, Value};

/// A data point as the API serves it, without its metadata.
pub type Record = Map<String, Value>;

/// An account's data.
#[derive(Clone, Debug)]
pub struct Report {
    /// The account.
    pub account: AccountId,
    /// The provider's whole name.
    pub provider: String,
    /// When the export is made.
    pub made_at: Timestamp,
    /// The data points by kind, newest first.
    pub kinds: Vec<(Datapoint, Vec<Record>)>,
}

impl Report {
    /// The data points of a kind.
    #[must_use]
    pub fn of(&self, kind: Datapoint) -> &[Record] {
        self.kinds.iter().find(|(found, _)| *found == kind).map_or(&[], |(_, records)| records)
    }
}

/// Why there is no export.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The PDF could not be written.
    #[error("the PDF could not be written: {0}")]
    Pdf(String),
    /// The table could not be written.
    #[error("the table could not be written: {0}")]
    Csv(String),
}

/// A value as people read it; empty for what is absent. Numbers keep their digits.
pub(crate) fn text_of(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.clone(),
        Value::Array(values) => values.iter().map(text_of).collect::<Vec<_>>().join("; "),
        Value::Object(members) => {
            let parts = members.values().map(text_of).filter(|text| !text.is_empty());
            parts.collect::<Vec<_>>().join(", ")
        }
    }
}
