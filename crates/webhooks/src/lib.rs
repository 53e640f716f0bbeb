//! Webhooks as the receiving side sees them: the body, its signature, one attempt to deliver it, and when to try again.
//!
//! A body is rendered once, to bytes, and exactly those bytes are signed and sent: a receiver that checks the
//! signature over what it read must never find a difference.
//!
//! This room knows no database and no queue. It does not choose what to send or to whom, and it remembers nothing
//! between attempts: whoever calls [`deliver`] keeps the count and asks [`RetryPolicy`] what comes next.

mod delivery;
mod event_body;
mod retry;
mod signature;

pub use delivery::{Attempt, Directive, Message, Target, deliver};
pub use event_body::{EventBody, EventBodyError};
pub use retry::{RetryPolicy, RetryPolicyConfig};
pub use signature::{SIGNATURE_HEADER, new_secret, sign, sign_standard, verify};
