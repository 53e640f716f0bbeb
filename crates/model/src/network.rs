//! When a person shared the same login with other organisations of this installation: days and counts, never who.

use serde::Serialize;

use crate::time::Timestamp;

/// Links of one login with other organisations, as they stood at one moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct NetworkLink {
    /// The first day of them all; when there is none, the same as `endDate`.
    pub start_date: Timestamp,
    /// The moment that they were counted.
    pub end_date: Timestamp,
    /// One for each month with a link, the newest first.
    pub records: Vec<LinkRecord>,
}

/// The links of one month.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LinkRecord {
    /// How many.
    pub count: u32,
    /// The first moment of the day of each, the newest first. The day must do: a moment would tell who it was.
    pub linked_at: Vec<Timestamp>,
}
