//! When a failed delivery is tried again.

use std::time::Duration;

use sahod_model::Random;
use serde::{Deserialize, Serialize};

/// More tries than this help nobody, whatever the settings say.
const MAX_RETRIES: usize = 100;

/// The `[webhooks.retry]` section of the configuration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RetryPolicyConfig {
    /// How long after the first failure.
    pub first_retry_s: u64,
    /// How long after the second failure.
    pub second_retry_s: u64,
    /// How many times longer each delay after that is than the one before.
    pub growth: u64,
    /// No delay is longer.
    pub longest_delay_s: u64,
    /// A try that could fall later than this after the first failure is not made.
    pub give_up_after_s: u64,
    /// By how much of itself a delay is lengthened at most, by chance, so that receivers are not hit in waves.
    pub jitter_percent: u64,
}

impl Default for RetryPolicyConfig {
    fn default() -> Self {
        Self {
            first_retry_s: 30,
            second_retry_s: 60,
            growth: 3,
            longest_delay_s: 6 * 60 * 60,
            give_up_after_s: 3 * 24 * 60 * 60,
            jitter_percent: 10,
        }
    }
}

impl RetryPolicyConfig {
    /// Everything that is wrong with these settings, each with the key it is about.
    #[must_use]
    pub fn faults(&self) -> Vec<(&'static str, &'static str)> {
        let mut faults = Vec::new();
        if self.first_retry_s == 0 {
            faults.push(("first_retry_s", "must be at least 1"));
        }
        if self.second_retry_s < self.first_retry_s {
            faults.push(("second_retry_s", "must not be shorter than first_retry_s"));
        }
        if self.growth == 0 {
            faults.push(("growth", "must be at least 1"));
        }
        if self.longest_delay_s < self.second_retry_s {
            faults.push(("longest_delay_s", "must not be shorter than second_retry_s"));
        }
        if self.jitter_percent > 100 {
            faults.push(("jitter_percent", "must be between 0 and 100"));
        }
        faults
    }
}

/// A schedule of retries: growing delays, then the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RetryPolicy {
    schedule_s: Vec<u64>,
    jitter_percent: u64,
}

impl RetryPolicy {
    /// The schedule of those settings. Settings with [faults](RetryPolicyConfig::faults) are bent into a safe one.
    #[must_use]
    pub fn new(config: &RetryPolicyConfig) -> Self {
        let jitter_percent = config.jitter_percent.min(100);
        let mut schedule_s: Vec<u64> = Vec::new();
        let mut total_s = 0_u64;
        while schedule_s.len() < MAX_RETRIES {
            let wanted_s = match schedule_s[..] {
                [] => config.first_retry_s,
                [first_s] => config.second_retry_s.max(first_s),
                [.., last_s] => last_s.saturating_mul(config.growth.max(1)),
            };
            let delay_s = wanted_s.min(config.longest_delay_s).max(1);
            total_s =
                total_s.saturating_add(delay_s).saturating_add(longest_jitter_s(delay_s, jitter_percent));
            if total_s > config.give_up_after_s {
                break;
            }
            schedule_s.push(delay_s);
        }
        Self { schedule_s, jitter_percent }
    }

    /// How long to wait after the `failures`-th failed try (the first is 1); `None` when it was the last one.
    #[must_use]
    pub fn next_delay(&self, failures: u32, random: &dyn Random) -> Option<Duration> {
        let index = usize::try_from(failures.checked_sub(1)?).ok()?;
        let delay_s = *self.schedule_s.get(index)?;
        let jitter_ms = longest_jitter_s(delay_s, self.jitter_percent).saturating_mul(1_000);
        let chance_ms = match jitter_ms {
            0 => 0,
            _ => u64::from_le_bytes(random.array()) % jitter_ms,
        };
        Some(Duration::from_secs(delay_s) + Duration::from_millis(chance_ms))
    }

    /// How many tries there are at most, the first one included.
    #[must_use]
    pub fn max_tries(&self) -> usize {
        self.schedule_s.len() + 1
    }
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self::new(&RetryPolicyConfig::default())
    }
}

const fn longest_jitter_s(delay_s: u64, jitter_percent: u64) -> u64 {
    (delay_s / 100).saturating_mul(jitter_percent) + (delay_s % 100) * jitter_percent / 100
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use sahod_model::SeededRandom;

    use super::*;

    #[test]
    fn the_usual_schedule() {
        let policy = RetryPolicy::default();
        assert_eq!(
            policy.schedule_s,
            [&[30, 60, 180, 540, 1_620, 4_860, 14_580][..], &[21_600; 9]].concat(),
            "two tries within some dozens of seconds, then ever rarer ones, for not quite three days"
        );
        assert_eq!(policy.max_tries(), 17);
        assert_eq!(policy.next_delay(0, &SeededRandom::new(1)), None, "nothing failed yet");
        assert_eq!(policy.next_delay(17, &SeededRandom::new(1)), None);
        assert_eq!(policy.next_delay(u32::MAX, &SeededRandom::new(1)), None);
        assert!(RetryPolicyConfig::default().faults().is_empty());
    }

    #[test]
    fn every_fault_is_named() {
        let config = RetryPolicyConfig {
            first_retry_s: 0,
            second_retry_s: 9,
            growth: 0,
            longest_delay_s: 1,
            give_up_after_s: 1,
            jitter_percent: 101,
        };
        let keys: Vec<_> = config.faults().into_iter().map(|(key, _)| key).collect();
        assert_eq!(keys, ["first_retry_s", "growth", "longest_delay_s", "jitter_percent"]);
    }

    fn any_config() -> impl Strategy<Value = RetryPolicyConfig> {
        let seconds = prop_oneof![0_u64..100_000, any::<u64>()];
        (seconds.clone(), seconds.clone(), any::<u64>(), seconds.clone(), seconds, 0_u64..200).prop_map(
            |(first_retry_s, second_retry_s, growth, longest_delay_s, give_up_after_s, jitter_percent)| {
                RetryPolicyConfig {
                    first_retry_s,
                    second_retry_s,
                    growth: growth % 10,
                    longest_delay_s,
                    give_up_after_s,
                    jitter_percent,
                }
            },
        )
    }

    proptest! {
        #[test]
        fn any_schedule_grows_ends_and_stays_in_its_bounds(config in any_config(), seed: u64) {
            let policy = RetryPolicy::new(&config);
            let random = SeededRandom::new(seed);
            let mut total = Duration::ZERO;
            let mut failures = 0;
            while let Some(delay) = policy.next_delay(failures + 1, &random) {
                let nominal_s = policy.schedule_s[failures as usize];
                prop_assert!(delay >= Duration::from_secs(nominal_s.max(1)));
                prop_assert!(nominal_s <= config.longest_delay_s.max(1));
                if let Some(next_s) = policy.schedule_s.get(failures as usize + 1) {
                    prop_assert!(*next_s >= nominal_s);
                }
                total += delay;
                failures += 1;
            }
            prop_assert!(failures as usize <= MAX_RETRIES);
            prop_assert!(total <= Duration::from_secs(config.give_up_after_s));
        }
    }
}
