//! What the tests of this folder are about: a webhook, an event, and what an attempt came to.

use sahod_model::{
    AttemptId, DeliveryAttempt, EventId, EventType, SeededRandom, SystemClock, Timestamp, Webhook, WebhookId,
};
use sahod_store::StoredEvent;
use sahod_vault::KeysUsed;

use super::attempt::AttemptOutcome;

/// An active webhook that wants those types.
pub(super) fn webhook(event_types: &[EventType]) -> Webhook {
    let now = Timestamp::from_micros(0);
    Webhook {
        id: WebhookId::new(&SystemClock, &SeededRandom::new(1)),
        name: String::new(),
        url: "https://example.com".parse().unwrap(),
        secret: String::new().into(),
        previous_secret: None,
        event_types: event_types.to_vec(),
        active: true,
        include_payload: false,
        created_at: now,
        updated_at: now,
        switched_off: None,
    }
}

/// The event of that number and type, of nobody.
pub(super) fn stored_event(seq: i64, event_type: EventType) -> StoredEvent {
    StoredEvent {
        seq,
        id: EventId::new(&SystemClock, &SeededRandom::new(1)),
        event_type,
        created_at: Timestamp::from_micros(0),
        user_id: None,
        source_id: None,
        body: String::new(),
    }
}

/// What the first attempt to bring the event of that number came to, at that moment.
pub(super) fn attempt_outcome(seq: i64, at: Timestamp, failure: Option<&str>) -> AttemptOutcome {
    let (clock, random) = (&SystemClock, &SeededRandom::new(1));
    let record = DeliveryAttempt {
        id: AttemptId::new(clock, random),
        at,
        webhook_id: WebhookId::new(clock, random),
        event_id: EventId::new(clock, random),
        event_type: EventType::UserCreated,
        sequence: Some(seq),
        number: 1,
        status: None,
        failure: failure.map(str::to_owned),
        next_at: None,
        duration_us: 0,
        details: None,
    };
    let keys = KeysUsed::default();
    AttemptOutcome { record, keys, user: None, seq, due: None, directive: None, ours: false }
}
