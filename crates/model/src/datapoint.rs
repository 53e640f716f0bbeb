//! The kinds of data that a source can hold.

use serde::{Deserialize, Serialize};

/// A kind of data point. The number is what the store keeps; it never changes.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "UPPERCASE")]
#[repr(i16)]
pub enum Datapoint {
    /// Who the person is.
    Identities = 1,
    /// Money in and out at a gig platform.
    Transactions = 2,
    /// What customers think of the person.
    Ratings = 3,
    /// Where the person works or worked.
    Employments = 4,
    /// Papers that the source holds.
    Documents = 5,
    /// Payslips and annual salaries.
    Incomes = 6,
    /// Payments into social security.
    Contributions = 7,
    /// Monthly income that this system derives from the other kinds.
    Eincomes = 8,
    /// Loans, and what is left to pay of them.
    Liabilities = 9,
    /// When the person shared the same login with other organisations.
    #[serde(rename = "LINK")]
    Links = 10,
    /// Figures that this system works out from all the others.
    Insights = 11,
}

impl Datapoint {
    /// Every kind, in the order in which they are stored and announced.
    pub const ALL: [Self; 11] = [
        Self::Identities,
        Self::Ratings,
        Self::Transactions,
        Self::Documents,
        Self::Employments,
        Self::Incomes,
        Self::Contributions,
        Self::Liabilities,
        Self::Eincomes,
        Self::Links,
        Self::Insights,
    ];

    /// The kind with that stored number.
    #[must_use]
    pub fn from_number(number: i16) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.number() == number)
    }

    /// The stored number.
    #[must_use]
    pub const fn number(self) -> i16 {
        self as i16
    }

    /// What its items' ids start with.
    #[must_use]
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::Identities => "i",
            Self::Transactions => "t",
            Self::Ratings => "r",
            Self::Employments => "e",
            Self::Documents => "d",
            Self::Incomes => "inc",
            Self::Contributions => "con",
            Self::Eincomes => "einc",
            Self::Liabilities => "lia",
            Self::Links => "link",
            Self::Insights => "insight",
        }
    }

    /// Whether a source has at most one of it.
    #[must_use]
    pub const fn is_single(self) -> bool {
        matches!(self, Self::Identities | Self::Ratings | Self::Insights)
    }

    /// Whether this system works it out by itself, instead of reading it from the source.
    #[must_use]
    pub const fn is_derived(self) -> bool {
        matches!(self, Self::Eincomes | Self::Links | Self::Insights)
    }

    /// The name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Identities => "IDENTITIES",
            Self::Transactions => "TRANSACTIONS",
            Self::Ratings => "RATINGS",
            Self::Employments => "EMPLOYMENTS",
            Self::Documents => "DOCUMENTS",
            Self::Incomes => "INCOMES",
            Self::Contributions => "CONTRIBUTIONS",
            Self::Eincomes => "EINCOMES",
            Self::Liabilities => "LIABILITIES",
            Self::Links => "LINK",
            Self::Insights => "INSIGHTS",
        }
    }
}
