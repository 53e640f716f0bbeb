//! Query parameters: one declaration for reading a list's filters and for describing them.

use crate::params::Params;

/// Items on a page when the caller does not say.
pub const DEFAULT_SIZE: u16 = 10;
/// Items on a page at most.
pub const MAX_SIZE: u16 = 150;

/// A query parameter.
#[derive(Clone, Copy, Debug)]
pub struct Param {
    /// Its name.
    pub name: &'static str,
    /// What it selects, as a sentence.
    pub about: &'static str,
    /// What it takes.
    pub value: Value,
    /// Whether it must be given.
    pub required: bool,
    /// Whether another one has taken its place.
    pub deprecated: bool,
}

/// What a query parameter takes.
#[derive(Clone, Copy, Debug)]
pub enum Value {
    /// Any text.
    Text,
    /// Texts separated by commas, at most so many.
    List(u16),
    /// A day, `yyyy-MM-dd`.
    Date,
    /// A month, `yyyy-MM`.
    Month,
    /// `true` or `false`.
    Flag,
    /// A whole number from the first to the second.
    Number(u16, u16),
    /// The number of an event, or 0.
    Sequence,
    /// One of these.
    OneOf(fn() -> Vec<&'static str>),
}

impl Param {
    /// One that may be left out.
    pub const fn new(name: &'static str, value: Value, about: &'static str) -> Self {
        Self { name, about, value, required: false, deprecated: false }
    }

    /// The same, but it must be given.
    pub const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// The same, but callers should use another one.
    pub const fn deprecated(mut self) -> Self {
        self.deprecated = true;
        self
    }

    /// Selects a user's.
    pub const USER_ID: Self = Self::new("userId", Value::Text, "Only what belongs to this user.");
    /// Selects a source's.
    pub const SOURCE_ID: Self =
        Self::new("sourceId", Value::Text, "Only what came from this account or document.");
    /// The old name of [`Self::SOURCE_ID`].
    pub const ACCOUNT_ID: Self =
        Self::new("accountId", Value::Text, "The old name of `sourceId`.").deprecated();
    /// The beginning of a span of days.
    pub const START_DATE: Self =
        Self::new("startDate", Value::Date, "Only what is dated on this day or later.");
    /// The end of a span of days.
    pub const END_DATE: Self =
        Self::new("endDate", Value::Date, "Only what is dated on this day or earlier.");

    /// The page's size.
    pub const SIZE: Self =
        Self::new("size", Value::Number(1, MAX_SIZE), "How many items a page has at most.");
    /// Where the page before ended.
    pub const CURSOR: Self = Self::new(
        "cursor",
        Value::Text,
        "The `nextCursor` of the page before. It carries that page's filters and size; leave them out.",
    );
}

/// The filters of one list.
pub trait Filter: Sized {
    /// Its parameters.
    const PARAMS: &'static [Param];

    /// Reads it, noting every fault.
    fn read(params: &mut Params) -> Self;
}

/// A list that has no filters.
#[derive(Clone, Copy, Debug)]
pub struct NoFilter;

impl Filter for NoFilter {
    const PARAMS: &'static [Param] = &[];

    fn read(_: &mut Params) -> Self {
        Self
    }
}
