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
}

impl Pending {
    pub(super) fn new(cursor: i64) -> Self {
        Self {
            done: Vec::new(),
            failed: Vec::new(),
            records: Vec::new(),
            saved_cursor: cursor,
            saved_at: Instant::now(),
            pace: Pace::new(SAVE_EVERY),
        }
    }

    /// One that was due by itself since then is done with.
    pub(super) fn finish(&mut self, seq: i64, due_at: Timestamp) {
        self.done.push((seq, due_at));
    }

    /// An attempt has ended.
    pub(super) fn add(&mut self, outcome: AttemptOutcome) {
        if !outcome.is_delivered() {
            let (attempt, due_at) = (outcome.record.number, outcome.record.next_at);
            self.failed.push(FailedDelivery { seq: outcome.seq, attempt, due_at });
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
        Some(Batch { progress, records: std::mem::take(&mut self.records) })
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

impl Batch {
    /// The numbers of what is written.
    pub(super) fn seqs(&self) -> Vec<i64> {
        let done = self.progress.done.iter().map(|(seq, _)| *seq);
        done.chain(self.progress.failed.iter().map(|one| one.seq)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
            (batch.progress.cursor, &batch.progress.done[..], batch.seqs()),
            (5, &[(3, since)][..], vec![3])
        );
        assert!(!pending.has_outcomes());
        pending.pace = Pace::new(Duration::from_hours(1));
        pending.pace.done();
        pending.finish(4, since);
        pending.finish(6, since);
        assert!(pending.take(at(6), false).is_none(), "more may come");
        assert_eq!(pending.take(at(6), true).unwrap().seqs(), [4, 6]);
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
    fn a_cursor_is_only_moved_ahead() {
        let mut pending = Pending::new(10);
        assert!(!pending.skip_to(10));
        assert!(pending.skip_to(12));
        assert!(pending.take(at(12), true).is_none(), "it is in the database");
    }
}
