//! How much may be handed over for one person in a day.

use std::time::Duration;

use sahod_model::Timestamp;
use sahod_store::HandedOver;

use crate::{AppError, Fault};

const DAY: Duration = Duration::from_hours(24);

/// What is to be handed over, and how much may be.
#[derive(Clone, Copy)]
pub(super) struct Quota {
    /// Bytes within 24 hours at most.
    pub(super) most: u64,
    /// How many these are.
    pub(super) bytes: u64,
    pub(super) now: Timestamp,
}

impl Quota {
    /// Where the 24 hours begin that are counted.
    pub(super) fn after(self) -> Timestamp {
        let day = i64::try_from(DAY.as_micros()).unwrap_or(i64::MAX);
        Timestamp::from_micros(self.now.as_micros().saturating_sub(day))
    }

    /// Refuses what is too much beside what was handed over already.
    pub(super) fn check(self, HandedOver { bytes, first_at }: HandedOver) -> Result<(), AppError> {
        if bytes.saturating_add(self.bytes) <= self.most {
            return Ok(());
        }
        let left = self.most.saturating_sub(bytes);
        let detail = format!(
            "have {} bytes, and of the {} that may be handed over for one person within 24 hours {left} are left",
            self.bytes, self.most
        );
        // Some is free again when the first of it is a day old.
        let wait = first_at.map_or(DAY, |first| first.plus(DAY).since(self.now));
        Err(AppError::LimitReached(wait, Fault::new("files", detail)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_has_so_many_bytes() {
        let now = Timestamp::from_micros(100_000_000_000);
        let quota = Quota { most: 100, bytes: 40, now };
        let before = |bytes| HandedOver { bytes, first_at: Some(Timestamp::from_micros(99_000_000_000)) };
        assert!(quota.check(before(60)).is_ok());
        let Err(AppError::LimitReached(wait, fault)) = quota.check(before(61)) else { panic!("not refused") };
        assert_eq!(wait, DAY.saturating_sub(Duration::from_secs(1_000)));
        assert!(fault.detail.ends_with("39 are left"), "{}", fault.detail);
        assert!(quota.check(before(u64::MAX)).is_err());
    }
}
