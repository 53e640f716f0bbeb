//! Months from contributions: the salary that the scheme's own table gives for what was paid.
//!
//! Each payment is looked up by itself and the salaries are added, because a person with two employers has two.

use sahod_model::{
    Month,
    item::{Item, SourceItem},
};

use super::{estimates::Estimates, schemes::Scheme};

pub(super) fn estimate(items: &[SourceItem], this_month: Month, scheme: Option<&Scheme>) -> Estimates {
    let mut estimates = Estimates::default();
    for item in items {
        let Item::Contribution(contribution) = &item.item else { continue };
        let month = contribution.date.month();
        if month > this_month {
            continue;
        }
        let salary = scheme
            .filter(|scheme| scheme.currency == contribution.currency)
            .and_then(|scheme| scheme.salary(month, contribution.amount));
        estimates.add(month, contribution.currency, salary, item);
    }
    estimates
}
