//! Estimated incomes: what a person earned in a month, worked out from what a source says about it. And, in
//! [`insights`], figures about all that a source says.
//!
//! Pure functions over one source's items: no clock, no storage, no country's rules outside [`schemes`]. The rules, each
//! with a worked example, are in `docs/estimated-incomes.md`; that page and this folder change together.

mod annual_salaries;
mod contributions;
mod earnings;
mod estimates;
pub mod insights;
pub mod network_links;
mod payslips;
pub mod schemes;
mod transactions;

#[cfg(test)]
mod tests;

use sahod_model::{Date, ProviderId, item::SourceItem};

use estimates::Estimates;

/// The estimated incomes of one source: at most one a month and currency, none for a month after `today`'s.
///
/// A month takes the first kind that has a figure for it: payslips, annual salaries, contributions, transactions. A
/// month in which work shows but no kind has a figure is there with a null amount. The same items always give the same
/// answer, whatever their order; `created_at` is that of the newest item that the estimate rests on.
///
/// `items` are all that the source holds, of any kind; `country` is the provider's.
#[must_use]
pub fn derive_eincomes(
    country: Option<&str>,
    provider_id: &ProviderId,
    items: &[SourceItem],
    today: Date,
) -> Vec<SourceItem> {
    let this_month = today.month();
    let scheme = schemes::find(country, provider_id);
    let mut estimates = Estimates::default();
    estimates.fill(payslips::estimate(items, this_month));
    estimates.fill(annual_salaries::estimate(items, this_month));
    estimates.fill(contributions::estimate(items, this_month, scheme));
    estimates.fill(transactions::estimate(items, this_month));
    estimates.into_items()
}
