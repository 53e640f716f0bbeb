//! Webhook endpoints: where a tenant wants its events.

use secrecy::SecretString;

use crate::{event::EventType, ids::WebhookId, time::Timestamp};

/// A tenant's subscription to events.
#[derive(Clone, Debug)]
pub struct Webhook {
    /// Its id.
    pub id: WebhookId,
    /// The tenant's name for it.
    pub name: String,
    /// Where events are posted.
    pub url: String,
    /// Keys the signature.
    pub secret: SecretString,
    /// What it wants; [`EventType::AllEvents`] for everything.
    pub event_types: Vec<EventType>,
    /// Whether it receives anything.
    pub active: bool,
    /// Whether finished tasks carry the data itself.
    pub include_payload: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

impl Webhook {
    /// Whether an event of that type goes to this webhook.
    #[must_use]
    pub fn wants(&self, event_type: EventType) -> bool {
        self.active
            && self.event_types.iter().any(|wanted| *wanted == event_type || *wanted == EventType::AllEvents)
    }
}
