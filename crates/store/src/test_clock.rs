//! The test clock of a tenant in the sandbox: how far it is ahead of the machine's, and what comes nearer when it moves.
//!
//! Jobs, retries and pauses go by the machine's clock. Moving a tenant's clock by an hour brings each of them an hour nearer,
//! so whoever does them needs to know nothing of test clocks.
//!
//! Processes keep scopes for a moment, with how far their clocks are ahead ([`KEPT`]), but none whose clock has a target. So
//! whoever moves a clock gives it a target first, and waits until nobody has the scope kept any more: then each move shows at
//! once, in every process.

use std::time::Duration;

use sahod_model::{Timestamp, WebhookId};

use crate::{
    engine::{Row, params, statements},
    error::StoreError,
    scope::{Scoped, ScopedTx},
};

/// How long a scope may be kept whose test clock had no target when it was read. Counted from before it was read.
pub const KEPT: Duration = Duration::from_millis(100);

statements! {
    GET_CLOCK = "SELECT clock_shift, clock_target FROM scopes WHERE number = $1";
    AIM_CLOCK = "UPDATE scopes SET clock_target = $1 WHERE number = $2 AND clock_target IS NULL AND clock_shift <= $3";
    MOVE_CLOCK = "UPDATE scopes SET clock_shift = $1 WHERE number = $2 AND clock_shift = $3 AND clock_target >= $1";
    END_MOVE = "UPDATE scopes SET clock_target = NULL WHERE number = $1 AND clock_shift = clock_target";
    // Below what any clock is ahead, so that nothing moves it there.
    HALT_CLOCK = "UPDATE scopes SET clock_target = -1 WHERE number = $1";
    RESET_CLOCK = "UPDATE scopes SET clock_shift = 0, clock_target = NULL WHERE number = $1";
    BRING_JOBS = "UPDATE jobs SET due_at = due_at - $1 WHERE scope = $2 AND leased = 0 AND due_at > $3";
    BRING_DELIVERIES = "UPDATE deliveries SET due_at = due_at - $1
        WHERE webhook_id IN (SELECT id FROM webhooks WHERE scope = $2) AND due_at > $3";
    BRING_STREAMS = "UPDATE streams SET revision = revision + 1, paused_until = paused_until - $1,
            failing_since = failing_since - $1
        WHERE webhook_id IN (SELECT id FROM webhooks WHERE scope = $2)";
    // The first of a scope's jobs, retries and pauses that end.
    NEXT_DUE = "SELECT min(due_at) FROM (
            SELECT due_at FROM jobs WHERE scope = $1 AND leased = 0 AND due_at > $2
            UNION ALL SELECT due_at FROM deliveries
                WHERE due_at > $2 AND webhook_id IN (SELECT id FROM webhooks WHERE scope = $1)
            UNION ALL SELECT paused_until FROM streams
                WHERE paused_until > $2 AND webhook_id IN (SELECT id FROM webhooks WHERE scope = $1)) AS due";
    COUNT_WORK = "SELECT (SELECT count(*) FROM jobs WHERE scope = $1 AND leased = 1)
        + (SELECT count(*) FROM jobs WHERE scope = $1 AND leased = 0 AND due_at <= $2)";
    LIST_WORKING_STREAMS = "SELECT s.webhook_id, s.cursor,
            (SELECT count(*) FROM deliveries d WHERE d.webhook_id = s.webhook_id AND d.due_at <= $1)
        FROM webhooks w JOIN streams s ON s.webhook_id = w.id
        WHERE w.scope = $2 AND w.active = 1 AND (s.paused_until IS NULL OR s.paused_until <= $1)";
}

/// A tenant's test clock; times in microseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TestClock {
    /// How far it is ahead of the machine's.
    pub shift: i64,
    /// How far it is to be ahead, while it is being moved.
    pub target: Option<i64>,
}

/// An active webhook that is not paused, for seeing whether it has got everything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActiveStream {
    /// The webhook.
    pub webhook: WebhookId,
    /// Everything up to here is delivered, or due by itself.
    pub cursor: i64,
    /// Whether something is due by itself.
    pub has_due: bool,
}

impl Scoped<'_> {
    /// The test clock.
    pub async fn test_clock(&self) -> Result<TestClock, StoreError> {
        let read = |row: Row<'_>| Ok(TestClock { shift: row.int(0)?, target: row.opt_int(1)? });
        let found = self.store.data().query_opt(GET_CLOCK, params![self.scope.number()], read).await?;
        found.ok_or_else(|| StoreError::Corrupt("the scope has no row".to_owned()))
    }

    /// When the next job, retry or end of a pause is due that is not due yet, by the machine's clock.
    pub async fn next_due(&self, now: Timestamp) -> Result<Option<Timestamp>, StoreError> {
        let (params, read) = (params![self.scope.number(), now], |row: Row<'_>| row.opt_timestamp(0));
        Ok(self.store.data().query_opt(NEXT_DUE, params, read).await?.flatten())
    }

    /// Whether jobs of sources are due or under way.
    pub async fn has_work(&self, now: Timestamp) -> Result<bool, StoreError> {
        let (params, read) = (params![self.scope.number(), now], |row: Row<'_>| row.int(0));
        Ok(self.store.data().query_opt(COUNT_WORK, params, read).await?.is_some_and(|count| count > 0))
    }

    /// Says that the test clock is where it was to be.
    pub async fn end_clock_move(&self) -> Result<(), StoreError> {
        self.store.data().write(END_MOVE, params![self.scope.number()]).await.map(|_| ())
    }

    /// The active webhooks that are not paused.
    pub async fn active_streams(&self, now: Timestamp) -> Result<Vec<ActiveStream>, StoreError> {
        let read = |row: Row<'_>| {
            Ok(ActiveStream { webhook: row.parsed(0)?, cursor: row.int(1)?, has_due: row.int(2)? != 0 })
        };
        self.store.data().query(LIST_WORKING_STREAMS, params![now, self.scope.number()], read).await
    }
}

impl ScopedTx<'_> {
    /// Has the test clock moved until it is `target` ahead; `false` when it is being moved already, or is further ahead.
    pub async fn aim_test_clock(&mut self, target: i64) -> Result<bool, StoreError> {
        Ok(self.tx.execute(AIM_CLOCK, params![target, self.scope.number(), target]).await? > 0)
    }

    /// Moves the test clock on its way, from `from` to `to` ahead; `false` when it is not on that way any more.
    pub async fn move_test_clock(&mut self, from: i64, to: i64) -> Result<bool, StoreError> {
        let (scope, by, now) = (self.scope.number(), to - from, self.tx.now());
        if self.tx.execute(MOVE_CLOCK, params![to, scope, from]).await? == 0 {
            return Ok(false);
        }
        self.tx.execute(BRING_JOBS, params![by, scope, now]).await?;
        self.tx.execute(BRING_DELIVERIES, params![by, scope, now]).await?;
        self.tx.execute(BRING_STREAMS, params![by, scope]).await?;
        self.tx.wakes.workers = true;
        self.tx.wakes.scopes.insert(scope);
        Ok(true)
    }

    /// Ends the moving of the test clock, and says that it is about to be reset.
    pub async fn halt_test_clock(&mut self) -> Result<(), StoreError> {
        self.tx.execute(HALT_CLOCK, params![self.scope.number()]).await.map(|_| ())
    }

    /// Sets the test clock to the machine's, and ends its moving.
    pub async fn reset_test_clock(&mut self) -> Result<(), StoreError> {
        self.tx.execute(RESET_CLOCK, params![self.scope.number()]).await.map(|_| ())
    }
}
