//! `incomes_…`: what the person earned, month by month.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use sahod_model::{
    Amount, Currency, Date, Month,
    insight::{Feature, Features},
    item::PayPeriod,
};

use super::{
    facts::Facts,
    statistics::{self, hundredths, leading_currency},
};
use crate::sources::derive::earnings::earned;

/// What was earned in each month that is over and has a figure; never empty.
struct Series {
    months: BTreeMap<Month, Decimal>,
    /// The last month that is over.
    last: Month,
}

/// Windows, in months.
const WINDOWS: [i32; 5] = [3, 6, 9, 12, 18];

pub(super) fn add(facts: &Facts, today: Date, features: &mut Features) {
    let series = Series::of(facts, today);
    let figure = |of: fn(&Series) -> Feature| match &series {
        Ok(series) => of(series),
        Err(why) => why.clone(),
    };
    features.set("incomes_count", figure(|series| Feature::count(series.months.len())));
    features.set("incomes_first_income_month_range", figure(|series| Feature::Count(series.range().into())));
    features.set("incomes_missing_month_max", figure(|series| Feature::Count(series.longest_gap().into())));
    features.set("incomes_missing_month_count", figure(|series| Feature::Count(series.missing().into())));
    add_amounts(features, "incomes_amount", &series, |_| true);
    for window in WINDOWS {
        let prefix = format!("incomes_last{window}_months_amount");
        add_amounts(features, &prefix, &series, |back| back < window);
    }
    features.set("incomes_last18_months_max_amount_count", figure(|series| series.months_at_max(18)));
    features.set("incomes_starting_amount", figure(|series| amount(series.months.values().next())));
    features.set("incomes_current_amount", figure(|series| amount(series.months.values().next_back())));
    features.set("incomes_latest_growth", figure(Series::growth));
}

/// Sets the statistics of the months that `takes`, by how many months they lie before the last one.
fn add_amounts(
    features: &mut Features,
    prefix: &str,
    series: &Result<Series, Feature>,
    takes: impl Fn(i32) -> bool,
) {
    match series {
        Ok(series) => statistics::add(features, prefix, &statistics::ALL, &series.amounts(takes)),
        Err(why) => {
            for (name, _) in statistics::ALL {
                features.set(format!("{prefix}_{name}"), why.clone());
            }
        }
    }
}

fn amount(value: Option<&Decimal>) -> Feature {
    value.map_or(Feature::NoData, |value| hundredths(*value))
}

impl Series {
    /// From payslips, else from estimated incomes, in the currency of most months.
    fn of(facts: &Facts, today: Date) -> Result<Self, Feature> {
        let this_month = today.month();
        let last = if this_month.last_day() == today { this_month } else { this_month.plus(-1) };
        let payslips =
            facts.incomes.iter().filter(|income| income.frequency != Some(PayPeriod::Annually)).map(
                |income| {
                    let month = income.end_date.unwrap_or(income.start_date).month();
                    (month, income.currency, earned(income))
                },
            );
        let estimates = facts.eincomes.iter().map(|income| (income.month, income.currency, income.amount));
        let found = match totals(payslips, last)? {
            found if found.is_empty() => totals(estimates, last)?,
            found => found,
        };
        let leading = leading_currency(found.keys().map(|(month, currency)| (*currency, *month)));
        let of_leading = found.into_iter().filter(|((_, currency), _)| Some(*currency) == leading);
        let months: BTreeMap<_, _> = of_leading.map(|((month, _), total)| (month, total)).collect();
        if months.is_empty() { Err(Feature::NoData) } else { Ok(Self { months, last }) }
    }

    /// The amounts of the months that `takes`, by how many months they lie before the last one.
    fn amounts(&self, takes: impl Fn(i32) -> bool) -> Vec<Decimal> {
        let within = self.months.iter().filter(|(month, _)| takes(self.last.months_since(**month)));
        within.map(|(_, amount)| *amount).collect()
    }

    /// Months from the first with an income to the last that is over.
    fn range(&self) -> i32 {
        self.months.keys().next().map_or(0, |first| self.last.months_since(*first) + 1)
    }

    fn missing(&self) -> i32 {
        self.range() - i32::try_from(self.months.len()).unwrap_or(i32::MAX)
    }

    fn longest_gap(&self) -> i32 {
        let next = self.months.keys().skip(1).copied().chain([self.last.plus(1)]);
        self.months.keys().zip(next).map(|(month, next)| next.months_since(*month) - 1).max().unwrap_or(0)
    }

    /// How many of the last `window` months are as good as the best of them.
    fn months_at_max(&self, window: i32) -> Feature {
        let amounts = self.amounts(|back| back < window);
        let max = amounts.iter().max();
        max.map_or(Feature::NoData, |max| {
            Feature::count(amounts.iter().filter(|amount| *amount == max).count())
        })
    }

    /// The last income over the one before it, less one.
    fn growth(&self) -> Feature {
        let mut newest = self.months.values().rev();
        let (Some(current), Some(before)) = (newest.next(), newest.next()) else {
            return Feature::NotComputable;
        };
        if *before <= Decimal::ZERO {
            return Feature::NotComputable;
        }
        let growth = current.checked_sub(*before).and_then(|more| more.checked_div(*before));
        growth.map_or(Feature::NotComputable, |growth| {
            let mut growth =
                growth.round_dp_with_strategy(4, rust_decimal::RoundingStrategy::MidpointAwayFromZero);
            growth.rescale(4);
            Feature::Number(Amount::new(growth))
        })
    }
}

/// Sums by month and currency, up to `last`. What has no figure shows no income.
fn totals(
    incomes: impl Iterator<Item = (Month, Currency, Option<Amount>)>,
    last: Month,
) -> Result<BTreeMap<(Month, Currency), Decimal>, Feature> {
    let mut totals = BTreeMap::new();
    for (month, currency, amount) in incomes {
        let Some(amount) = amount.filter(|_| month <= last) else { continue };
        let total = totals.entry((month, currency)).or_insert(Decimal::ZERO);
        *total = total.checked_add(amount.value()).ok_or(Feature::NotComputable)?;
    }
    Ok(totals)
}
