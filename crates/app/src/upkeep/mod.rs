//! What keeps an installation running, whoever uses it.
//!
//! Owns the start after a stop, the probe, and the sweep of what has ended. Refuses to know whose anything is.

mod domain;
mod sweep;

pub use domain::Upkeep;
pub(crate) use sweep::Sweep;
