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
