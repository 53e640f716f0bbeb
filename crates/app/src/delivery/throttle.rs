//! How much a receiver is trusted with: many deliveries at a time while it takes them, few while it does not.

use std::time::Duration;

use sahod_model::Timestamp;

/// After so many failures in a row new events wait, each time twice as long, up to [`LONGEST_WAIT`].
const PATIENCE: u32 = 8;
const LONGEST_WAIT: Duration = Duration::from_mins(1);

/// One that takes so long is slow.
const SLOW: Duration = Duration::from_secs(2);
const PLACES_WHEN_SLOW: usize = 4;

/// What a receiver is trusted with. Halved by each failure, one more after each success.
#[derive(Debug)]
pub(super) struct Throttle {
    most: usize,
    now: usize,
    failures: u32,
    /// New events wait until then; what failed before is tried by its own schedule.
    wait_until: Option<Timestamp>,
}

impl Throttle {
    pub(super) fn new(most: usize) -> Self {
        Self { most: most.max(1), now: most.max(1), failures: 0, wait_until: None }
    }

    /// Deliveries at the same time.
    pub(super) const fn places(&self) -> usize {
        self.now
    }

    /// Whether new events go out at that moment.
    pub(super) fn takes_new(&self, now: Timestamp) -> bool {
        self.wait_until.is_none_or(|until| until <= now)
    }

    /// A slow receiver gets few places, so that the places of all webhooks are there for those that are quick.
    pub(super) fn succeeded(&mut self, after: Duration) {
        let places =
            if after < SLOW { self.now + 1 } else { (self.now / 2).max(PLACES_WHEN_SLOW.min(self.now)) };
        self.now = places.min(self.most);
        self.failures = 0;
        self.wait_until = None;
    }

    pub(super) fn failed(&mut self, now: Timestamp) {
        self.now = (self.now / 2).max(1);
        self.failures = self.failures.saturating_add(1);
        if let Some(above) = self.failures.checked_sub(PATIENCE) {
            let wait = Duration::from_secs(1 << above.min(10)).min(LONGEST_WAIT);
            self.wait_until = Some(now.plus(wait));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dead_receiver_is_asked_ever_more_rarely_and_comes_back_at_once() {
        let mut throttle = Throttle::new(16);
        let now = Timestamp::from_micros(0);
        let after = |s| now.plus(Duration::from_secs(s));
        for places in [8, 4, 2, 1, 1, 1, 1] {
            throttle.failed(now);
            assert_eq!(throttle.places(), places);
            assert!(throttle.takes_new(now));
        }
        for wait_s in [1, 2, 4, 8, 16, 32, 60, 60] {
            throttle.failed(now);
            assert!(!throttle.takes_new(after(wait_s - 1)) && throttle.takes_new(after(wait_s)), "{wait_s}");
        }
        throttle.succeeded(Duration::from_millis(1));
        assert!(throttle.takes_new(now));
        assert_eq!(throttle.places(), 2);
    }

    #[test]
    fn a_slow_receiver_gets_few_places() {
        let mut throttle = Throttle::new(16);
        for places in [8, 4, 4] {
            throttle.succeeded(SLOW);
            assert_eq!(throttle.places(), places);
        }
        throttle.failed(Timestamp::from_micros(0));
        throttle.succeeded(SLOW);
        assert_eq!(throttle.places(), 2, "slowness gives nothing back");
        for places in [3, 4, 5] {
            throttle.succeeded(Duration::from_millis(1));
            assert_eq!(throttle.places(), places);
        }
    }
}
