//! Sweeping idempotency keys, with their answers.

use crate::{
    Store,
    engine::{params, statements},
    error::StoreError,
    idempotency,
};

statements! {
    SWEEP_IDEMPOTENCY_KEYS = "DELETE FROM idempotency_keys WHERE (scope, key_hash) IN
        (SELECT scope, key_hash FROM idempotency_keys WHERE created_at < $1 ORDER BY created_at LIMIT $2)";
}

/// How far back the keys of days are destroyed: a server that stood still for longer leaves keys that seal nothing any more.
const DAYS_SWEPT: i64 = 16;

/// Idempotency keys.
impl Store {
    /// Deletes up to `limit` idempotency keys that ended before now, with their answers; how many it were. Once none is
    /// left, the keys of past days' answers are destroyed, too.
    pub async fn sweep_idempotency_keys(&self, limit: u16) -> Result<u64, StoreError> {
        let now = self.0.clock.now();
        let params = params![self.ended_before(idempotency::LIFETIME), i64::from(limit)];
        let deleted = self.data().write(SWEEP_IDEMPOTENCY_KEYS, params).await?;
        if deleted < u64::from(limit) {
            // An answer is kept for a little more than a day: of the day before yesterday's none is left tomorrow.
            for days in 3..=DAYS_SWEPT {
                self.destroy_key(&idempotency::day_key_id(now.date().plus_days(-days))).await?;
            }
        }
        Ok(deleted)
    }
}
