//! Sums, averages and spreads of amounts, in exact decimals. What is told is rounded to hundredths, halves away from zero.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use sahod_model::{
    Amount, Currency,
    insight::{Feature, Features},
};

/// A statistic of some amounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Statistic {
    Sum,
    Average,
    Min,
    Max,
    Median,
    /// Standard deviation of a sample: divided by one less than the number of amounts.
    Std,
}

impl Statistic {
    /// Of those amounts: −999 of none, −998 when it cannot be computed.
    pub(super) fn of(self, amounts: &[Decimal]) -> Feature {
        if amounts.is_empty() {
            return Feature::NoData;
        }
        let value = match self {
            Self::Sum => sum(amounts),
            Self::Average => average(amounts),
            Self::Min => amounts.iter().min().copied(),
            Self::Max => amounts.iter().max().copied(),
            Self::Median => median(amounts),
            Self::Std => deviation(amounts),
        };
        value.map_or(Feature::NotComputable, hundredths)
    }
}

/// Statistics and how their names end, in the order of the contract.
pub(super) const ALL: [(&str, Statistic); 6] = [
    ("sum", Statistic::Sum),
    ("average", Statistic::Average),
    ("min", Statistic::Min),
    ("max", Statistic::Max),
    ("median", Statistic::Median),
    ("std", Statistic::Std),
];

/// Sets `<prefix>_<name>` for each of those statistics.
pub(super) fn add(features: &mut Features, prefix: &str, wanted: &[(&str, Statistic)], amounts: &[Decimal]) {
    for (name, statistic) in wanted {
        features.set(format!("{prefix}_{name}"), statistic.of(amounts));
    }
}

/// A figure of money.
pub(super) fn hundredths(value: Decimal) -> Feature {
    Feature::Number(Amount::new(value).to_cents())
}

/// The currency that most of them are in; of equally many the one with the latest, then the first by its code.
pub(super) fn leading_currency<T: Ord>(dated: impl Iterator<Item = (Currency, T)>) -> Option<Currency> {
    let mut groups: BTreeMap<Currency, (usize, Option<T>)> = BTreeMap::new();
    for (currency, date) in dated {
        let (count, latest) = groups.entry(currency).or_insert((0, None));
        *count += 1;
        *latest = latest.take().max(Some(date));
    }
    let rank = |(currency, (count, latest)): (Currency, (usize, Option<T>))| {
        (count, latest, std::cmp::Reverse(currency.code()), currency)
    };
    groups
        .into_iter()
        .map(rank)
        .max_by(|one, other| (&one.0, &one.1, &one.2).cmp(&(&other.0, &other.1, &other.2)))
        .map(|(.., currency)| currency)
}

/// `None` when it is more than an exact decimal holds.
pub(super) fn sum(amounts: &[Decimal]) -> Option<Decimal> {
    amounts.iter().try_fold(Decimal::ZERO, |sum, amount| sum.checked_add(*amount))
}

fn average(amounts: &[Decimal]) -> Option<Decimal> {
    sum(amounts)?.checked_div(Decimal::from(amounts.len()))
}

fn median(amounts: &[Decimal]) -> Option<Decimal> {
    let mut sorted = amounts.to_vec();
    sorted.sort_unstable();
    let middle = sorted.len() / 2;
    if sorted.len() % 2 == 1 {
        return sorted.get(middle).copied();
    }
    average(sorted.get(middle.checked_sub(1)?..=middle)?)
}

/// To hundredths already; `None` of fewer than two amounts, which say nothing about how far amounts lie apart.
fn deviation(amounts: &[Decimal]) -> Option<Decimal> {
    let degrees = amounts.len().checked_sub(1).filter(|degrees| *degrees > 0)?;
    let count = Decimal::from(amounts.len());
    let squares = amounts
        .iter()
        .try_fold(Decimal::ZERO, |sum, amount| sum.checked_add(amount.checked_mul(*amount)?))?;
    let sum = sum(amounts)?;
    // Divided once, at the end: up to there all is exact.
    let apart = count.checked_mul(squares)?.checked_sub(sum.checked_mul(sum)?)?;
    root(apart.max(Decimal::ZERO).checked_div(count.checked_mul(Decimal::from(degrees))?)?)
}

/// The square root, rounded to hundredths. In whole numbers: a root of so many hundredths squared.
fn root(value: Decimal) -> Option<Decimal> {
    let scaled = value.checked_mul(Decimal::from(10_000))?;
    let below = i128::try_from(scaled.trunc()).ok()?.checked_isqrt()?;
    // Above the middle between this root and the next: r² + r is a quarter less than its square.
    let middle = Decimal::try_from_i128_with_scale(below.checked_mul(below.checked_add(1)?)?, 0).ok()?;
    let middle = middle.checked_add(Decimal::new(25, 2))?;
    let nearest = if scaled > middle { below + 1 } else { below };
    Decimal::try_from_i128_with_scale(nearest, 2).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn decimals(texts: &[&str]) -> Vec<Decimal> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    fn of(statistic: Statistic, texts: &[&str]) -> String {
        match statistic.of(&decimals(texts)) {
            Feature::Number(amount) => amount.to_string(),
            other => serde_json::to_string(&other).unwrap(),
        }
    }

    #[test]
    fn statistics_are_those_worked_out_by_hand() {
        let amounts = ["15000", "14500.50", "16000.25", "15000"];
        // Sum 60500.75; average 15125.1875; deviations −125.1875, −624.6875, 875.0625, −125.1875;
        // squares 15671.91…, 390234.47…, 765734.37…, 15671.91…; together 1187312.67…; a third 395770.89…; root 629.103…
        for (statistic, expected) in [
            (Statistic::Sum, "60500.75"),
            (Statistic::Average, "15125.19"),
            (Statistic::Min, "14500.50"),
            (Statistic::Max, "16000.25"),
            (Statistic::Median, "15000.00"),
            (Statistic::Std, "629.10"),
        ] {
            assert_eq!(of(statistic, &amounts), expected, "{statistic:?}");
            assert_eq!(of(statistic, &[]), "-999", "{statistic:?} of nothing");
        }
        assert_eq!(of(Statistic::Std, &["15000"]), "-998", "one amount has no spread");
        assert_eq!(of(Statistic::Std, &["7", "7", "7"]), "0.00");
        // Deviations of ±0.005: squares 0.000025 each, together 0.00005, root 0.00707…
        assert_eq!(of(Statistic::Std, &["0.01", "0.02"]), "0.01");
        assert_eq!(of(Statistic::Median, &["1", "2.01"]), "1.51", "1.505, the half goes up");
        assert_eq!(of(Statistic::Sum, &["79228162514264337593543950335", "1"]), "-998");
    }

    #[test]
    fn the_currency_of_most_leads_then_the_latest_then_the_code() {
        use Currency::{Inr, Php, Usd};
        for (dated, leading) in [
            (vec![(Usd, 9), (Php, 1), (Php, 2)], Some(Php)),
            (vec![(Usd, 9), (Php, 1)], Some(Usd)),
            (vec![(Usd, 1), (Php, 1), (Inr, 1)], Some(Inr)),
            (vec![], None),
        ] {
            assert_eq!(leading_currency(dated.iter().copied()), leading);
            assert_eq!(leading_currency(dated.iter().rev().copied()), leading, "in any order");
        }
    }

    proptest! {
        #[test]
        fn statistics_hold_together(cents in prop::collection::vec(0_i64..10_000_000, 2..40)) {
            let amounts: Vec<_> = cents.iter().map(|cents| Decimal::new(*cents, 2)).collect();
            let [sum, average, min, max, median, std] = ALL.map(|(_, statistic)| match statistic.of(&amounts) {
                Feature::Number(amount) => amount.value(),
                other => panic!("{other:?}"),
            });
            prop_assert!(min <= median && median <= max);
            prop_assert!(min <= average && average <= max);
            prop_assert!(Decimal::ZERO <= std && std <= max - min);
            let half_a_cent = Decimal::new(5, 3);
            prop_assert!((average * Decimal::from(cents.len()) - sum).abs() <= half_a_cent * Decimal::from(cents.len()));
            // Another order, and everything moved by the same amount.
            let moved: Vec<_> = amounts.iter().rev().map(|amount| amount + Decimal::from(1_000)).collect();
            prop_assert_eq!(Statistic::Std.of(&moved), Statistic::Std.of(&amounts));
            let Feature::Number(moved) = Statistic::Median.of(&moved) else { panic!() };
            prop_assert_eq!(moved.value(), median + Decimal::from(1_000));
        }

        /// The root is the nearest number of hundredths.
        #[test]
        fn roots_are_the_nearest(cents in 0_i64..1_000_000_000_000) {
            let value = Decimal::new(cents, 2);
            let root = root(value).unwrap();
            let half = Decimal::new(5, 3);
            prop_assert!((root + half) * (root + half) >= value);
            prop_assert!(root.is_zero() || (root - half) * (root - half) <= value);
        }
    }
}
