//! `liabilities_…`: loans, what is left of them, and what is due.

use rust_decimal::Decimal;
use sahod_model::{
    Amount, Date,
    insight::{Feature, Features},
    item::PayPeriod,
    liability::Liability,
};

use super::statistics::{self, Statistic, leading_currency};

pub(super) fn add(loans: &[Liability], today: Date, features: &mut Features) {
    let granted = loans.iter().filter(|loan| loan.start_date <= today);
    let leading = leading_currency(granted.clone().map(|loan| (loan.currency, loan.start_date)));
    let loans: Vec<&Liability> = granted.filter(|loan| Some(loan.currency) == leading).collect();
    let outstanding: Vec<&Liability> =
        loans.iter().copied().filter(|loan| !is_finished(loan, today)).collect();
    let known = !loans.is_empty();
    let count = |number: usize| if known { Feature::count(number) } else { Feature::NoData };

    features.set("liabilities_loan_count", count(loans.len()));
    let lent: Vec<_> = loans.iter().map(|loan| loan.loan_amount.value()).collect();
    let of_loans = [MIN, MAX, TOTAL, AVERAGE, STD];
    statistics::add(features, "liabilities_loan_amount", &of_loans, &lent);
    features.set("liabilities_finished_loan_count", count(loans.len() - outstanding.len()));
    features.set("liabilities_outstanding_loan_count", count(outstanding.len()));
    let balances = outstanding.iter().map(|loan| loan.outstanding_balance.map(Amount::value));
    add_known(features, "liabilities_outstanding_amount", &[MAX, TOTAL, AVERAGE], balances);

    let overdue: Vec<_> = loans.iter().filter_map(|loan| positive(loan.overdue_payment_amount)).collect();
    features.set("liabilities_overdue_loan_count", count(overdue.len()));
    statistics::add(features, "liabilities_overdue_amount", &[TOTAL, AVERAGE], &overdue);

    let monthly = outstanding.iter().map(|loan| a_month(loan));
    let of_monthly = [SUM, MIN, MAX, AVERAGE, MEDIAN, STD];
    add_known(features, "liabilities_ongoing_amortization_amount", &of_monthly, monthly);

    let next: Vec<_> = loans.iter().filter_map(|loan| positive(loan.next_payment_amount)).collect();
    features.set("liabilities_payment_count", count(next.len()));
    let of_next = [MAX, MIN, MEDIAN, AVERAGE, SUM, STD];
    statistics::add(features, "liabilities_payment_amount", &of_next, &next);
}

const SUM: (&str, Statistic) = ("sum", Statistic::Sum);
const TOTAL: (&str, Statistic) = ("total", Statistic::Sum);
const AVERAGE: (&str, Statistic) = ("average", Statistic::Average);
const MIN: (&str, Statistic) = ("min", Statistic::Min);
const MAX: (&str, Statistic) = ("max", Statistic::Max);
const MEDIAN: (&str, Statistic) = ("median", Statistic::Median);
const STD: (&str, Statistic) = ("std", Statistic::Std);

/// Sets the statistics of the amounts that are known; −998 when there are some and none is known.
fn add_known(
    features: &mut Features,
    prefix: &str,
    wanted: &[(&str, Statistic)],
    amounts: impl Iterator<Item = Option<Decimal>>,
) {
    let amounts: Vec<_> = amounts.collect();
    let known: Vec<Decimal> = amounts.iter().copied().flatten().collect();
    if known.is_empty() && !amounts.is_empty() {
        for (name, _) in wanted {
            features.set(format!("{prefix}_{name}"), Feature::NotComputable);
        }
    } else {
        statistics::add(features, prefix, wanted, &known);
    }
}

fn positive(amount: Option<Amount>) -> Option<Decimal> {
    amount.map(Amount::value).filter(|value| *value > Decimal::ZERO)
}

/// Nothing is left of it; where the source does not say, the last payment was due before today and nothing is overdue.
fn is_finished(loan: &Liability, today: Date) -> bool {
    match loan.outstanding_balance {
        Some(balance) => balance.value() <= Decimal::ZERO,
        None => {
            loan.end_date.is_some_and(|end| end < today) && positive(loan.overdue_payment_amount).is_none()
        }
    }
}

/// What is due of a loan in an average month; `None` when amount or rhythm is not known.
fn a_month(loan: &Liability) -> Option<Decimal> {
    let (times, months) = match loan.amortization_frequency? {
        PayPeriod::Daily => (365, 12),
        PayPeriod::Weekly => (52, 12),
        PayPeriod::Semimonthly => (2, 1),
        PayPeriod::Monthly => (1, 1),
        PayPeriod::Bimonthly => (1, 2),
        PayPeriod::Quarterly => (1, 3),
        PayPeriod::Annually => (1, 12),
        PayPeriod::Hourly | PayPeriod::Variable | PayPeriod::Unspecified => return None,
    };
    let a_year = loan.amortization_amount?.value().checked_mul(Decimal::from(times))?;
    a_year.checked_div(Decimal::from(months))
}
