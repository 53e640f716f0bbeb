//! `/sandbox/clock`

use std::time::Duration;

use axum::extract::State;
use sahod_app::{MOST_AT_ONCE, TenantClock};
use sahod_model::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    envelope::Reply,
    error::ApiError,
    fields::Fields,
    openapi::{Endpoints, Operation},
    state::{Authenticated, Surface},
};

pub(super) fn endpoints() -> Endpoints {
    Endpoints::new("Sandbox Clock", "The time in your sandbox, which you can move ahead.")
        .get(
            "/sandbox/clock",
            get,
            Operation::new("get-sandbox-clock", "Get the clock").one::<ClockWire>(),
        )
        .post(
            "/sandbox/clock/advance",
            advance,
            Operation::new("advance-sandbox-clock", "Move the clock ahead")
                .about(
                    "What would happen meanwhile happens, in order and at its time: accounts are read again month by month, what \
                     was not refreshed for 60 days is erased, tokens end, and webhooks that failed are tried again. It takes a \
                     while: the clock is where it is to be once its status is `READY`. Only in the sandbox.",
                )
                .body::<Advance>()
                .one::<ClockWire>(),
        )
        .post(
            "/sandbox/clock/reset",
            reset,
            Operation::new("reset-sandbox-clock", "Set the clock back to the present")
                .about("What was made while it was ahead keeps its dates, and what was brought nearer stays near.")
                .one::<ClockWire>(),
        )
}

/// How far the clock is moved.
#[derive(JsonSchema)]
#[schemars(inline)]
#[expect(dead_code, reason = "only its shape is of use")]
struct Advance {
    /// A duration of weeks, days, hours, minutes and seconds as ISO 8601 writes it, such as `P70D` or `PT90M`; at most `P366D`.
    by: String,
}

/// The time in your sandbox.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "SandboxClock")]
struct ClockWire {
    /// The present.
    now: Timestamp,
    /// How far that is ahead of the time outside, in seconds.
    ahead_seconds: u64,
    /// Whether it is being moved.
    status: ClockStatus,
    /// Where it is being moved to; null when it is not.
    moving_to: Option<Timestamp>,
}

/// Whether a clock is being moved.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[schemars(rename = "SandboxClockStatus")]
enum ClockStatus {
    /// It is.
    Advancing,
    /// It goes on by itself.
    Ready,
}

impl From<TenantClock> for ClockWire {
    fn from(clock: TenantClock) -> Self {
        Self {
            now: clock.now,
            ahead_seconds: clock.ahead.as_secs(),
            status: if clock.moving_to.is_some() { ClockStatus::Advancing } else { ClockStatus::Ready },
            moving_to: clock.moving_to,
        }
    }
}

/// `GET /sandbox/clock`
async fn get(
    State(surface): State<Surface>,
    Authenticated(acting): Authenticated,
) -> Result<Reply, ApiError> {
    Reply::object(&ClockWire::from(surface.app.sandbox.test_clock(&acting).await?))
}

/// `POST /sandbox/clock/advance`
async fn advance(
    State(surface): State<Surface>,
    Authenticated(acting): Authenticated,
    mut fields: Fields,
) -> Result<Reply, ApiError> {
    let by = fields.required_one_of("by", "a duration such as P70D or PT90M, at most P366D", |text| {
        let by = sahod_model::time::parse_duration(text)?;
        (by > Duration::ZERO && by <= MOST_AT_ONCE).then_some(by)
    });
    let by = fields.finish(by)?;
    Reply::object(&ClockWire::from(surface.app.sandbox.advance_test_clock(&acting, by).await?))
}

/// `POST /sandbox/clock/reset`
async fn reset(
    State(surface): State<Surface>,
    Authenticated(acting): Authenticated,
    _fields: Fields,
) -> Result<Reply, ApiError> {
    Reply::object(&ClockWire::from(surface.app.sandbox.reset_test_clock(&acting).await?))
}
