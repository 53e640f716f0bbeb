//! `/events`: the log that webhooks are fed from. Beyond the contract.

use std::time::Duration;

use axum::extract::{RawQuery, State};
use sahod_app::{DeliveredEvent, EventBody, EventFilter};
use sahod_model::{EventId, EventType, Right, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value as Json};

use crate::{
    envelope::Reply,
    error::ApiError,
    list::{Filter, ListRequest, NoFilter},
    openapi::{Endpoints, Operation, Param, Value},
    params::Params,
    state::{Authenticated, Path, Surface, path_id},
};

/// A request waits for an event so many seconds at most: less than any answer may take.
const LONGEST_WAIT_S: u16 = 20;

pub(super) fn endpoints() -> Endpoints {
    Endpoints::new("Events", "Everything that happened, in its order, for whoever missed a webhook.")
        .get(
            "/events",
            list,
            Operation::new("list-events", "List events")
                .about(
                    "Each tenant's mode has a sequence of its own, without gaps. With `after` events come \
                 oldest first: go on after the last `sequence` that you have, and you miss nothing. \
                 Without it they come newest first. Events are kept for 90 days, and here they carry no \
                 payload.",
                )
                .page::<EventShape, EventQuery>(),
        )
        .get(
            "/events/{id}",
            get,
            Operation::new("get-event", "Get an event")
                .about("As a webhook with `includePayload` is sent it, and with its `sequence`.")
                .one::<EventShape>(),
        )
        .list_within(
            "/events/{id}/attempts",
            Operation::new("list-event-attempts", "List an event's attempts")
                .needs(Right::Webhooks)
                .about("Every try to bring it to one of your webhooks. Attempts are kept for 30 days."),
            |call, id, NoFilter, page| async move {
                call.app.delivery.list_event_attempts(&call.acting, &id, &page).await
            },
        )
}

/// An event and its number.
#[derive(Serialize)]
struct EventWire {
    sequence: i64,
    #[serde(flatten)]
    body: EventBody,
}

impl From<DeliveredEvent> for EventWire {
    fn from(event: DeliveredEvent) -> Self {
        Self { sequence: event.sequence, body: event.body }
    }
}

/// Something that happened.
#[derive(JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Event")]
#[expect(dead_code, reason = "only its shape is of use; `EventWire` writes it")]
struct EventShape {
    /// Its number, from 1, without gaps.
    sequence: i64,
    /// Its id, the same on every try to deliver it.
    id: EventId,
    /// The version of this shape.
    version: u8,
    /// What happened.
    #[serde(rename = "type")]
    event_type: EventType,
    /// When it happened.
    created_at: Timestamp,
    /// What a webhook of that type is sent.
    data: Map<String, Json>,
}

/// `after`, `type`, `userId` and `wait`.
struct EventQuery {
    filter: EventFilter,
    wait: Option<u16>,
}

impl Filter for EventQuery {
    const PARAMS: &'static [Param] = &[
        Param::new("after", Value::Sequence, "Only events after this `sequence`, oldest first; 0 for all."),
        Param::new(
            "type",
            Value::OneOf(|| EventType::ALL.iter().map(|event_type| event_type.as_str()).collect()),
            "Only events of this type.",
        ),
        Param::new("userId", Value::Text, "Only events about this user."),
        Param::new(
            "wait",
            Value::Number(0, LONGEST_WAIT_S),
            "How many seconds to wait when there is none after `after` yet.",
        ),
    ];

    fn read(params: &mut Params) -> Self {
        let after = params.sequence("after");
        let event_type = params.read("type", "an event type", EventType::from_name);
        let user_id = params.user_id();
        let wait = params.number("wait", "a number of seconds from 0 to 20", 0, LONGEST_WAIT_S);
        if wait.is_some() && after.is_none() {
            params.fault("wait", "needs `after`: say after which event to wait for the next one");
        }
        let event_type = event_type.filter(|event_type| *event_type != EventType::AllEvents);
        Self { filter: EventFilter { event_type, user_id, after }, wait }
    }
}

/// `GET /events`
async fn list(
    State(surface): State<Surface>,
    Authenticated(acting): Authenticated,
    RawQuery(query): RawQuery,
) -> Result<Reply, ApiError> {
    let app = &surface.app;
    let (EventQuery { filter, wait }, request) =
        ListRequest::<EventQuery>::read(app, &acting, "events", query.as_deref())?.split();
    let page = match wait.filter(|_| request.page.after.is_none()) {
        Some(wait) => {
            app.delivery
                .await_events(&acting, &filter, &request.page, Duration::from_secs(wait.into()))
                .await?
        }
        None => app.delivery.list_events(&acting, &filter, &request.page).await?,
    };
    let events: Vec<EventWire> = page.items.into_iter().map(EventWire::from).collect();
    Reply::list(&events, request.next_cursor(app, &acting, page.next)?)
}

/// `GET /events/{id}`
async fn get(
    State(surface): State<Surface>,
    Authenticated(acting): Authenticated,
    Path(id): Path<String>,
) -> Result<Reply, ApiError> {
    Reply::object(&EventWire::from(surface.app.delivery.get_event(&acting, &path_id(&id)?).await?))
}
