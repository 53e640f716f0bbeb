//! Bringing events to webhooks.
//!
//! Owns webhooks and their secrets, the bodies of events, deliveries and what became of each attempt, replays, and the mail about a webhook
//! that was switched off. Refuses to let one receiver slow another down.
//!
//! Events are a log, and each webhook reads it from where it has come to: an event that arrives at the first try leaves no
//! row but the record of that attempt. One process at a time has a webhook, by a lease; the [`Courier`] takes what nobody
//! has, and runs one [`stream`] for each webhook, which nothing but its own receiver can slow down: all that go out at the same
//! time share their [`places`] fairly.

mod attempt;
mod courier;
mod domain;
mod event_body;
mod events;
#[cfg(test)]
mod fixture;
mod notices;
mod pace;
mod pending;
mod places;
mod plan;
mod receiver;
mod redelivery;
mod retries;
mod stream;
mod task;
mod test_event;
mod throttle;
mod webhooks;

pub use courier::Courier;
pub use domain::Delivery;
pub use events::DeliveredEvent;
pub(crate) use notices::TellSwitchedOff;
pub use redelivery::{Replay, WebhookStatus};
pub use webhooks::{NewWebhook, WebhookChange};
