//! The file: JSON lines, the first of which says what the rest is.

use std::collections::BTreeMap;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::mask::Mask;

/// What this program writes and reads.
pub(crate) const VERSION: u32 = 1;

/// One line. Lines stand in the order in which things ended; `number` and `after` say in which they belong.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Line {
    Session(Session),
    Exchange(Exchange),
    Webhook(Webhook),
    Callback(Callback),
}

/// The first line.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Session {
    pub(crate) version: u32,
    pub(crate) at: Timestamp,
    /// Where the recorded server was: addresses in what it said begin with it.
    pub(crate) url: String,
}

/// A request to one of the APIs, and its answer.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Exchange {
    /// The order in which requests came, from 1.
    pub(crate) number: u64,
    pub(crate) at: Timestamp,
    /// The last request that changed something and was answered before this one came; 0 for none.
    pub(crate) after: u64,
    pub(crate) request: Request,
    pub(crate) answer: Answer,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) path: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) query: Vec<(String, String)>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) body: Option<Body>,
}

impl Request {
    /// Whether it could change anything.
    pub(crate) fn changes(&self) -> bool {
        changes(&self.method)
    }
}

/// Whether a request with that method can change anything.
pub(crate) fn changes(method: &str) -> bool {
    !matches!(method, "GET" | "HEAD" | "OPTIONS")
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Answer {
    pub(crate) status: u16,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) headers: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) body: Option<Body>,
}

/// What a request or an answer carries.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Body {
    Json(Value),
    Text(String),
    Base64(String),
    /// Server-sent events.
    Events(Vec<Part>),
    /// Longer than what is recorded.
    TooLong(u64),
}

/// What came of a stream at one time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Part {
    /// The last request that changed something and had come before.
    pub(crate) after: u64,
    pub(crate) text: String,
}

impl Body {
    /// The masked form of a body; `None` when there is none.
    pub(crate) fn of(bytes: &[u8], mask: &mut Mask) -> Option<Self> {
        if bytes.is_empty() {
            return None;
        }
        if let Ok(mut value) = serde_json::from_slice(bytes) {
            mask.json(&mut value);
            return Some(Self::Json(value));
        }
        Some(match std::str::from_utf8(bytes) {
            Ok(text) => Self::Text(mask.text(text)),
            Err(_) => Self::Base64(STANDARD.encode(bytes)),
        })
    }

    /// Its bytes, with addresses below `from` now below `to`; `None` for what was not recorded. Streams have none of their
    /// own.
    pub(crate) fn bytes(&self, from: &str, to: &str) -> Option<Bytes> {
        match self {
            Self::Json(value) => Some(value.to_string().replace(from, to).into()),
            Self::Text(text) => Some(text.replace(from, to).into()),
            Self::Base64(text) => STANDARD.decode(text).ok().map(Into::into),
            Self::Events(_) => Some(Bytes::new()),
            Self::TooLong(_) => None,
        }
    }
}

/// An event, as it was sent to one of the customer's servers.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Webhook {
    pub(crate) at: Timestamp,
    /// The last request that changed something and had come before.
    pub(crate) after: u64,
    /// Without what follows the path.
    pub(crate) url: String,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: Body,
    /// What was answered; `None` when nothing was.
    pub(crate) status: Option<u16>,
}

/// A call of one of the page's functions by the widget.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Callback {
    pub(crate) at: Timestamp,
    /// The last request that changed something and had come before.
    pub(crate) after: u64,
    /// When the page heard it, in milliseconds since 1970: several may arrive in another order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) order: Option<f64>,
    pub(crate) name: String,
    pub(crate) payload: Value,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_come_back_as_they_were() {
        let mut mask = Mask::default();
        for bytes in
            [br#"{"amount":12345678901234567890.10,"a":[1,"x"]}"#.as_slice(), b"plain", &[0xff, 0, 1]]
        {
            let body = Body::of(bytes, &mut mask).unwrap();
            let line = serde_json::to_string(&body).unwrap();
            let again: Body = serde_json::from_str(&line).unwrap();
            assert_eq!(again.bytes("http://a", "http://b").unwrap(), bytes);
        }
        assert_eq!(Body::of(b"", &mut mask), None);
        let linked = Body::of(br#"{"url":"http://a/x"}"#, &mut mask).unwrap();
        assert_eq!(linked.bytes("http://a", "http://b").unwrap(), r#"{"url":"http://b/x"}"#);
    }
}
