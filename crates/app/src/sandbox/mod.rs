//! What only exists in the sandbox.
//!
//! Owns scenarios, the people whom tenants make up, and the test clock, by which a tenant's time moves ahead. Refuses everybody in
//! production mode.

mod domain;
mod scenarios;
mod test_clock;

pub use domain::Sandbox;
pub use scenarios::{PersonContent, SandboxPerson};
pub(crate) use test_clock::MoveClock;
pub use test_clock::{MOST_AT_ONCE, TenantClock};
