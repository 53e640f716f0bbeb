//! Months from annual salaries: a twelfth for each month of the period, to the cent, the twelfth month taking what the
//! rounding left.

use rust_decimal::Decimal;
use sahod_model::{
    Amount, Month,
    item::{Income, SourceItem},
};

use super::{
    earnings::{earned, incomes},
    estimates::Estimates,
};

/// How far back a salary without an end is followed: a working life.
const MONTHS_AT_MOST: i32 = 50 * 12;

pub(super) fn estimate(items: &[SourceItem], this_month: Month) -> Estimates {
    let salaries: Vec<_> = incomes(items, true).collect();
    let mut estimates = Estimates::default();
    for (item, salary) in &salaries {
        let start = salary.start_date.month();
        let end = last_month(salary, &salaries, this_month).min(this_month);
        let mut month = start.max(end.plus(1 - MONTHS_AT_MOST));
        while month <= end {
            let place = month.months_since(start).rem_euclid(12);
            let amount = earned(salary).and_then(|amount| share(amount, place));
            estimates.add(month, salary.currency, amount, item);
            month = month.plus(1);
        }
    }
    estimates
}

/// The last month of its period. A salary without an end lasts until the same employer's next one begins.
fn last_month(salary: &Income, salaries: &[(&SourceItem, &Income)], this_month: Month) -> Month {
    if let Some(end) = salary.end_date {
        return end.month();
    }
    let next = salaries
        .iter()
        .map(|(_, other)| other)
        .filter(|other| other.employer == salary.employer && other.currency == salary.currency)
        .map(|other| other.start_date.month())
        .filter(|start| *start > salary.start_date.month())
        .min();
    next.map_or(this_month, |start| start.plus(-1))
}

/// The part of a year's `amount` that falls on its month number `place`, from 0.
fn share(amount: Amount, place: i32) -> Option<Amount> {
    let part = Amount::new(amount.value().checked_div(Decimal::from(12))?).to_cents();
    if place < 11 {
        return Some(part);
    }
    let others = part.value().checked_mul(Decimal::from(11))?;
    amount.value().checked_sub(others).map(Amount::new)
}
