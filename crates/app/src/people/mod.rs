//! The people whose data is asked for, and how they come in.
//!
//! Owns users and their sessions, link tokens, the sessions of widgets, the steps that people take there, invites, and the record of
//! what people consent to. Refuses to know what was read from any source.

mod consents;
mod domain;
mod invites;
mod link_tokens;
mod session_watch;
mod sessions;
mod steps;
mod user_sessions;
mod users;

pub use domain::People;
pub use invites::NewInvite;
pub use link_tokens::IssuedToken;
pub use session_watch::SessionWatch;
pub use sessions::{OpenedSession, Opening};
pub(crate) use user_sessions::{sharing_began, sharing_ended};
