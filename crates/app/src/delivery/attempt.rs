//! What an attempt came to: the record of it, and what follows.

use std::{panic::AssertUnwindSafe, time::Duration};

use futures_util::FutureExt as _;
use sahod_model::{AttemptId, DeliveryAttempt, EventId, EventType, SourceId, Timestamp, UserId, Webhook};
use sahod_store::{Due, Scope, StoredEvent};
use sahod_webhooks::{Attempt, Directive, Message, Target, deliver};

use super::{Delivery, event_body::PayloadIn};
use crate::{AppError, services::Services};

/// The outcome of an attempt.
pub(super) struct AttemptOutcome {
    /// For the log of attempts.
    pub(super) record: DeliveryAttempt,
    /// The source whose key seals what came back.
    pub(super) source: Option<SourceId>,
    pub(super) user: Option<UserId>,
    pub(super) seq: i64,
    /// That it was due by itself; `None` for an event that was next in the log.
    pub(super) due: Option<Due>,
    pub(super) directive: Option<Directive>,
    /// Nothing was sent, through no fault of the receiver's.
    pub(super) ours: bool,
}

impl AttemptOutcome {
    pub(super) const fn is_delivered(&self) -> bool {
        self.record.failure.is_none()
    }

    /// When it is to be tried again; `None` when it was delivered, or tried often enough.
    fn next_at(&self, services: &Services, now: Timestamp) -> Option<Timestamp> {
        if self.is_delivered() {
            return None;
        }
        let delay = services.config.retry.next_delay(self.record.number, services.random.as_ref())?;
        let asked =
            if let Some(Directive::RetryAfter(pause)) = self.directive { pause } else { Duration::ZERO };
        Some(now.plus(delay.max(asked)))
    }
}

/// Brings an event to a webhook, once.
pub(super) async fn attempt(
    delivery: &Delivery,
    scope: &Scope,
    webhook: &Webhook,
    event: StoredEvent,
    due: Option<Due>,
) -> AttemptOutcome {
    let services = &delivery.services;
    let at = services.clock.now();
    let payload = if webhook.include_payload { PayloadIn::Every } else { PayloadIn::CompletedSessions };
    let sent = async {
        let turn = delivery.turns.take(scope.number(), &webhook.id).await;
        let body = delivery.render_event(scope, &event, payload).await?;
        drop(turn);
        let message = Message { id: &event.id, sequence: Some(event.seq), body, at };
        Ok::<_, AppError>(deliver(&services.http, Target::of(webhook, at), message).await)
    };
    // An event that panics is a fault of its own: it has its tries, and stands in no other's way.
    let attempt = match AssertUnwindSafe(sent).catch_unwind().await {
        Ok(Ok(attempt)) => Some(attempt),
        Ok(Err(error)) => {
            tracing::error!(%error, event = %event.id, "cannot put an event's body together");
            None
        }
        Err(_) => {
            tracing::error!(event = %event.id, webhook = %webhook.id, "an attempt to deliver an event panicked");
            None
        }
    };
    let ours = attempt.is_none();
    let directive = attempt.as_ref().and_then(|attempt| attempt.directive);
    let StoredEvent { seq, id, event_type, source_id: source, user_id: user, .. } = event;
    let number = due.map_or(0, |due| due.tried).saturating_add(1);
    let record = record(services, webhook, (id, event_type, Some(seq)), attempt, at, number);
    let mut outcome = AttemptOutcome { record, source, user, seq, due, directive, ours };
    outcome.record.next_at = outcome.next_at(services, services.clock.now());
    outcome
}

/// What is kept of an attempt to bring an event, of that id, type and number, to a webhook.
pub(super) fn record(
    services: &Services,
    webhook: &Webhook,
    (event_id, event_type, sequence): (EventId, EventType, Option<i64>),
    attempt: Option<Attempt>,
    at: Timestamp,
    number: u32,
) -> DeliveryAttempt {
    let (status, failure, duration, details) = match attempt {
        Some(attempt) => (attempt.status, attempt.failure, attempt.duration, Some(attempt.details)),
        None => (None, Some("a fault on this side: nothing was sent".to_owned()), Duration::ZERO, None),
    };
    DeliveryAttempt {
        id: AttemptId::new(services.clock.as_ref(), services.random.as_ref()),
        at,
        webhook_id: webhook.id.clone(),
        event_id,
        event_type,
        sequence,
        number,
        status,
        failure,
        next_at: None,
        duration_us: u64::try_from(duration.as_micros()).unwrap_or(u64::MAX),
        details,
    }
}
