//! Keyset pages: newest first by a row's date, then id. Rows added or removed while paging never repeat or hide another.

use std::fmt::Display;

use sahod_model::Timestamp;

use crate::{
    data::Data,
    engine::{Params, Row, Sql, params},
    error::StoreError,
};

/// Where a page ended: the last row's date and id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Position {
    /// The last row's date.
    pub sort: Timestamp,
    /// The last row's id.
    pub id: String,
}

/// Which page is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageRequest {
    /// How many rows at most.
    pub size: u16,
    /// Where the page before ended; `None` for the first.
    pub after: Option<Position>,
}

impl PageRequest {
    /// The first page of that size.
    #[must_use]
    pub const fn first(size: u16) -> Self {
        Self { size, after: None }
    }
}

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// The rows.
    pub items: Vec<T>,
    /// Where it ended; `None` on the last page.
    pub next: Option<Position>,
}

impl Position {
    pub(crate) fn of(sort: Timestamp, id: &impl Display) -> Self {
        Self { sort, id: id.to_string() }
    }
}

impl Data<'_> {
    /// A page of a list, whose last parameter is how many rows it gives at most: one more than wanted, which tells whether there
    /// is another page.
    pub(crate) async fn page<T, F>(
        self,
        sql: Sql,
        mut params: Params,
        request: &PageRequest,
        read: F,
        position: impl FnOnce(&T) -> Position,
    ) -> Result<Page<T>, StoreError>
    where
        T: Send + 'static,
        F: Fn(Row<'_>) -> Result<T, StoreError> + Send + 'static,
    {
        params.push(limit(request).into());
        let mut items = self.query(sql, params, read).await?;
        let more = items.len() > usize::from(request.size);
        items.truncate(request.size.into());
        let next = items.last().filter(|_| more).map(position);
        Ok(Page { items, next })
    }
}

/// The parameters that every list begins with: scope, earliest date, and the date and id that all rows come before.
pub(crate) fn window(
    scope: i64,
    from: Option<Timestamp>,
    to: Option<Timestamp>,
    after: Option<&Position>,
) -> Params {
    let (from, end) = span(from, to);
    // No id comes before the empty one: this is "up to and including `to`".
    match after {
        Some(after) if after.sort.as_micros() < end => params![scope, from, after.sort, after.id.as_str()],
        _ => params![scope, from, end, ""],
    }
}

/// The first moment of a list, and the one that all of it comes before.
pub(crate) fn span(from: Option<Timestamp>, to: Option<Timestamp>) -> (i64, i64) {
    let from = from.map_or(i64::MIN, Timestamp::as_micros);
    (from, to.map_or(i64::MAX, |to| to.as_micros().saturating_add(1)))
}

/// How many rows to ask for: one more than wanted.
pub(crate) fn limit(request: &PageRequest) -> i64 {
    i64::from(request.size) + 1
}
