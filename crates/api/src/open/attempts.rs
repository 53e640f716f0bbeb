//! How an attempt to deliver an event looks on the wire. Beyond the contract.

use sahod_model::{
    AttemptId, DeliveryAttempt, EventId, EventType, ReceivedResponse, SentRequest, Timestamp, WebhookId,
};
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    error::ApiError,
    nouns::{Call, Shown},
};

/// One try to deliver an event to one of your webhooks.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "DeliveryAttempt")]
pub struct AttemptWire<'a> {
    /// The attempt's id.
    id: &'a AttemptId,
    /// When it began.
    created_at: Timestamp,
    /// The webhook.
    webhook_id: &'a WebhookId,
    /// The event.
    event_id: &'a EventId,
    /// What the event says.
    event_type: EventType,
    /// The event's number; null for one that was made up for a test.
    sequence: Option<i64>,
    /// Which try it was, from 1.
    number: u32,
    /// What your server answered; null when it did not.
    status: Option<u16>,
    /// Why it counts as failed, in words; null when it was delivered.
    failure: Option<&'a str>,
    /// When it is tried again; null when it was delivered or given up.
    next_attempt_at: Option<Timestamp>,
    /// How long it took, in microseconds.
    duration_us: u64,
    /// What was sent; null once the source that the event is about was revoked.
    request: Option<&'a SentRequest>,
    /// What came back; null when nothing did, or the source that the event is about was revoked.
    response: Option<&'a ReceivedResponse>,
}

impl<'a> From<&'a DeliveryAttempt> for AttemptWire<'a> {
    fn from(attempt: &'a DeliveryAttempt) -> Self {
        let details = attempt.details.as_ref();
        Self {
            id: &attempt.id,
            created_at: attempt.at,
            webhook_id: &attempt.webhook_id,
            event_id: &attempt.event_id,
            event_type: attempt.event_type,
            sequence: attempt.sequence,
            number: attempt.number,
            status: attempt.status,
            failure: attempt.failure.as_deref(),
            next_attempt_at: attempt.next_at,
            duration_us: attempt.duration_us,
            request: details.map(|details| &details.request),
            response: details.and_then(|details| details.response.as_ref()),
        }
    }
}

impl Shown for DeliveryAttempt {
    type Wire<'a> = AttemptWire<'a>;

    fn show(&self, _: &Call) -> Result<AttemptWire<'_>, ApiError> {
        Ok(self.into())
    }
}
