//! Jobs that do something about one source.

use sahod_model::SourceId;
use sahod_store::{Scope, Store};
use serde::{Deserialize, Serialize};

use crate::AppError;

/// What a job that does something about a source carries.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct SourceJob {
    scope: i64,
    source: SourceId,
}

impl SourceJob {
    pub(crate) fn new(scope: &Scope, source: &SourceId) -> Self {
        Self { scope: scope.number(), source: source.clone() }
    }

    pub(crate) fn to_payload(&self) -> Result<String, AppError> {
        serde_json::to_string(self).map_err(AppError::internal)
    }

    /// What a payload names; [`AppError::Missing`] when there is no such scope.
    pub(crate) async fn read(store: &Store, payload: &str) -> Result<(Scope, SourceId), AppError> {
        let Self { scope, source } = serde_json::from_str(payload).map_err(AppError::internal)?;
        let scope = store.scope_by_number(scope).await?.ok_or(AppError::Missing)?;
        Ok((scope, source))
    }
}
