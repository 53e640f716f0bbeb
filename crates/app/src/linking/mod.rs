//! Linking: from a person's consent to their data in the store.
//!
//! Owns the catalogue as people choose from it, how well providers can be reached, and link attempts: signing in, asking the person
//! what the source wants to know, and the first reading. Refuses to keep anything secret to resume from.
//!
//! One attempt is one actor in memory, on the node that received the credentials. What the outside sees of it is its
//! [`Progress`]; what it needs from the person comes back as an answer. If the node dies, the attempt is ended in an error
//! ([`abandoned`]) and the person tries again.

mod abandoned;
mod actor;
mod answer;
mod domain;
mod ending;
mod following;
mod health;
mod limits;
mod person;
mod progress;
mod providers;
mod redirect;
mod registry;
mod start;
mod status;

pub use domain::Linking;
pub use progress::{Progress, Stage};
pub use providers::ProviderFilter;
pub use registry::{Departure, Returned};
pub use start::LinkRequest;
