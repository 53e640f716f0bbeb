//! What becomes of the deliveries to a webhook: `/webhooks/{id}/attempts`, `/status`, `/replay` and `/test`. Beyond the
//! contract.

use axum::extract::State;
use sahod_app::{Replay, Replayed, WebhookStatus};
use sahod_model::{EventType, Right, SwitchedOffReason, Timestamp, Webhook, WebhookId};
use schemars::JsonSchema;
use serde::Serialize;

use super::attempts::AttemptWire;
use crate::{
    envelope::Reply,
    error::ApiError,
    fields::Fields,
    list::Filter,
    nouns::{Call, Shown},
    openapi::{Endpoints, Operation, Param, Value, example_event},
    params::Params,
    state::{Authenticated, Path, Surface, path_id},
};

/// Adds them to what else there is of webhooks.
pub(super) fn add_to(endpoints: Endpoints) -> Endpoints {
    endpoints
        .get_one(
            "/webhooks/{id}/status",
            Operation::new("get-webhook-status", "See how a webhook stands").needs(Right::Webhooks).about(
                "How far its deliveries have come, what waits, what was given up, and whether it is \
                     off.",
            ),
            |call, id| async move { call.app.delivery.webhook_status(&call.acting, &id).await },
        )
        .list_within(
            "/webhooks/{id}/attempts",
            Operation::new("list-webhook-attempts", "List a webhook's attempts")
                .needs(Right::Webhooks)
                .about(
                    "Every try to deliver an event to it, newest first, with what was sent and what came \
                     back. Attempts are kept for 30 days.",
                ),
            |call, id, AttemptQuery { failed }, page| async move {
                call.app.delivery.list_webhook_attempts(&call.acting, &id, failed, &page).await
            },
        )
        .post(
            "/webhooks/{id}/replay",
            replay,
            Operation::new("replay-webhook", "Send events again")
                .needs(Right::Webhooks)
                .about(
                    "Say which: one event (`eventId`), what happened in a span of time (`from`, `to`), a \
                     range of numbers (`fromSequence`, `toSequence`), or what the webhook `missed`: what \
                     was given up, and what happened while it was inactive. Only types that it wants are \
                     sent. At most 10,000 events with one call; then `nextSequence` says where to go on.",
                )
                .body::<ReplayWebhook>()
                .one::<ReplayedWire>(),
        )
        .post(
            "/webhooks/{id}/test",
            test,
            Operation::new("test-webhook", "Send a test event")
                .needs(Right::Webhooks)
                .about(
                    "Posts an example event to the webhook, active or not, signed as always, and says \
                     what came back. Its `eventId` is new, and it is in no list of events.",
                )
                .optional_body::<TestWebhook>()
                .one::<AttemptWire<'_>>(),
        )
}

/// `failed`
struct AttemptQuery {
    failed: bool,
}

impl Filter for AttemptQuery {
    const PARAMS: &'static [Param] =
        &[Param::new("failed", Value::Flag, "`true` for only those that failed.")];

    fn read(params: &mut Params) -> Self {
        Self { failed: params.flag("failed").unwrap_or(false) }
    }
}

/// How a webhook stands.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "WebhookStatus")]
pub struct StatusWire<'a> {
    /// The webhook's id.
    id: &'a WebhookId,
    /// Whether it receives anything.
    active: bool,
    /// When it was switched off, if not by you.
    switched_off_at: Option<Timestamp>,
    /// Why it was: its receiver failed for days, or answered 410.
    switched_off_reason: Option<SwitchedOffReason>,
    /// Every event up to this number was delivered, or is counted in `waiting` or `givenUp`.
    sequence: i64,
    /// The number of the last event that happened.
    last_sequence: i64,
    /// How many events are to be tried again, counted up to 10,000.
    waiting: i64,
    /// How many were given up after three days of tries, counted likewise. Replaying what it `missed` sends them.
    given_up: i64,
    /// The first number of what happened while it was inactive; null when nothing did.
    missed_from: Option<i64>,
    /// The last such number.
    missed_to: Option<i64>,
    /// Since when it fails; null when the last try was taken.
    failing_since: Option<Timestamp>,
    /// Until when your server asked to be left alone (`Retry-After`).
    paused_until: Option<Timestamp>,
    /// Until when the secret before still signs, after it was replaced.
    previous_secret_expires_at: Option<Timestamp>,
}

impl<'a> From<&'a WebhookStatus> for StatusWire<'a> {
    fn from(status: &'a WebhookStatus) -> Self {
        let (WebhookStatus { webhook, stream, last }, missed) = (status, status.stream.missed.unzip());
        Self {
            id: &webhook.id,
            active: webhook.active,
            switched_off_at: webhook.switched_off.map(|off| off.at),
            switched_off_reason: webhook.switched_off.map(|off| off.reason),
            sequence: stream.cursor,
            last_sequence: *last,
            waiting: stream.waiting,
            given_up: stream.given_up,
            missed_from: missed.0,
            missed_to: missed.1,
            failing_since: stream.failing_since,
            paused_until: stream.paused_until,
            previous_secret_expires_at: webhook.previous_secret.as_ref().map(|previous| previous.expires_at),
        }
    }
}

impl Shown for WebhookStatus {
    type Wire<'a> = StatusWire<'a>;

    fn show(&self, _: &Call) -> Result<StatusWire<'_>, ApiError> {
        Ok(self.into())
    }
}

/// Which events to send again: one of the four.
#[derive(JsonSchema)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "only its shape is of use; `read_replay` reads it")]
struct ReplayWebhook {
    /// This event.
    event_id: Option<sahod_model::EventId>,
    /// What happened at this moment or later, up to `to`.
    from: Option<Timestamp>,
    /// What happened up to the end of this second; left out: up to now.
    to: Option<Timestamp>,
    /// Events from this number on, up to `toSequence`.
    #[schemars(range(min = 1))]
    from_sequence: Option<i64>,
    /// Events up to this number; left out: up to the last.
    #[schemars(range(min = 1))]
    to_sequence: Option<i64>,
    /// `true`: what was given up, and what happened while the webhook was inactive.
    missed: Option<bool>,
}

/// What is sent again.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Replayed")]
struct ReplayedWire {
    /// How many events are sent again now.
    count: u64,
    /// The first number that is left, when one call was not enough: call again with it as `fromSequence`, or with `missed`.
    next_sequence: Option<i64>,
}

impl From<Replayed> for ReplayedWire {
    fn from(replayed: Replayed) -> Self {
        Self { count: replayed.count, next_sequence: replayed.rest }
    }
}

/// `POST /webhooks/{id}/replay`
async fn replay(
    State(surface): State<Surface>,
    Authenticated(acting): Authenticated,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Reply, ApiError> {
    let (id, replay) = (path_id(&id)?, read_replay(fields)?);
    Reply::object(&ReplayedWire::from(surface.app.delivery.replay(&acting, &id, replay).await?))
}

fn read_replay(mut fields: Fields) -> Result<Replay, ApiError> {
    let moment = |fields: &mut Fields, name| {
        fields.one_of(name, "a moment such as 2026-11-20T08:00:00Z", |text| text.parse::<Timestamp>().ok())
    };
    let number = |fields: &mut Fields, name| {
        let read = |value: serde_json::Value| value.as_i64().filter(|number| *number >= 1);
        fields.read(name, "a whole number from 1", read)
    };
    let event = fields.id("eventId", "is not the id of an event").map(Replay::Event);
    let (from, to) = (moment(&mut fields, "from"), moment(&mut fields, "to"));
    let (first, last) = (number(&mut fields, "fromSequence"), number(&mut fields, "toSequence"));
    let missed = fields.flag("missed").unwrap_or(false);
    if to.is_some() && from.is_none() {
        fields.fault("to", "needs `from`");
    }
    if from.zip(to).is_some_and(|(from, to)| from > to) {
        fields.fault("from", "must not be after to");
    }
    if last.is_some() && first.is_none() {
        fields.fault("toSequence", "needs `fromSequence`");
    }
    if first.zip(last).is_some_and(|(first, last)| first > last) {
        fields.fault("fromSequence", "must not be greater than toSequence");
    }
    let times =
        from.map(|from| Replay::Times(from, to.map_or(Timestamp::from_micros(i64::MAX - 1), end_of_second)));
    let numbers = first.map(|first| Replay::Numbers(first, last.unwrap_or(i64::MAX)));
    let mut wanted = [event, times, numbers, missed.then_some(Replay::Missed)].into_iter().flatten();
    if let (Some(replay), None) = (wanted.next(), wanted.next()) {
        return fields.finish(Some(replay));
    }
    fields.fault(
        "eventId",
        "or one of from, fromSequence and missed must say what to send, and only one of them",
    );
    fields.finish(None)
}

/// Times are told in whole seconds: who names that of an event means to include it.
fn end_of_second(moment: Timestamp) -> Timestamp {
    Timestamp::from_micros(moment.as_seconds().saturating_mul(1_000_000).saturating_add(999_999))
}

/// What to test with.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "only its shape is of use; `test` reads it")]
struct TestWebhook {
    /// The type of the event; left out: the first that the webhook wants.
    #[serde(rename = "type")]
    event_type: Option<EventType>,
}

/// `POST /webhooks/{id}/test`
async fn test(
    State(surface): State<Surface>,
    Authenticated(acting): Authenticated,
    Path(id): Path<String>,
    mut fields: Fields,
) -> Result<Reply, ApiError> {
    let (app, id) = (&surface.app, path_id(&id)?);
    let wanted = fields.one_of("type", "an event type that happens here", |text| {
        EventType::from_name(text).filter(|event_type| example_event(*event_type).is_some())
    });
    fields.finish(Some(()))?;
    let event_type = match wanted {
        Some(event_type) => event_type,
        None => first_wanted(&app.delivery.get_webhook(&acting, &id).await?),
    };
    let data = example_event(event_type).unwrap_or_default();
    Reply::object(&AttemptWire::from(&app.delivery.test_webhook(&acting, &id, event_type, &data).await?))
}

fn first_wanted(webhook: &Webhook) -> EventType {
    let mut wanted = webhook.event_types.iter().copied();
    wanted.find(|event_type| example_event(*event_type).is_some()).unwrap_or(EventType::UserCreated)
}
