//! How well providers can be reached, by what became of the latest attempts in this process.
//!
//! A provider that fails often is called degraded, one that fails nearly always down, and nobody is sent there. Each is
//! left only when clearly fewer attempts fail than made it so, so that it does not flicker. What is old is forgotten:
//! where nobody is sent to, nobody would find out that it works again.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use sahod_model::{AccountErrorCode, ProviderId, Timestamp, provider::ProviderHealth};

/// Attempts that are remembered of each provider.
const WINDOW: usize = 20;
/// With fewer nothing is said: one person's bad luck is no outage.
const FEWEST: usize = 5;
/// How long an attempt tells something.
const MEMORY: Duration = Duration::from_mins(15);

/// From how many per cent of failures on a state holds, and below how many it ends.
struct Threshold {
    enter: usize,
    leave: usize,
}

const DEGRADED: Threshold = Threshold { enter: 30, leave: 15 };
const DOWN: Threshold = Threshold { enter: 80, leave: 50 };

/// What became of the latest attempts. It has at most one entry for each provider of the catalogue.
#[derive(Debug, Default)]
pub(crate) struct Tracker(Mutex<HashMap<ProviderId, Seen>>);

/// The latest attempts at one provider.
#[derive(Debug)]
struct Seen {
    /// When each ended, and whether the provider failed; the oldest first.
    attempts: VecDeque<(Timestamp, bool)>,
    health: ProviderHealth,
}

impl Default for Seen {
    fn default() -> Self {
        Self { attempts: VecDeque::with_capacity(WINDOW), health: ProviderHealth::Up }
    }
}

impl Seen {
    fn judge(&mut self, now: Timestamp) {
        while self.attempts.front().is_some_and(|(at, _)| now.since(*at) > MEMORY) {
            self.attempts.pop_front();
        }
        if self.attempts.len() < FEWEST {
            self.health = ProviderHealth::Up;
            return;
        }
        let failed = self.attempts.iter().filter(|(_, failed)| *failed).count();
        let share = failed * 100 / self.attempts.len();
        let holds = |threshold: &Threshold, held: bool| {
            share >= threshold.enter || (held && share >= threshold.leave)
        };
        self.health = if holds(&DOWN, self.health == ProviderHealth::Down) {
            ProviderHealth::Down
        } else if holds(&DEGRADED, self.health != ProviderHealth::Up) {
            ProviderHealth::Degraded
        } else {
            ProviderHealth::Up
        };
    }
}

impl Tracker {
    fn lock(&self) -> MutexGuard<'_, HashMap<ProviderId, Seen>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes how an attempt ended. A wrong password shows that the provider answers.
    pub(crate) fn note(&self, provider: &ProviderId, error: Option<AccountErrorCode>, now: Timestamp) {
        let failed = error.is_some_and(AccountErrorCode::is_outage);
        let mut state = self.lock();
        let seen = state.entry(provider.clone()).or_default();
        if seen.attempts.len() == WINDOW {
            seen.attempts.pop_front();
        }
        seen.attempts.push_back((now, failed));
        seen.judge(now);
    }

    /// How well a provider can be reached, as far as attempts show.
    pub(crate) fn of(&self, provider: &ProviderId, now: Timestamp) -> ProviderHealth {
        let mut state = self.lock();
        let Some(seen) = state.get_mut(provider) else { return ProviderHealth::Up };
        seen.judge(now);
        seen.health
    }
}

/// The worse of two.
pub(crate) const fn worse(one: ProviderHealth, other: ProviderHealth) -> ProviderHealth {
    match (one, other) {
        (ProviderHealth::Down, _) | (_, ProviderHealth::Down) => ProviderHealth::Down,
        (ProviderHealth::Degraded, _) | (_, ProviderHealth::Degraded) => ProviderHealth::Degraded,
        (ProviderHealth::Up, ProviderHealth::Up) => ProviderHealth::Up,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOWN_CODE: Option<AccountErrorCode> = Some(AccountErrorCode::ServiceUnavailable);

    fn provider(name: &str) -> ProviderId {
        name.parse().unwrap()
    }

    fn at(minutes: i64) -> Timestamp {
        Timestamp::from_micros(minutes * 60_000_000)
    }

    /// Notes attempts, one letter each: `x` for one at which the provider failed.
    fn after(tracker: &Tracker, attempts: &str) -> ProviderHealth {
        let grab = provider("grab");
        for attempt in attempts.chars() {
            tracker.note(&grab, if attempt == 'x' { DOWN_CODE } else { None }, at(0));
        }
        tracker.of(&grab, at(0))
    }

    #[test]
    fn a_provider_is_what_most_of_its_latest_attempts_show() {
        let tracker = Tracker::default();
        assert_eq!(after(&tracker, "xxxx"), ProviderHealth::Up, "too few to tell");
        assert_eq!(after(&tracker, "x"), ProviderHealth::Down);
        assert_eq!(after(&tracker, "..."), ProviderHealth::Down, "still more than half fail");
        assert_eq!(after(&tracker, "..."), ProviderHealth::Degraded, "5 of 11");
        assert_eq!(after(&tracker, "........."), ProviderHealth::Degraded, "5 of 20");
        assert_eq!(
            after(&tracker, ".."),
            ProviderHealth::Degraded,
            "3 of 20: not as few as to be well again"
        );
        assert_eq!(after(&tracker, "."), ProviderHealth::Up, "2 of 20");
        assert_eq!(after(&tracker, "xx"), ProviderHealth::Up, "2 of 20: and not as many as to be ill again");
        assert_eq!(after(&tracker, "xxxx"), ProviderHealth::Degraded, "6 of 20");
        assert_eq!(tracker.of(&provider("upwork"), at(0)), ProviderHealth::Up, "others are not concerned");
    }

    #[test]
    fn what_people_do_wrong_is_no_fault_of_the_provider() {
        let (tracker, grab) = (Tracker::default(), provider("grab"));
        for _ in 0..100 {
            tracker.note(&grab, Some(AccountErrorCode::InvalidCredentials), at(0));
            tracker.note(&grab, Some(AccountErrorCode::MfaTimeout), at(0));
        }
        assert_eq!(tracker.of(&grab, at(0)), ProviderHealth::Up);
        assert_eq!(tracker.lock()[&grab].attempts.len(), WINDOW, "and no more than so many are kept");
    }

    #[test]
    fn what_is_old_is_forgotten() {
        let (tracker, grab) = (Tracker::default(), provider("grab"));
        assert_eq!(after(&tracker, "xxxxxxxxxx"), ProviderHealth::Down);
        assert_eq!(tracker.of(&grab, at(15)), ProviderHealth::Down);
        assert_eq!(tracker.of(&grab, at(16)), ProviderHealth::Up, "somebody may try whether it works again");
    }

    #[test]
    fn the_worse_of_two_wins() {
        use ProviderHealth::{Degraded, Down, Up};
        assert_eq!((worse(Up, Down), worse(Degraded, Up), worse(Up, Up)), (Down, Degraded, Up));
    }
}
