//! Which events of the log go out next, and up to where all of them are settled.

use std::collections::{BTreeSet, HashSet, VecDeque};

use sahod_model::{UserId, Webhook};
use sahod_store::StoredEvent;

/// Events that are read ahead at most.
pub(super) const AHEAD: usize = 1_024;

/// What of the log is read and not settled. The events of one user go out one after the other.
#[derive(Debug)]
pub(super) struct Plan {
    /// Everything up to here was read.
    read_to: i64,
    /// Read, wanted, and not begun.
    ahead: VecDeque<StoredEvent>,
    /// Read, wanted, and not settled, those included that were not begun.
    open: BTreeSet<i64>,
    /// The users of what is under way.
    busy: HashSet<UserId>,
    /// The last that was begun.
    begun_to: i64,
}

impl Plan {
    pub(super) fn new(cursor: i64) -> Self {
        Self {
            read_to: cursor,
            ahead: VecDeque::new(),
            open: BTreeSet::new(),
            busy: HashSet::new(),
            begun_to: cursor,
        }
    }

    /// Everything up to here was read.
    pub(super) const fn read_to(&self) -> i64 {
        self.read_to
    }

    /// Whether there is room to read on.
    pub(super) fn has_room(&self) -> bool {
        self.ahead.len() <= AHEAD / 2
    }

    /// What follows in the log, as far as it is not passed yet. What the webhook does not want is settled by that.
    pub(super) fn read(&mut self, events: Vec<StoredEvent>, webhook: &Webhook) {
        let read_before = self.read_to;
        for event in events.into_iter().filter(|event| event.seq > read_before) {
            self.read_to = event.seq;
            if webhook.wants(event.event_type) {
                self.open.insert(event.seq);
                self.ahead.push_back(event);
            }
        }
    }

    /// What comes up to there is not this plan's any more, but for what is under way.
    pub(super) fn skip_to(&mut self, cursor: i64) {
        self.read_to = self.read_to.max(cursor);
        self.ahead.retain(|event| event.seq > cursor);
        self.open.retain(|seq| *seq > cursor);
    }

    /// The place of the first whose user has nothing under way.
    fn next(&self) -> Option<usize> {
        let is_free =
            |event: &StoredEvent| event.user_id.as_ref().is_none_or(|user| !self.busy.contains(user));
        self.ahead.iter().position(is_free)
    }

    /// Whether there is an event that may go out.
    pub(super) fn has_next(&self) -> bool {
        self.next().is_some()
    }

    /// The next event that may go out.
    pub(super) fn begin(&mut self) -> Option<StoredEvent> {
        let at = self.next()?;
        let event = self.ahead.remove(at)?;
        self.busy.extend(event.user_id.clone());
        self.begun_to = self.begun_to.max(event.seq);
        Some(event)
    }

    /// One that went out is delivered, or has become due by itself.
    pub(super) fn settle(&mut self, seq: i64, user: Option<&UserId>) {
        self.open.remove(&seq);
        if let Some(user) = user {
            self.busy.remove(user);
        }
    }

    /// Everything up to here is settled.
    pub(super) fn cursor(&self) -> i64 {
        self.open.first().map_or(self.read_to, |first| first - 1)
    }

    /// Nothing more is begun: what comes before the last that was begun and did not go out, so that all the rest is what
    /// comes after the cursor.
    pub(super) fn give_back(&mut self) -> Vec<i64> {
        let left: Vec<i64> = self.ahead.drain(..).map(|event| event.seq).collect();
        let (before, after): (Vec<i64>, Vec<i64>) = left.into_iter().partition(|seq| *seq < self.begun_to);
        self.open.retain(|seq| !before.contains(seq));
        self.read_to = after.first().map_or(self.read_to, |first| first - 1);
        self.open.retain(|seq| *seq <= self.read_to);
        before
    }
}

#[cfg(test)]
mod tests {
    use sahod_model::EventType;

    use super::{
        super::fixture::{stored_event, webhook},
        *,
    };

    /// Events of these users, numbered from `first`.
    fn events(first: i64, users: &[&str]) -> Vec<StoredEvent> {
        let event = |(seq, user): (i64, &&str)| StoredEvent {
            user_id: (!user.is_empty()).then(|| format!("acme-{}", user.repeat(32)).parse().unwrap()),
            ..stored_event(seq, EventType::UserCreated)
        };
        (first..).zip(users).map(event).collect()
    }

    fn begun(plan: &mut Plan) -> Vec<i64> {
        std::iter::from_fn(|| plan.begin()).map(|event| event.seq).collect()
    }

    #[test]
    fn a_users_events_go_out_one_after_the_other() {
        let mut plan = Plan::new(0);
        let read = events(1, &["a", "a", "b", "", "a", ""]);
        let user = read[0].user_id.clone();
        plan.read(read, &webhook(&[EventType::AllEvents]));
        assert_eq!(begun(&mut plan), [1, 3, 4, 6]);
        for (settled, cursor, next) in [(1, 1, &[2][..]), (2, 2, &[5]), (5, 2, &[])] {
            plan.settle(settled, user.as_ref());
            assert_eq!((plan.cursor(), begun(&mut plan)), (cursor, next.to_vec()), "after {settled}");
        }
        for seq in [3, 4, 6] {
            plan.settle(seq, None);
        }
        assert_eq!(plan.cursor(), 6);
    }

    #[test]
    fn what_is_not_wanted_or_passed_is_settled() {
        let mut plan = Plan::new(2);
        plan.read(events(1, &["a", "b", "c", "d"]), &webhook(&[EventType::TaskFinished]));
        assert_eq!((plan.cursor(), begun(&mut plan)), (4, vec![]));
        plan.read(events(3, &["a", "b", "c", "d"]), &webhook(&[EventType::UserCreated]));
        plan.skip_to(5);
        assert_eq!((plan.cursor(), begun(&mut plan)), (5, vec![6]));
        plan.skip_to(9);
        plan.read(events(7, &["a", "b", "c", "e"]), &webhook(&[EventType::UserCreated]));
        assert_eq!(begun(&mut plan), [10], "what was skipped is not read again");
    }

    #[test]
    fn what_was_not_begun_is_given_back() {
        let mut plan = Plan::new(0);
        plan.read(events(1, &["a", "a", "b", "b", "b"]), &webhook(&[EventType::AllEvents]));
        assert_eq!(begun(&mut plan), [1, 3]);
        assert_eq!(plan.give_back(), [2], "before the last that was begun");
        plan.settle(1, None);
        plan.settle(3, None);
        assert_eq!(plan.cursor(), 3, "the rest is what comes after");
    }
}
