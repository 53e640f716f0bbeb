//! Whether time moved as it should: asked by whatever destroys, or is done, because time has passed.
//!
//! A clock that is set ahead by mistake makes everything due that is kept for a while. So the machine's clock is compared with
//! one that nobody can set, and at the start with when the data was in use last. When it leapt, what time destroys waits, until
//! the clock is back, or a day later: by then somebody has read the alarm, or time was right. And however right it looks, not
//! everything is erased within an hour.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use sahod_model::{Clock, Timestamp};

/// A clock that goes ahead of the steady one by so much has leapt. Summer time and a machine that slept for a night have not.
const LEAP: Duration = Duration::from_hours(24);
/// How long a server may have stood still before its start is taken for a leap.
const STOPPED: Duration = Duration::from_hours(3 * 24);
/// How long what time destroys waits after a leap.
const PAUSE: Duration = Duration::from_hours(24);
/// How often both clocks are set equal anew, and how long an hour of erasing is.
const HOUR: Duration = Duration::from_hours(1);
/// How many sources may be erased within an hour, and which part of all there are.
const FEW: u64 = 10;
const PART: u64 = 100;

/// Watches over the machine's clock. Made once for all that ask it.
pub(crate) struct TimeGuard {
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
}

struct State {
    /// The machine's time, and the steady one, when they were last seen to agree.
    agreed: (Timestamp, Duration),
    /// Since when, by the steady clock, the machine's is not believed.
    leapt: Option<Duration>,
    hour: Hour,
}

/// What was erased within an hour.
struct Hour {
    began: Duration,
    erased: u64,
    most: Option<u64>,
}

/// Whether a source may be erased.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Erasing {
    Allowed,
    /// As soon as it is known how many sources there are.
    Count,
    /// In so long: enough was erased for now.
    Later(Duration),
}

impl TimeGuard {
    /// A guard that believes the clock as it is now.
    pub(crate) fn new(clock: Arc<dyn Clock>) -> Self {
        let steady = clock.steady();
        let state = State {
            agreed: (clock.now(), steady),
            leapt: None,
            hour: Hour { began: steady, erased: 0, most: None },
        };
        Self { clock, state: Mutex::new(state) }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Compares the clock with when the data was in use last, at the start.
    pub(crate) fn begin(&self, last_seen: Timestamp) {
        let (now, steady) = (self.clock.now(), self.clock.steady());
        let mut state = self.state();
        if now.since(last_seen) > STOPPED {
            state.agreed = (last_seen, steady);
            state.leapt = Some(steady);
            tracing::error!(
                %last_seen, %now,
                "the clock is days ahead of when this data was in use last: for a day, or until the clock is set back, \
                 nothing is erased, swept or read again"
            );
            return;
        }
        if last_seen.since(now) > LEAP {
            tracing::error!(%last_seen, %now, "the clock is behind of when this data was in use last");
        }
        state.agreed = (now, steady);
        state.leapt = None;
    }

    /// Whether time moved as it should. Says so when that changes.
    pub(crate) fn is_sound(&self) -> bool {
        let (now, steady) = (self.clock.now(), self.clock.steady());
        let mut state = self.state();
        let expected = state.agreed.0.plus(steady.saturating_sub(state.agreed.1));
        let leaps = now.since(expected) > LEAP;
        match (leaps, state.leapt) {
            (true, None) => {
                state.leapt = Some(steady);
                tracing::error!(
                    %expected, %now,
                    "the clock leapt ahead: for a day, or until it is set back, nothing is erased, swept or read again"
                );
                false
            }
            (true, Some(since)) if steady.saturating_sub(since) < PAUSE => false,
            (true, Some(_)) => {
                state.agreed = (now, steady);
                state.leapt = None;
                tracing::warn!(%now, "the clock leapt ahead a day ago and was not set back: it is believed from now on");
                true
            }
            (false, before) => {
                if before.is_some() {
                    state.leapt = None;
                    tracing::warn!(%now, "the clock is as expected again");
                }
                if steady.saturating_sub(state.agreed.1) >= HOUR {
                    state.agreed = (now, steady);
                }
                true
            }
        }
    }

    /// Takes one of the erasures of this hour. `sources` is how many there are, once that was asked for.
    pub(crate) fn erase_one(&self, sources: Option<u64>) -> Erasing {
        let steady = self.clock.steady();
        let mut state = self.state();
        let hour = &mut state.hour;
        let since = steady.saturating_sub(hour.began);
        if since >= HOUR {
            *hour = Hour { began: steady, erased: 0, most: None };
        }
        let most = match (hour.most, sources) {
            (Some(most), _) => most,
            (None, Some(sources)) => *hour.most.insert(FEW.max(sources / PART)),
            (None, None) => return Erasing::Count,
        };
        if hour.erased == most {
            tracing::error!(
                most,
                "more is due to be erased than in an ordinary hour: the rest waits. Is the clock right, and retention_days?"
            );
        }
        hour.erased += 1;
        if hour.erased <= most { Erasing::Allowed } else { Erasing::Later(HOUR.saturating_sub(since)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sahod_model::FixedClock;

    const DAY: Duration = Duration::from_hours(24);
    const START: Timestamp = Timestamp::from_micros(1_717_200_000_000_000);

    fn guard() -> (Arc<FixedClock>, TimeGuard) {
        let clock = Arc::new(FixedClock::new(START));
        let guard = TimeGuard::new(Arc::clone(&clock) as Arc<dyn Clock>);
        (clock, guard)
    }

    #[test]
    fn a_clock_that_leaps_is_not_believed_until_it_is_back() {
        let (clock, guard) = guard();
        clock.advance(DAY * 100);
        assert!(guard.is_sound(), "time that passes is no leap");
        let right = clock.now();
        clock.set(right.plus(DAY * 70));
        for _ in 0..23 {
            assert!(!guard.is_sound());
            clock.advance(Duration::from_hours(1));
        }
        clock.set(right.plus(DAY));
        assert!(guard.is_sound());
        clock.set(right);
        assert!(guard.is_sound(), "nor is one that is set back");
    }

    #[test]
    fn a_clock_that_stays_ahead_is_believed_after_a_day() {
        let (clock, guard) = guard();
        clock.set(START.plus(DAY * 70));
        assert!(!guard.is_sound());
        clock.advance(DAY);
        assert!(guard.is_sound());
    }

    #[test]
    fn a_start_long_after_the_last_one_waits() {
        let (clock, guard) = guard();
        clock.set(START.plus(DAY * 2));
        guard.begin(START);
        assert!(guard.is_sound(), "a weekend is no leap");
        clock.set(START.plus(DAY * 70));
        guard.begin(START);
        assert!(!guard.is_sound());
        clock.set(START.plus(DAY));
        assert!(guard.is_sound());
    }

    #[test]
    fn not_everything_is_erased_within_an_hour() {
        let (clock, guard) = guard();
        assert_eq!(guard.erase_one(None), Erasing::Count);
        for _ in 0..FEW {
            assert_eq!(guard.erase_one(Some(82)), Erasing::Allowed);
        }
        clock.advance(Duration::from_mins(20));
        assert_eq!(guard.erase_one(None), Erasing::Later(Duration::from_mins(40)));
        clock.advance(Duration::from_mins(40));
        assert_eq!(guard.erase_one(None), Erasing::Count);
        let allowed = (0..5_000).filter(|_| guard.erase_one(Some(100_000)) == Erasing::Allowed).count();
        assert_eq!(allowed, 1_000);
    }
}
