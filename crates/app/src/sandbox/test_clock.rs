//! The test clock: a tenant in the sandbox moves its own time ahead, and what would happen meanwhile happens, in order.
//!
//! ```text
//! advance ── target, job ──┐   the job, again and again:
//!                          └── wait until nothing is due ── move to what is due next, or to the target
//! ```
//!
//! People's data goes by the tenant's clock; leases, retries and jobs go by the machine's and are brought nearer.

use std::time::Duration;

use futures_util::future::BoxFuture;
use sahod_jobs::{ClaimedJob, Handler, Outcome};
use sahod_model::{Right, Timestamp};
use sahod_store::{
    NewJob, Scope,
    test_clock::{ActiveStream, KEPT},
};
use serde::{Deserialize, Serialize};
use tokio::time::{Instant, sleep};

use super::{Sandbox, scenarios::sandbox_only};
use crate::{Acting, AppError, jobs::done_or_retry};

const MOVE_CLOCK: &str = "move_clock.v1";
/// How far a clock is moved at once, at most.
pub const MOST_AT_ONCE: Duration = Duration::from_hours(366 * 24);
/// How far a clock can be ahead at most.
const MOST_AHEAD: Duration = Duration::from_hours(3_660 * 24);
/// How long what is due may take before the clock moves on without it.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long to wait before looking again whether everything that is due is done.
const LOOK_EVERY: Duration = Duration::from_millis(20);
/// Events that are looked at to see whether a webhook waits for one.
const EVENTS_AHEAD: u16 = 256;

/// A tenant's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TenantClock {
    /// The tenant's present.
    pub now: Timestamp,
    /// How far it is ahead of the machine's clock.
    pub ahead: Duration,
    /// Where it is being moved to; `None`: it goes on by itself.
    pub moving_to: Option<Timestamp>,
}

#[derive(Serialize, Deserialize)]
struct Payload {
    scope: i64,
}

impl Sandbox {
    /// The clock of a tenant in the sandbox.
    pub async fn test_clock(&self, acting: &Acting) -> Result<TenantClock, AppError> {
        self.clock_of(acting.may(Right::Read)?).await
    }

    async fn clock_of(&self, scope: &Scope) -> Result<TenantClock, AppError> {
        sandbox_only(scope)?;
        let clock = self.services.store.scoped(scope).test_clock().await?;
        let machine = self.services.clock.now();
        let at = |shift: i64| Timestamp::from_micros(machine.as_micros().saturating_add(shift));
        let now = at(clock.shift);
        Ok(TenantClock { now, ahead: now.since(machine), moving_to: clock.target.map(at) })
    }

    /// Has the clock moved ahead by that much. It takes a while: [`Sandbox::test_clock`] tells when it is there.
    pub async fn advance_test_clock(&self, acting: &Acting, by: Duration) -> Result<TenantClock, AppError> {
        let scope = acting.may(Right::Write)?;
        let ahead = self.clock_of(scope).await?.ahead + by;
        if ahead > MOST_AHEAD {
            return Err(AppError::invalid(
                "by",
                "would move the clock more than ten years ahead; reset it first",
            ));
        }
        let target = i64::try_from(ahead.as_micros()).map_err(AppError::internal)?;
        let payload =
            serde_json::to_string(&Payload { scope: scope.number() }).map_err(AppError::internal)?;
        let mut tx = self.services.store.begin().await?;
        if !tx.scoped(scope).aim_test_clock(target).await? {
            return Err(AppError::invalid(
                "by",
                "cannot be while the clock is being moved; wait until it is READY",
            ));
        }
        tx.enqueue(&NewJob { kind: MOVE_CLOCK, payload, run_at: self.services.clock.now() }).await?;
        tx.commit().await?;
        self.clock_of(scope).await
    }

    /// Sets the clock to the machine's. What was made while it was ahead keeps its dates.
    pub async fn reset_test_clock(&self, acting: &Acting) -> Result<TenantClock, AppError> {
        let scope = acting.may(Right::Write)?;
        let clock = self.clock_of(scope).await?;
        if clock.ahead > Duration::ZERO || clock.moving_to.is_some() {
            let mut tx = self.services.store.begin().await?;
            tx.scoped(scope).halt_test_clock().await?;
            tx.commit().await?;
            sleep(KEPT).await;
            let mut tx = self.services.store.begin().await?;
            tx.scoped(scope).reset_test_clock().await?;
            tx.commit().await?;
        }
        self.clock_of(scope).await
    }

    /// Moves a clock until it is where it is to be.
    async fn move_clock(&self, payload: &str) -> Result<(), AppError> {
        let Payload { scope } = serde_json::from_str(payload).map_err(AppError::internal)?;
        // Its target was set before: from then on nobody keeps the scope any more.
        sleep(KEPT).await;
        loop {
            let Some(scope) = self.services.store.scope_by_number(scope).await? else { return Ok(()) };
            self.settle(&scope).await?;
            let scoped = self.services.store.scoped(&scope);
            let clock = scoped.test_clock().await?;
            // Without one, or with one that lies behind, it was reset or is about to be.
            let Some(target) = clock.target.filter(|target| *target >= clock.shift) else { return Ok(()) };
            if clock.shift == target {
                return Ok(scoped.end_clock_move().await?);
            }
            let now = self.services.clock.now();
            let next = scoped.next_due(now).await?.map_or(target, |due| {
                let due = due.as_micros().saturating_sub(now.as_micros());
                clock.shift.saturating_add(due).min(target)
            });
            let mut tx = self.services.store.begin().await?;
            tx.scoped(&scope).move_test_clock(clock.shift, next).await?;
            tx.commit().await?;
        }
    }

    /// Waits until everything that is due is done, but no longer than [`PATIENCE`].
    async fn settle(&self, scope: &Scope) -> Result<(), AppError> {
        let until = Instant::now() + PATIENCE;
        while self.has_due_work(scope).await? {
            if Instant::now() >= until {
                tracing::warn!(scope = scope.number(), "a test clock moves on while something is not done");
                return Ok(());
            }
            sleep(LOOK_EVERY).await;
        }
        Ok(())
    }

    async fn has_due_work(&self, scope: &Scope) -> Result<bool, AppError> {
        let (scoped, now) = (self.services.store.scoped(scope), self.services.clock.now());
        if scoped.has_work(now).await? {
            return Ok(true);
        }
        for stream in scoped.active_streams(now).await? {
            if stream.has_due || self.waits_for_event(scope, &stream).await? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether something happened that a webhook is still to be told.
    async fn waits_for_event(&self, scope: &Scope, stream: &ActiveStream) -> Result<bool, AppError> {
        let Some(webhook) = self.services.store.scoped(scope).get_webhook(&stream.webhook).await? else {
            return Ok(false);
        };
        let events = self.services.store.events_after(scope.number(), stream.cursor, EVENTS_AHEAD).await?;
        Ok(events.iter().any(|event| webhook.wants(event.event_type)))
    }
}

/// Moves a clock.
pub(crate) struct MoveClock(Sandbox);

impl MoveClock {
    pub(crate) const fn new(sandbox: Sandbox) -> Self {
        Self(sandbox)
    }
}

impl Handler for MoveClock {
    fn kind(&self) -> &'static str {
        MOVE_CLOCK
    }

    fn run<'a>(&'a self, job: &'a ClaimedJob) -> BoxFuture<'a, Outcome> {
        Box::pin(async {
            // Others need places, too: what the clock waits for is done by jobs.
            let Ok(_place) = self.0.moves.try_acquire() else {
                return Outcome::Retry {
                    after: LOOK_EVERY * 10,
                    reason: "other clocks are being moved".into(),
                };
            };
            done_or_retry(self.0.move_clock(&job.payload).await, Duration::from_secs(1))
        })
    }
}
