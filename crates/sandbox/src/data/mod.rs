//! The data that is made up, kind by kind.

pub(crate) mod contributions;
pub(crate) mod employments;
mod generator;
pub(crate) mod identity;
pub(crate) mod incomes;
pub(crate) mod liabilities;
pub(crate) mod papers;
pub(crate) mod ratings;
mod salary;
pub(crate) mod transactions;

pub(crate) use generator::{Draw, Membership};
