//! How often something is paid: wages to a person, instalments of a loan.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How long a pay period is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub enum PayPeriod {
    /// An hour.
    Hourly,
    /// A day.
    Daily,
    /// A week.
    Weekly,
    /// Half a month.
    Semimonthly,
    /// A month.
    Monthly,
    /// Two months.
    Bimonthly,
    /// Three months.
    Quarterly,
    /// A year.
    Annually,
    /// It varies.
    Variable,
    /// The source does not say.
    Unspecified,
}
