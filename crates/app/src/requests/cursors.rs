//! Where a list goes on: sealed texts that only the same list of the same tenant and mode takes back.

use std::collections::BTreeMap;

use sahod_store::{Position, Scope};
use serde::{Deserialize, Serialize};

use super::Requests;
use crate::{Acting, AppError};

/// What a cursor carries: the list that it continues, with its filters and size, and where.
#[derive(Debug, Serialize, Deserialize)]
pub struct Cursor {
    /// Items on a page.
    pub size: u16,
    /// The list's filters as they were given.
    pub filters: BTreeMap<String, String>,
    /// The position's date.
    sort: i64,
    /// The position's id.
    id: String,
}

impl Cursor {
    /// One that continues a list after that position.
    #[must_use]
    pub fn new(size: u16, filters: BTreeMap<String, String>, next: Position) -> Self {
        Self { size, filters, sort: next.sort.as_micros(), id: next.id }
    }

    /// Where the list goes on.
    #[must_use]
    pub fn position(&self) -> Position {
        Position { sort: sahod_model::Timestamp::from_micros(self.sort), id: self.id.clone() }
    }
}

impl Requests {
    /// A cursor as text. `resource` names the list.
    pub fn seal_cursor(&self, acting: &Acting, resource: &str, cursor: &Cursor) -> Result<String, AppError> {
        self.seal_cursor_in(acting.scope()?, resource, cursor)
    }

    /// The same for what is read without anybody acting, such as payloads of events.
    pub(crate) fn seal_cursor_in(
        &self,
        scope: &Scope,
        resource: &str,
        cursor: &Cursor,
    ) -> Result<String, AppError> {
        let bytes = serde_json::to_vec(cursor).map_err(AppError::internal)?;
        Ok(self.cursors.seal(self.services.random.as_ref(), scope.number(), resource, &bytes))
    }

    /// What [`Requests::seal_cursor`] sealed.
    #[must_use]
    pub fn open_cursor(&self, acting: &Acting, resource: &str, text: &str) -> Option<Cursor> {
        let bytes = self.cursors.open(acting.scope().ok()?.number(), resource, text)?;
        serde_json::from_slice(&bytes).ok()
    }
}
