//! What the incomes of a source say was earned.

use sahod_model::{
    Amount,
    item::{Income, Item, PayPeriod, SourceItem},
};

/// The figure of an income that comes nearest to what was earned: gross, else base, else net. None of them is more than
/// was earned, so the estimate never flatters.
pub(super) fn earned(income: &Income) -> Option<Amount> {
    income.gross_amount.or(income.base_amount).or(income.net_amount)
}

/// The incomes among `items`, annual salaries or payslips.
pub(super) fn incomes(items: &[SourceItem], annual: bool) -> impl Iterator<Item = (&SourceItem, &Income)> {
    items.iter().filter_map(move |item| match &item.item {
        Item::Income(income) if (income.frequency == Some(PayPeriod::Annually)) == annual => {
            Some((item, income))
        }
        _ => None,
    })
}
