//! What is posted for an event.

use std::fmt;

use bytes::Bytes;
use sahod_model::{EventId, EventType, Timestamp};
use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{MapAccess, Visitor},
    ser::SerializeMap,
};
use serde_json::value::RawValue;

const VERSION: u8 = 1;

/// Why a body cannot be rendered. Never carries any of the data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EventBodyError {
    /// The stored data of the event is not one JSON object.
    #[error("event data is not a JSON object")]
    NotAnObject,
    /// A member could not be written as JSON.
    #[error("event data cannot be written as JSON")]
    NotSerialisable,
}

/// `{"id","version","type","createdAt","data"}`, with what is personal joined to the stored ids at the last moment.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EventBody {
    id: EventId,
    version: u8,
    #[serde(rename = "type")]
    event_type: EventType,
    created_at: Timestamp,
    data: Members,
}

impl EventBody {
    /// The body of an event. `data` is the JSON object as it was stored: ids only.
    pub fn new(
        id: EventId,
        event_type: EventType,
        created_at: Timestamp,
        data: &str,
    ) -> Result<Self, EventBodyError> {
        let data = serde_json::from_str(data).map_err(|_| EventBodyError::NotAnObject)?;
        Ok(Self { id, version: VERSION, event_type, created_at, data })
    }

    /// With one more member in `data`; a stored member of that name is replaced.
    pub fn with(self, name: &str, value: &impl Serialize) -> Result<Self, EventBodyError> {
        let value = serde_json::value::to_raw_value(value).map_err(|_| EventBodyError::NotSerialisable)?;
        Ok(self.with_raw(name, value))
    }

    /// With one more member in `data` that is JSON already; a stored member of that name is replaced.
    #[must_use]
    pub fn with_raw(mut self, name: &str, value: Box<RawValue>) -> Self {
        self.data.set(name.to_owned(), value);
        self
    }

    /// The bytes to sign and to send: the same on every try that has the same members.
    pub fn render(&self) -> Result<Bytes, EventBodyError> {
        serde_json::to_vec(self).map(Bytes::from).map_err(|_| EventBodyError::NotSerialisable)
    }
}

/// The members of a JSON object in their order, each as it was written, numbers included.
struct Members(Vec<(String, Box<RawValue>)>);

impl Members {
    fn set(&mut self, name: String, value: Box<RawValue>) {
        match self.0.iter_mut().find(|(known, _)| *known == name) {
            Some(member) => member.1 = value,
            None => self.0.push((name, value)),
        }
    }
}

/// Only the names: the values can be personal.
impl fmt::Debug for Members {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.iter().map(|(name, _)| name)).finish()
    }
}

impl Serialize for Members {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in &self.0 {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;

        impl<'de> Visitor<'de> for Object {
            type Value = Members;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut members = Members(Vec::new());
                while let Some((name, value)) = map.next_entry()? {
                    members.set(name, value);
                }
                Ok(members)
            }
        }

        deserializer.deserialize_map(Object)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "et-00000000000000000000000000000001";

    fn body(data: &str) -> Result<EventBody, EventBodyError> {
        let created_at = "2026-11-01T08:00:00Z".parse().unwrap();
        EventBody::new(ID.parse().unwrap(), EventType::AccountConnected, created_at, data)
    }

    fn text(body: &EventBody) -> String {
        String::from_utf8(body.render().unwrap().to_vec()).unwrap()
    }

    #[test]
    fn personal_members_join_the_stored_ones() {
        let stored = r#"{"userId":"demo-1","accountId":"a-1","providers":["upwork"]}"#;
        let rendered = text(&body(stored).unwrap().with("loginName", &"ge\"orge@example.com").unwrap());
        assert_eq!(
            rendered,
            r#"{"id":"et-00000000000000000000000000000001","version":1,"type":"ACCOUNT_CONNECTED","createdAt":"2026-11-01T08:00:00Z","data":{"userId":"demo-1","accountId":"a-1","providers":["upwork"],"loginName":"ge\"orge@example.com"}}"#
        );
    }

    #[test]
    fn numbers_keep_every_digit_and_names_stay_unique() {
        let body = body(r#"{"amount": 12345678901234567890.10, "loginName": null}"#).unwrap();
        let rendered = text(&body.with("loginName", &"x").unwrap());
        assert!(
            rendered.ends_with(r#""data":{"amount":12345678901234567890.10,"loginName":"x"}}"#),
            "{rendered}"
        );
    }

    #[test]
    fn data_that_is_no_object_is_refused() {
        for data in ["", "[]", "null", "\"x\"", "{", "{} {}"] {
            assert_eq!(body(data).unwrap_err(), EventBodyError::NotAnObject, "{data}");
        }
    }

    #[test]
    fn debugging_shows_names_but_no_values() {
        let shown = format!("{:?}", body(r#"{"loginName":"canary@example.com"}"#).unwrap());
        assert!(shown.contains("loginName") && !shown.contains("canary"), "{shown}");
    }
}
