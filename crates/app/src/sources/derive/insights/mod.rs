//! Insights: what a source tells about a person, in figures.
//!
//! Pure functions over what is stored of one source: no clock, no storage. `docs/insights.md` defines every figure, with
//! an example for each family that a test works through; that page and this folder change together.

mod employments;
mod identities;
mod incomes;
mod liabilities;
mod links;
mod statistics;

#[cfg(test)]
mod tests;

use sahod_model::{
    Date, Timestamp,
    insight::{Features, Insight},
    item::{Eincome, Employment, Identity, Income},
    liability::Liability,
};

/// What an insight is worked out from: everything of one source that counts.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// Payslips and annual salaries.
    pub incomes: Vec<Income>,
    /// Estimated incomes.
    pub eincomes: Vec<Eincome>,
    /// Loans.
    pub liabilities: Vec<Liability>,
    /// Jobs.
    pub employments: Vec<Employment>,
    /// Who the person is.
    pub identities: Vec<Identity>,
    /// The days on which the same login was linked with other organisations; `None` when that is not shared here.
    pub linked_on: Option<Vec<Date>>,
}

/// The insight that those facts give at that moment. The order of the facts changes nothing.
#[must_use]
pub fn derive_insight(facts: &Facts, cutoff_time: Timestamp) -> Insight {
    let (today, mut features) = (cutoff_time.date(), Features::default());
    incomes::add(facts, today, &mut features);
    liabilities::add(&facts.liabilities, today, &mut features);
    employments::add(&facts.employments, today, &mut features);
    identities::add(&facts.identities, today, &mut features);
    links::add(facts.linked_on.as_deref(), today, &mut features);
    Insight { cutoff_time, features }
}
