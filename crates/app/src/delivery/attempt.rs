//! What an attempt came to: the record of it, and what follows.

use std::{panic::AssertUnwindSafe, time::Duration};

use futures_util::FutureExt as _;
use sahod_model::{AttemptId, DeliveryAttempt, EventId, EventType, Timestamp, UserId, Webhook};
use sahod_store::{Due, Scope, StoredEvent};
use sahod_vault::KeysUsed;
use sahod_webhooks::{Attempt, Directive, Message, Target, deliver};

use super::{Delivery, event_body::PayloadIn};
use crate::{AppError, services::Services};

/// The outcome of an attempt.
pub(super) struct AttemptOutcome {
    /// For the log of attempts.
    pub(super) record: DeliveryAttempt,
    /// The keys of all that what came back can tell of.
    pub(super) keys: KeysUsed,
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

/// What an event is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum About {
    /// Whatever a receiver sends back is sealed with the key of its source, if it has one.
    Known,
    /// Its source was revoked. A receiver may still know of it, and what it sends back is not kept.
    Gone,
}

impl Delivery {
    /// Fetches the key of the source that an event is about, so that it is known to be used.
    async fn about(&self, event: &StoredEvent) -> Result<About, AppError> {
        let Some(source) = &event.source_id else { return Ok(About::Known) };
        let key = self.services.store.key(source.as_str()).await?;
        Ok(if key.is_some() { About::Known } else { About::Gone })
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
        let rendering = async {
            let about = delivery.about(&event).await?;
            Ok::<_, AppError>((about, delivery.render_event(scope, &event, payload).await?))
        };
        let turn = delivery.turns.take(scope.number(), &webhook.id).await;
        let (rendered, keys) = KeysUsed::by(rendering).await;
        drop(turn);
        let (about, body) = rendered?;
        let message = Message { id: &event.id, sequence: Some(event.seq), body, at };
        let mut attempt = deliver(&services.http, Target::of(webhook, at), message).await;
        if about == About::Gone {
            attempt.details = attempt.details.without_content();
        }
        Ok::<_, AppError>((attempt, keys))
    };
    // An event that panics is a fault of its own: it has its tries, and stands in no other's way.
    let sent = match AssertUnwindSafe(sent).catch_unwind().await {
        Ok(Ok(sent)) => Some(sent),
        Ok(Err(error)) => {
            tracing::error!(%error, event = %event.id, "cannot put an event's body together");
            None
        }
        Err(_) => {
            tracing::error!(event = %event.id, webhook = %webhook.id, "an attempt to deliver an event panicked");
            None
        }
    };
    let ours = sent.is_none();
    let (attempt, keys) = sent.map_or_else(Default::default, |(attempt, keys)| (Some(attempt), keys));
    let directive = attempt.as_ref().and_then(|attempt| attempt.directive);
    let StoredEvent { seq, id, event_type, user_id: user, .. } = event;
    let number = due.map_or(0, |due| due.tried).saturating_add(1);
    let record = record(services, webhook, (id, event_type, Some(seq)), attempt, at, number);
    let mut outcome = AttemptOutcome { record, keys, user, seq, due, directive, ours };
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
