//! What happened to deliveries and is not in the database yet, and when it is to be written there.

use std::time::Duration;

use sahod_model::{DeliveryAttempt, Timestamp};
use sahod_store::{FailedDelivery, StreamProgress};
use sahod_vault::KeysUsed;
use tokio::time::Instant;

use super::{attempt::AttemptOutcome, pace::Pace};

/// What the webhook did not want is written as passed once it is so much, or so long ago.
const PASSED: i64 = 1_000;
const PASSED_FOR: Duration = Duration::from_secs(5);
/// How often outcomes are written at most.
const SAVE_EVERY: Duration = Duration::from_millis(10);

/// Outcomes that are not written yet, and up to where the cursor is.
#[derive(Debug)]
pub(super) struct Pending {
    done: Vec<(i64, Timestamp)>,
    failed: Vec<FailedDelivery>,
    records: Vec<(DeliveryAttempt, KeysUsed)>,
    /// The numbers of what was due by itself and is done with, or due at another time.
    retried: Vec<i64>,
    saved_cursor: i64,
    saved_at: Instant,
    pace: Pace,
}

/// What is written together.
#[derive(Debug)]
pub(super) struct Batch {
    pub(super) progress: StreamProgress,
    /// For the log of attempts, each with the keys of all that what came back can tell of.
    pub(super) records: Vec<(DeliveryAttempt, KeysUsed)>,
    /// The numbers of what was due by itself. What only now becomes due is not among them: it may be on its way again before
    /// it is known here that it was written.
    pub(super) retried: Vec<i64>,
}

impl Pending {
    pub(super) fn new(cursor: i64) -> Self {
        Self {
            done: Vec::new(),
            failed: Vec::new(),
            records: Vec::new(),
            retried: Vec::new(),
            saved_cursor: cursor,
            saved_at: Instant::now(),
            pace: Pace::new(SAVE_EVERY),
        }
    }

    /// One that was due by itself since then is done with.
    pub(super) fn finish(&mut self, seq: i64, due_at: Timestamp) {
        self.done.push((seq, due_at));
        self.retried.push(seq);
    }

    /// An attempt has ended.
    pub(super) fn add(&mut self, outcome: AttemptOutcome) {
        if !outcome.is_delivered() {
            let (attempt, due_at) = (outcome.record.number, outcome.record.next_at);
            self.failed.push(FailedDelivery { seq: outcome.seq, attempt, due_at });
            self.retried.extend(outcome.due.map(|_| outcome.seq));
        } else if let Some(due) = outcome.due {
            self.finish(outcome.seq, due.at);
        }
        self.records.push((outcome.record, outcome.keys));
    }

    /// Whether there is an outcome to be written.
    pub(super) fn has_outcomes(&self) -> bool {
        !(self.records.is_empty() && self.done.is_empty() && self.failed.is_empty())
    }

    /// Waits until outcomes may be written.
    pub(super) async fn wait(&self) {
        self.pace.wait().await;
    }

    /// What is to be written now, added to how far the stream has come. The last batches do not wait for more.
    pub(super) fn take(&mut self, mut progress: StreamProgress, ending: bool) -> Option<Batch> {
        if !(ending || self.pace.allows()) {
            return None;
        }
        let passed = progress.cursor - self.saved_cursor;
        let passed_long = passed > 0 && self.saved_at.elapsed() >= PASSED_FOR;
        let passed_enough = passed >= PASSED || passed_long || ending && passed > 0;
        if !(self.has_outcomes() || passed_enough) {
            return None;
        }
        (self.saved_cursor, self.saved_at) = (progress.cursor, Instant::now());
        self.pace.done();
        progress.done = std::mem::take(&mut self.done);
        progress.failed = std::mem::take(&mut self.failed);
        let (records, retried) = (std::mem::take(&mut self.records), std::mem::take(&mut self.retried));
        Some(Batch { progress, records, retried })
    }

    /// Takes over a cursor that the database has moved ahead; whether it has.
    pub(super) const fn skip_to(&mut self, cursor: i64) -> bool {
        let ahead = cursor > self.saved_cursor;
        if ahead {
            self.saved_cursor = cursor;
        }
        ahead
    }
}

#[cfg(test)]
mod tests {
    use sahod_store::Due;

    use super::{
        super::{attempt::AttemptOutcome, fixture::attempt_outcome},
        *,
    };

    fn at(cursor: i64) -> StreamProgress {
        StreamProgress { cursor, ..StreamProgress::default() }
    }

    #[test]
    fn an_outcome_is_written_at_once_and_the_next_ones_together() {
        let mut pending = Pending::new(0);
        assert!(pending.take(at(0), false).is_none(), "nothing happened");
        let since = Timestamp::from_micros(1);
        pending.finish(3, since);
        let batch = pending.take(at(5), false).unwrap();
        assert_eq!(
            (batch.progress.cursor, &batch.progress.done[..], &batch.retried[..]),
            (5, &[(3, since)][..], &[3][..])
        );
        assert!(!pending.has_outcomes());
        pending.pace = Pace::new(Duration::from_hours(1));
        pending.pace.done();
        pending.finish(4, since);
        pending.finish(6, since);
        assert!(pending.take(at(6), false).is_none(), "more may come");
        assert_eq!(pending.take(at(6), true).unwrap().retried, [4, 6]);
    }

    #[test]
    fn what_is_passed_is_written_when_it_is_much_or_the_end() {
        let mut pending = Pending::new(10);
        assert!(pending.take(at(10 + PASSED - 1), false).is_none());
        assert_eq!(pending.take(at(10 + PASSED), false).unwrap().progress.cursor, 10 + PASSED);
        assert!(pending.take(at(10 + PASSED), true).is_none());
        assert!(pending.take(at(11 + PASSED), true).is_some());
    }

    #[test]
    fn what_becomes_due_is_not_what_was_due() {
        let mut pending = Pending::new(0);
        let (now, due) = (Timestamp::from_micros(1), Some(Due { at: Timestamp::from_micros(0), tried: 1 }));
        pending.add(attempt_outcome(1, now, Some("refused")));
        pending.add(attempt_outcome(2, now, None));
        for failure in [Some("refused"), None] {
            let seq = if failure.is_some() { 3 } else { 4 };
            pending.add(AttemptOutcome { due, ..attempt_outcome(seq, now, failure) });
        }
        let batch = pending.take(at(4), true).unwrap();
        assert_eq!(batch.progress.failed.iter().map(|one| one.seq).collect::<Vec<_>>(), [1, 3]);
        assert_eq!(batch.retried, [3, 4], "the first one may be on its way again by then");
    }

    #[test]
    fn a_cursor_is_only_moved_ahead() {
        let mut pending = Pending::new(10);
        assert!(!pending.skip_to(10));
        assert!(pending.skip_to(12));
        assert!(pending.take(at(12), true).is_none(), "it is in the database");
    }
}
