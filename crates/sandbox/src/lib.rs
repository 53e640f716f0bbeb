//! The sandbox source: it plays every provider that has a `sandbox:` section in its manifest, for four test people and for
//! people of a tenant's own that resemble them, and never leaves the machine. It also reads documents: the [`samples`].
//!
//! This room owns the test people, the data that is made up for them, the scenarios and scripts by which something else
//! happens, and the test inputs that anybody can type. It is one more filler of the traits of `connectors` and `documents`:
//! nothing there knows it. It refuses to store anything, a tenant's scenarios included: whoever keeps them asks for a
//! connector that [plays one](SandboxConnector::for_scenario).
//!
//! Its data depends on nothing but the person, the provider and fixed dates, and is cut off at the tenant's present.
//! A later reading therefore finds the same items and the ones that have come since, and an item, once seen, never
//! changes, but for what is left of a loan. Money is made and counted in whole hundredths.
//!
//! What happens besides (prompts, failures, delays, odd amounts of data) is a [script](Script).

mod authorize;
mod connector;
mod data;
mod login;
mod pace;
mod people;
mod prompts;
mod rehearsal;
pub mod samples;
mod scenario;
mod script;
mod section;
mod session;
mod spec;
#[cfg(test)]
mod tests;

pub use async_trait::async_trait;
pub use connector::SandboxConnector;
pub use pace::{Pace, Sleeper};
pub use people::test_people;
pub use rehearsal::{Rehearsal, RehearsedKind};
pub use samples::SampleReader;
pub use scenario::{PersonName, Scenario, ScenarioIdentity};
pub use script::{
    DataSet, MAX_SCRIPT_PROMPTS, MAX_SCRIPT_SECONDS, Script, ScriptPrompt, TestInput, TestInputGroup,
    test_inputs,
};
