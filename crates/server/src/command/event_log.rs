//! The events of a running server, as they happen.

use sahod_model::{EventId, EventType, Timestamp};
use sahod_webhooks::EventBody;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::{command::client::Client, failure::Failure};

/// A request waits for so many seconds.
const WAIT_S: u8 = 20;

/// An event, its data as it was written.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Event {
    pub(crate) sequence: i64,
    pub(crate) id: EventId,
    #[serde(rename = "type", deserialize_with = "event_type")]
    pub(crate) kind: EventType,
    #[serde(deserialize_with = "parsed")]
    pub(crate) created_at: Timestamp,
    data: Box<RawValue>,
}

fn event_type<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<EventType, D::Error> {
    let name = String::deserialize(deserializer)?;
    EventType::from_name(&name)
        .ok_or_else(|| serde::de::Error::custom(format!("{name}: this program is older than the server")))
}

fn parsed<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
    String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
}

impl Event {
    /// The body of its webhooks.
    pub(crate) fn body(&self) -> Result<EventBody, Failure> {
        Ok(EventBody::new(self.id.clone(), self.kind, self.created_at, self.data.get())?)
    }

    /// Whether its data names that user.
    pub(crate) fn is_about(&self, user: &str) -> bool {
        self.data.get().contains(user)
    }

    /// A line that tells of it.
    pub(crate) fn line(&self) -> String {
        format!("{}  {:>6}  {:<24}  {}", self.created_at, self.sequence, self.kind.as_str(), self.id)
    }
}

#[derive(Deserialize)]
struct List {
    items: Vec<Event>,
}

/// The number of the last event; 0 when nothing has happened.
pub(crate) async fn last(client: &Client) -> Result<i64, Failure> {
    let newest: List = client.get("/events?size=1").await?;
    Ok(newest.items.first().map_or(0, |event| event.sequence))
}

/// The events after that one; waits for the first of them, and may come back with none.
pub(crate) async fn after(client: &Client, sequence: i64) -> Result<Vec<Event>, Failure> {
    let list: List = client.get(&format!("/events?after={sequence}&size=100&wait={WAIT_S}")).await?;
    Ok(list.items)
}

/// The same event with its payload.
pub(crate) async fn whole(client: &Client, event: &Event) -> Result<Event, Failure> {
    client.get(&format!("/events/{}", event.id)).await
}
