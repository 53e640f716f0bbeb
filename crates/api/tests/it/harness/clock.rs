//! The time of a test.

use std::{
    sync::atomic::{AtomicI64, Ordering},
    time::Duration,
};

use sahod_model::{Clock, Timestamp};

/// 2026-11-20T08:00:00Z.
const START: i64 = 1_795_161_600_000_000;

/// A clock that goes on by a millisecond whenever it is read, and by more when a test says so. So whatever is made
/// later is later, in ids and in dates, however fast the machine is.
#[derive(Debug)]
pub(crate) struct TestClock {
    now: AtomicI64,
    /// By how much it was set ahead, while no time passed.
    set: AtomicI64,
}

impl TestClock {
    pub(crate) const fn new() -> Self {
        Self { now: AtomicI64::new(START), set: AtomicI64::new(0) }
    }

    /// What it shows, without a tick: for looking again and again.
    pub(crate) fn peek(&self) -> Timestamp {
        Timestamp::from_micros(self.now.load(Ordering::SeqCst))
    }

    /// Sets the clock ahead, while no time passes; a negative number sets it back.
    pub(crate) fn set_ahead(&self, micros: i64) {
        self.set.fetch_add(micros, Ordering::SeqCst);
        self.now.fetch_add(micros, Ordering::SeqCst);
    }

    pub(crate) fn advance(&self, by: Duration) {
        self.now.fetch_add(i64::try_from(by.as_micros()).unwrap(), Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.now.fetch_add(1_000, Ordering::SeqCst))
    }

    fn steady(&self) -> Duration {
        let passed = self.now.load(Ordering::SeqCst) - self.set.load(Ordering::SeqCst) - START;
        Duration::from_micros(passed.unsigned_abs())
    }
}
