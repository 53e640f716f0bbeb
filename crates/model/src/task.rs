//! Tasks: one reading of one source.

use crate::{
    account::AccountErrorCode,
    datapoint::Datapoint,
    ids::{SourceId, TaskId, UserId},
    provider::ProviderId,
    time::Timestamp,
    wire_enum::wire_enum,
};

/// One reading of one source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
    /// Its id.
    pub id: TaskId,
    /// What it does.
    pub task_type: TaskType,
    /// Whose source it reads.
    pub user_id: UserId,
    /// The source that it reads.
    pub source_id: SourceId,
    /// The source's provider.
    pub provider_id: ProviderId,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended; `None` while it runs.
    pub finished_at: Option<Timestamp>,
    /// How it ended; `None` while it runs.
    pub outcome: Option<TaskStatus>,
    /// Why it failed.
    pub error_code: Option<AccountErrorCode>,
    /// What it found.
    pub datapoints: Vec<Datapoint>,
}

wire_enum! {
    /// What a task does.
    TaskType {
        /// The first reading of an account.
        LinkAccount = "LINK_ACCOUNT",
        /// Reads a document.
        AnalyzeArchive = "ANALYZE_ARCHIVE",
        /// Finds out what a document is.
        ClassifyArchive = "CLASSIFY_ARCHIVE",
        /// A later reading of an account.
        UpdateAccount = "UPDATE_ACCOUNT",
    }
}

wire_enum! {
    /// How a task ended.
    TaskStatus {
        /// Everything was read.
        Succeeded = "SUCCEEDED",
        /// Something could not be read.
        Failed = "FAILED",
    }
}
