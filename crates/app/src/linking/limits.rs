//! How much of linking a person may do, and how guessing comes to its end.
//!
//! Sources lock accounts after some wrong passwords. Here a person would guess in the name of this installation, so it does the same
//! before they have to: wrong passwords and codes of a person at a provider are counted by the steps that tell of them, over 24
//! hours, and when they are too many every further attempt has to wait, each time twice as long.

use std::time::Duration;

use sahod_model::{AccountErrorCode, ProviderId, Timestamp};
use sahod_store::WrongSignIns;

use super::Linking;
use crate::{AppError, Fault, LinkLimits, NoSlot, Session, Slot};

/// How far back is counted.
const DAY: Duration = Duration::from_hours(24);
/// How long an account is locked after the first wrong sign-in too many. Each further one doubles it, up to a day.
const FIRST_LOCK: Duration = Duration::from_mins(1);
/// How often the lock is doubled: more than a day are.
const MOST_DOUBLINGS: u32 = 11;
/// When to look for a slot again.
const LOOK_AGAIN: Duration = Duration::from_secs(5);

impl LinkLimits {
    /// For how long nobody may try again who has tried that often with what was wrong.
    fn lock_after(&self, wrong: u32) -> Duration {
        match wrong.checked_sub(self.wrong_sign_ins) {
            None => Duration::ZERO,
            Some(further) => DAY.min(FIRST_LOCK * 2_u32.pow(further.min(MOST_DOUBLINGS))),
        }
    }

    /// What is told of an attempt that ended like that, after so many that were wrong before it.
    pub(super) fn judge(&self, code: AccountErrorCode, wrong_before: u32) -> AccountErrorCode {
        let locks = is_wrong(code) && !self.lock_after(wrong_before.saturating_add(1)).is_zero();
        if locks { AccountErrorCode::AccountLocked } else { code }
    }
}

/// Whether what was typed was wrong.
pub(super) const fn is_wrong(code: AccountErrorCode) -> bool {
    matches!(code, AccountErrorCode::InvalidCredentials | AccountErrorCode::InvalidMfa)
}

/// The span over which is counted, up to now.
pub(super) fn counted(now: Timestamp) -> (Timestamp, Timestamp) {
    let day = i64::try_from(DAY.as_micros()).unwrap_or(i64::MAX);
    (Timestamp::from_micros(now.as_micros().saturating_sub(day)), now)
}

impl Linking {
    /// A slot for one more attempt of the session's person.
    pub(super) fn slot(&self, session: &Session) -> Result<Slot, AppError> {
        self.slots.take(&session.scope, Some(&session.user_id)).map_err(|none| match none {
            NoSlot::Taken => AppError::Busy(LOOK_AGAIN),
            NoSlot::TooMany => AppError::LimitReached(
                LOOK_AGAIN,
                Fault::new("providerId", "is one more than a person may connect at the same time"),
            ),
        })
    }

    /// Whether the session's person may try to sign in at a provider now. Attempts that begin at the same moment may each find
    /// the last one free; a person has few at the same time.
    pub(super) async fn may_try(&self, session: &Session, provider: &ProviderId) -> Result<(), AppError> {
        let limits = &self.services.config.link_limits;
        let scoped = self.services.store.scoped(&session.scope);
        if scoped.submissions(&session.reference).await? >= limits.per_session {
            return Err(AppError::LimitReached(
                session.expires_at.since(self.services.clock.now()),
                Fault::new("providerId", "is one more than is tried in one session: start another session"),
            ));
        }
        let now = self.services.now(&session.scope);
        let WrongSignIns { count, latest } =
            scoped.wrong_sign_ins(&session.user_id, provider, counted(now)).await?;
        let open_from = latest.unwrap_or(now).plus(limits.lock_after(count));
        if open_from <= now {
            return Ok(());
        }
        let detail = "is locked after too many wrong passwords or codes: wait, then try again";
        Err(AppError::LimitReached(open_from.since(now), Fault::new("credentials", detail)))
    }

    /// Whether one more account may be made for the session's person.
    pub(super) async fn may_make_account(&self, session: &Session) -> Result<(), AppError> {
        let (after, _) = counted(self.services.now(&session.scope));
        let made = self.services.store.scoped(&session.scope).accounts_made(&session.user_id, after).await?;
        if made < self.services.config.link_limits.new_accounts_a_day {
            return Ok(());
        }
        let detail = "are of one more login than a person may connect in a day";
        Err(AppError::LimitReached(DAY, Fault::new("credentials", detail)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guessing_is_free_for_a_while_and_then_ever_slower() {
        let limits = LinkLimits { wrong_sign_ins: 3, ..LinkLimits::default() };
        let minutes = |wrong| limits.lock_after(wrong).as_secs() / 60;
        assert_eq!([0, 2, 3, 4, 5, 13, 14].map(minutes), [0, 0, 1, 2, 4, 1_024, 24 * 60]);
        assert_eq!(minutes(u32::MAX), 24 * 60);
    }

    #[test]
    fn the_guess_that_locks_is_told_so() {
        use AccountErrorCode::{AccountLocked, InvalidCredentials, InvalidMfa, MfaTimeout};
        let limits = LinkLimits { wrong_sign_ins: 3, ..LinkLimits::default() };
        assert_eq!(limits.judge(InvalidCredentials, 1), InvalidCredentials);
        assert_eq!(limits.judge(InvalidCredentials, 2), AccountLocked);
        assert_eq!(limits.judge(InvalidMfa, 9), AccountLocked);
        assert_eq!(limits.judge(MfaTimeout, 9), MfaTimeout, "what was not wrong locks nothing");
    }
}
