//! What is known of a webhook's receiver: whether it takes anything at present, and how much.

use std::time::Duration;

use sahod_model::{SwitchedOffReason, Timestamp, Webhook};
use sahod_store::{StreamProgress, StreamState};
use sahod_webhooks::Directive;

use super::{attempt::AttemptOutcome, throttle::Throttle};

/// A webhook, how its receiver answers, and what it is trusted with.
#[derive(Debug)]
pub(super) struct Receiver {
    state: StreamState,
    throttle: Throttle,
}

impl Receiver {
    pub(super) fn new(state: StreamState, places: usize) -> Self {
        Self { state, throttle: Throttle::new(places) }
    }

    pub(super) const fn webhook(&self) -> &Webhook {
        &self.state.webhook
    }

    pub(super) const fn failing_since(&self) -> Option<Timestamp> {
        self.state.failing_since
    }

    /// Whether the webhook is as it was at that revision.
    pub(super) const fn is_of(&self, revision: i64) -> bool {
        self.state.revision == revision
    }

    /// Whether it asked to be left alone at that moment.
    pub(super) fn is_paused(&self, now: Timestamp) -> bool {
        self.state.paused_until.is_some_and(|until| until > now)
    }

    /// Whether there is room for another delivery beside so many.
    pub(super) const fn has_place(&self, under_way: usize) -> bool {
        under_way < self.throttle.places()
    }

    /// Whether new events go out at that moment.
    pub(super) fn takes_new(&self, now: Timestamp) -> bool {
        self.throttle.takes_new(now)
    }

    /// What to write about it, with that cursor.
    pub(super) fn progress(&self, cursor: i64) -> StreamProgress {
        let StreamState { paused_until, failing_since, .. } = self.state;
        StreamProgress { cursor, paused_until, failing_since, ..StreamProgress::default() }
    }

    /// Takes in the outcome of an attempt; why the webhook is to be switched off, if it is.
    pub(super) fn learn(
        &mut self,
        outcome: &AttemptOutcome,
        now: Timestamp,
        switch_off_after: Duration,
    ) -> Option<SwitchedOffReason> {
        let mut switch_off = None;
        if outcome.is_delivered() {
            self.throttle.succeeded(Duration::from_micros(outcome.record.duration_us));
            self.state.failing_since = None;
        } else if !outcome.ours {
            self.throttle.failed(now);
            let since = *self.state.failing_since.get_or_insert(outcome.record.at);
            if now.since(since) >= switch_off_after {
                switch_off = Some(SwitchedOffReason::Failing);
            }
        }
        match outcome.directive {
            Some(Directive::RetryAfter(pause)) => self.state.paused_until = Some(now.plus(pause)),
            Some(Directive::Gone) => switch_off = Some(SwitchedOffReason::Gone),
            None => {}
        }
        switch_off
    }

    /// The webhook was changed. How its receiver answers is known here alone until it is written, and `moved` says how a moment moves
    /// with the tenant's test clock.
    pub(super) fn change(&mut self, state: StreamState, moved: impl Fn(Timestamp) -> Timestamp) {
        let StreamState { paused_until, failing_since, .. } = self.state;
        let (paused_until, failing_since) = (paused_until.map(&moved), failing_since.map(&moved));
        self.state = StreamState { paused_until, failing_since, ..state };
    }

    /// However long it was to be left alone, that is over.
    pub(super) fn trust_again(&mut self, places: usize) {
        self.throttle = Throttle::new(places);
    }
}

#[cfg(test)]
mod tests {
    use sahod_model::{AttemptId, DeliveryAttempt, EventId, EventType, SeededRandom, SystemClock, WebhookId};

    use sahod_vault::KeysUsed;

    use super::*;

    const SWITCH_OFF_AFTER: Duration = Duration::from_mins(1);

    fn at(second: u64) -> Timestamp {
        Timestamp::from_micros(0).plus(Duration::from_secs(second))
    }

    fn receiver() -> Receiver {
        let webhook = Webhook {
            id: WebhookId::new(&SystemClock, &SeededRandom::new(1)),
            name: String::new(),
            url: String::new(),
            secret: String::new().into(),
            previous_secret: None,
            event_types: vec![EventType::AllEvents],
            active: true,
            include_payload: false,
            created_at: at(0),
            updated_at: at(0),
            switched_off: None,
        };
        let state = StreamState { webhook, cursor: 0, revision: 1, paused_until: None, failing_since: None };
        Receiver::new(state, 16)
    }

    fn outcome(second: u64, failure: Option<&str>, directive: Option<Directive>) -> AttemptOutcome {
        let (clock, random) = (&SystemClock, &SeededRandom::new(1));
        let record = DeliveryAttempt {
            id: AttemptId::new(clock, random),
            at: at(second),
            webhook_id: WebhookId::new(clock, random),
            event_id: EventId::new(clock, random),
            event_type: EventType::UserCreated,
            sequence: Some(1),
            number: 1,
            status: None,
            failure: failure.map(str::to_owned),
            next_at: None,
            duration_us: 0,
            details: None,
        };
        AttemptOutcome {
            record,
            keys: KeysUsed::default(),
            user: None,
            seq: 1,
            due: None,
            directive,
            ours: false,
        }
    }

    #[test]
    fn one_that_fails_for_long_is_switched_off_and_a_success_begins_anew() {
        let mut receiver = receiver();
        let mut learn = |second, failure| {
            let reason = receiver.learn(&outcome(second, failure, None), at(second), SWITCH_OFF_AFTER);
            (reason, receiver.failing_since())
        };
        assert_eq!(learn(0, Some("refused")), (None, Some(at(0))));
        assert_eq!(learn(59, Some("refused")), (None, Some(at(0))));
        assert_eq!(learn(59, None), (None, None));
        assert_eq!(learn(60, Some("refused")), (None, Some(at(60))));
        assert_eq!(learn(120, Some("refused")), (Some(SwitchedOffReason::Failing), Some(at(60))));
    }

    #[test]
    fn a_fault_of_ours_is_not_the_receivers() {
        let mut receiver = receiver();
        let ours = AttemptOutcome { ours: true, ..outcome(0, Some("nothing was sent"), None) };
        assert_eq!(receiver.learn(&ours, at(0), Duration::ZERO), None);
        assert_eq!(receiver.failing_since(), None);
        assert!(receiver.has_place(15));
    }

    #[test]
    fn what_a_receiver_asks_for_is_done() {
        let mut receiver = receiver();
        let pause = Some(Directive::RetryAfter(Duration::from_secs(5)));
        assert_eq!(receiver.learn(&outcome(0, Some("busy"), pause), at(0), SWITCH_OFF_AFTER), None);
        assert!(receiver.is_paused(at(4)) && !receiver.is_paused(at(5)));
        let gone = outcome(90, Some("gone"), Some(Directive::Gone));
        assert_eq!(receiver.learn(&gone, at(90), SWITCH_OFF_AFTER), Some(SwitchedOffReason::Gone));
    }

    #[test]
    fn a_change_of_the_webhook_keeps_how_its_receiver_answers_and_moves_it_with_the_clock() {
        let mut receiver = receiver();
        receiver.learn(&outcome(1, Some("refused"), None), at(1), SWITCH_OFF_AFTER);
        let changed = StreamState { revision: 2, ..receiver.state.clone() };
        let changed = StreamState { failing_since: None, ..changed };
        receiver.change(changed, |moment| moment.plus(Duration::from_secs(10)));
        assert!(receiver.is_of(2) && !receiver.is_of(1));
        assert_eq!(receiver.progress(7).failing_since, Some(at(11)));
        assert!(!receiver.has_place(8), "one failure has halved its places");
        receiver.trust_again(16);
        assert!(receiver.has_place(15));
    }
}
