//! Insights: what a source tells about a person, in figures.
//!
//! Pure functions over what is stored of one source: no clock, no storage. `docs/insights.md` defines every figure, with
//! an example for each family that a test works through; that page and this folder change together.

mod employments;
mod facts;
mod identities;
mod incomes;
mod liabilities;
mod links;
mod statistics;

#[cfg(test)]
mod tests;

use sahod_model::{
    Timestamp,
    insight::{Features, Insight},
};

pub use facts::Facts;

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
