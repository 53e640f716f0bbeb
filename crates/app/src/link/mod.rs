//! Linking: from a person's consent to their data in the store.
//!
//! One attempt is one actor in memory, on the node that received the credentials. What the outside sees of it is its
//! [`Progress`]; what it needs from the person comes back as an answer. Nothing secret is ever kept to resume from: if
//! the node dies, [`recover`](crate::recover) ends the account in an error and the person tries again.

mod actor;
mod answer;
mod person;
mod progress;
mod redirect;
mod registry;
mod start;

pub(crate) use actor::{new_task, source_event};
pub use progress::{Progress, Stage};
pub use redirect::Returned;
pub(crate) use registry::Registry;
pub use start::LinkRequest;
pub(crate) use start::account_event;
