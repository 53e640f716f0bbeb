//! Calls to an API, whatever they are for.
//!
//! Owns cursors of lists, answers that are given again to repeated requests, ids of requests, and the requests log. Refuses to
//! know what a request is about: the use case that it carries asks for its own right.

mod cursors;
mod domain;
mod idempotency;
mod log;
mod log_queue;

pub use cursors::Cursor;
pub use domain::Requests;
pub use idempotency::{FreshAnswer, IdempotentAnswer};
