//! Webhook endpoints: where a tenant wants its events, and what became of bringing them there.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use crate::{
    event_type::EventType,
    ids::{AttemptId, EventId, WebhookId},
    time::Timestamp,
    webhook_url::WebhookUrl,
    wire_enum::wire_enum,
};

/// A tenant's subscription to events.
#[derive(Clone, Debug)]
pub struct Webhook {
    /// Its id.
    pub id: WebhookId,
    /// The tenant's name for it.
    pub name: String,
    /// Where events are posted.
    pub url: WebhookUrl,
    /// Keys the signature.
    pub secret: SecretString,
    /// What keyed it before, and still signs beside it.
    pub previous_secret: Option<PreviousSecret>,
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
    /// Why it is off when not by its owner.
    pub switched_off: Option<SwitchedOff>,
}

/// A secret that was replaced.
#[derive(Clone, Debug)]
pub struct PreviousSecret {
    /// The secret.
    pub secret: SecretString,
    /// It signs until then.
    pub expires_at: Timestamp,
}

wire_enum! {
    /// Why a webhook was switched off.
    SwitchedOffReason {
        /// Nothing was delivered to it for days.
        Failing = "FAILING",
        /// Its receiver answered 410: it does not want anything any more.
        Gone = "GONE",
    }
}

/// That a webhook was switched off, not by its owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SwitchedOff {
    /// When.
    pub at: Timestamp,
    /// Why.
    pub reason: SwitchedOffReason,
}

impl Webhook {
    /// Whether an event of that type goes to this webhook.
    #[must_use]
    pub fn wants(&self, event_type: EventType) -> bool {
        self.active
            && self.event_types.iter().any(|wanted| *wanted == event_type || *wanted == EventType::AllEvents)
    }

    /// What signs besides [`Webhook::secret`] at that moment.
    #[must_use]
    pub fn previous_secret_at(&self, now: Timestamp) -> Option<&SecretString> {
        self.previous_secret
            .as_ref()
            .filter(|previous| previous.expires_at > now)
            .map(|previous| &previous.secret)
    }
}

/// One try to deliver an event to a webhook.
#[derive(Clone, Debug)]
pub struct DeliveryAttempt {
    /// Its id.
    pub id: AttemptId,
    /// When it began.
    pub at: Timestamp,
    /// The webhook.
    pub webhook_id: WebhookId,
    /// The event.
    pub event_id: EventId,
    /// What the event says.
    pub event_type: EventType,
    /// The event's number; `None` for one that was made up for a test.
    pub sequence: Option<i64>,
    /// Which try it was, from 1.
    pub number: u32,
    /// What the receiver answered; `None` when it did not.
    pub status: Option<u16>,
    /// Why it counts as failed, in words; `None` when it was delivered.
    pub failure: Option<String>,
    /// When it is tried again; `None` when it was delivered or given up.
    pub next_at: Option<Timestamp>,
    /// How long it took, in microseconds.
    pub duration_us: u64,
    /// What was sent and what came back; `None` once the webhook is deleted, or the event's source revoked.
    pub details: Option<AttemptDetails>,
}

/// What was sent and what came back.
#[derive(Clone, Serialize, Deserialize)]
pub struct AttemptDetails {
    /// What was sent.
    pub request: SentRequest,
    /// What came back; `None` when nothing did.
    pub response: Option<ReceivedResponse>,
}

impl AttemptDetails {
    /// The same without anything in which a receiver can send back what it was sent.
    #[must_use]
    pub fn without_content(self) -> Self {
        let response = self.response.map(|response| ReceivedResponse {
            headers: BTreeMap::new(),
            truncated: response.truncated || !response.body.is_empty(),
            body: String::new(),
        });
        Self { response, ..self }
    }
}

/// A receiver can send back what it was sent, so nothing of it shows.
impl std::fmt::Debug for AttemptDetails {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AttemptDetails([hidden])")
    }
}

/// What was sent to a receiver. The body is not kept a second time: it is the event's.
#[derive(Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SentRequest {
    /// Where it was sent.
    pub url: String,
    /// Its headers. What proves to the receiver who calls is not shown.
    pub headers: BTreeMap<String, String>,
    /// How long its body was. The body itself is that of the event.
    pub body_bytes: u64,
}

/// What a receiver answered.
#[derive(Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReceivedResponse {
    /// Those of its headers that help in finding a fault.
    pub headers: BTreeMap<String, String>,
    /// The beginning of its body, at most 2,048 bytes.
    pub body: String,
    /// Whether the body went on after that.
    pub truncated: bool,
}
