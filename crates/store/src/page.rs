//! Keyset pages: newest first by a row's date, then id. Rows added or removed while paging never repeat or hide another.

use sahod_model::Timestamp;

use crate::engine::{Params, params};

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

impl<T> Page<T> {
    /// Cuts the one row too many that [`window`] asks for, which tells whether there is another page.
    pub(crate) fn cut(mut rows: Vec<T>, size: u16, position: impl FnOnce(&T) -> Position) -> Self {
        let more = rows.len() > usize::from(size);
        rows.truncate(size.into());
        let next = rows.last().filter(|_| more).map(position);
        Self { items: rows, next }
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
