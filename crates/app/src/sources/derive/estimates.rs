//! Months and what is known of them, while it is being added up.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use sahod_model::{
    Amount, Currency, Month, Timestamp,
    item::{Eincome, Item, SourceItem},
};

/// Sums by month and currency.
#[derive(Default)]
pub(super) struct Estimates(BTreeMap<(Month, Currency), Estimate>);

struct Estimate {
    sum: Sum,
    /// When the newest item behind it was created.
    created_at: Timestamp,
}

/// A sum of figures, some of which may be unknown.
#[derive(Clone, Copy)]
enum Sum {
    /// Nothing known yet.
    Unknown,
    /// The figures known so far.
    Known(Decimal),
    /// More than an exact decimal holds; no source means that.
    TooLarge,
}

impl Sum {
    fn plus(self, amount: Option<Amount>) -> Self {
        match (self, amount.map(Amount::value)) {
            (sum, None) => sum,
            (Self::Unknown, Some(value)) => Self::Known(value),
            (Self::Known(sum), Some(value)) => sum.checked_add(value).map_or(Self::TooLarge, Self::Known),
            (Self::TooLarge, Some(_)) => Self::TooLarge,
        }
    }

    fn amount(self) -> Option<Amount> {
        match self {
            Self::Known(sum) => Some(Amount::new(sum)),
            Self::Unknown | Self::TooLarge => None,
        }
    }
}

impl Estimates {
    /// Adds what `item` says about `month`; an unknown amount still shows that there was work.
    pub(super) fn add(
        &mut self,
        month: Month,
        currency: Currency,
        amount: Option<Amount>,
        item: &SourceItem,
    ) {
        let estimate = self
            .0
            .entry((month, currency))
            .or_insert(Estimate { sum: Sum::Unknown, created_at: item.created_at });
        estimate.sum = estimate.sum.plus(amount);
        estimate.created_at = estimate.created_at.max(item.created_at);
    }

    /// Takes over the months that have no figure yet from a less telling kind.
    pub(super) fn fill(&mut self, other: Self) {
        for (slot, estimate) in other.0 {
            let present = self.0.entry(slot).or_insert(Estimate { ..estimate });
            if present.sum.amount().is_none() && estimate.sum.amount().is_some() {
                *present = estimate;
            }
        }
    }

    /// The estimates as data points, keyed by currency and month.
    pub(super) fn into_items(self) -> Vec<SourceItem> {
        self.0
            .into_iter()
            .map(|((month, currency), estimate)| {
                let amount = estimate.sum.amount();
                SourceItem {
                    key: format!("einc:{}:{month}", currency.code()),
                    created_at: estimate.created_at,
                    item: Item::Eincome(Eincome { month, currency, base_amount: amount, amount }),
                }
            })
            .collect()
    }
}
