//! Exact money: decimal from the source to the JSON number, never a binary float on the way.

use std::{fmt, str::FromStr};

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// An exact amount. Keeps the digits it came with (`222.0000` stays `222.0000`) and is a JSON number on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Amount(#[serde(with = "rust_decimal::serde::arbitrary_precision")] Decimal);

impl Amount {
    /// An amount from its exact decimal value.
    #[must_use]
    pub const fn new(value: Decimal) -> Self {
        Self(value)
    }

    /// `minor` hundredths: `from_cents(12_345)` is 123.45.
    #[must_use]
    pub fn from_cents(minor: i64) -> Self {
        Self(Decimal::new(minor, 2))
    }

    /// The exact value, for arithmetic.
    #[must_use]
    pub const fn value(self) -> Decimal {
        self.0
    }

    /// The value rounded to hundredths, halves away from zero, as payslips do.
    #[must_use]
    pub fn to_cents(self) -> Self {
        let mut value =
            self.0.round_dp_with_strategy(2, rust_decimal::RoundingStrategy::MidpointAwayFromZero);
        value.rescale(2);
        Self(value)
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Amount {
    type Err = rust_decimal::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Decimal::from_str_exact(text).map(Self)
    }
}

/// An ISO 4217 currency code.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "UPPERCASE")]
pub enum Currency {
    /// Philippine peso.
    Php,
    /// Indonesian rupiah.
    Idr,
    /// Singapore dollar.
    Sgd,
    /// Indian rupee.
    Inr,
    /// United States dollar, in which international gig platforms pay.
    Usd,
}

impl Currency {
    /// The ISO 4217 code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Php => "PHP",
            Self::Idr => "IDR",
            Self::Sgd => "SGD",
            Self::Inr => "INR",
            Self::Usd => "USD",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_crosses_json_digit_for_digit() {
        for text in ["222.0000", "-25.5000", "0.1", "123456789012345678.90", "2250"] {
            let amount: Amount = serde_json::from_str(text).unwrap();
            assert_eq!(serde_json::to_string(&amount).unwrap(), text);
        }
    }

    #[test]
    fn rounding_goes_away_from_zero_at_the_half() {
        assert_eq!("2.345".parse::<Amount>().unwrap().to_cents().to_string(), "2.35");
        assert_eq!("-2.345".parse::<Amount>().unwrap().to_cents().to_string(), "-2.35");
        assert_eq!("2".parse::<Amount>().unwrap().to_cents().to_string(), "2.00");
    }
}
