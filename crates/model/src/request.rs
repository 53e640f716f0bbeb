//! A call of the Open API, as its tenant may look it up later.

use std::{borrow::Cow, fmt, str::FromStr};

use serde::{Serialize, Serializer};

use crate::{clock::Clock, ids::ApiKeyId, random::Random, time::Timestamp};

/// A request's id, a UUID whose order is that of time (version 7), so that the log's index grows at its end: in the envelope, in `X-Request-Id`, and in every log line of the request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct RequestId(uuid::Uuid);

impl RequestId {
    /// A new one.
    #[must_use]
    pub fn new(clock: &dyn Clock, random: &dyn Random) -> Self {
        let now = clock.now().as_millis();
        Self(uuid::Builder::from_unix_timestamp_millis(now, &random.array()).into_uuid())
    }

    /// Appends the id as text.
    pub fn write(self, to: &mut Vec<u8>) {
        let mut buffer = uuid::Uuid::encode_buffer();
        to.extend_from_slice(self.0.hyphenated().encode_lower(&mut buffer).as_bytes());
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for RequestId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Why a text is no request id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a UUID in lower case")]
pub struct RequestIdError;

impl FromStr for RequestId {
    type Err = RequestIdError;

    /// Only the one way in which it is written.
    fn from_str(text: &str) -> Result<Self, RequestIdError> {
        let id = uuid::Uuid::try_parse(text).map(Self).map_err(|_| RequestIdError)?;
        if id.to_string() == text { Ok(id) } else { Err(RequestIdError) }
    }
}

/// A call of the Open API that was answered. It holds nothing that a caller made up: no query, no body, and of the path
/// only what is an id of ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Its id.
    pub id: RequestId,
    /// When it came.
    pub at: Timestamp,
    /// The HTTP method, `OTHER` when it is none that is known.
    pub method: Cow<'static, str>,
    /// The path's pattern, such as `/v1/users/{id}`.
    pub route: String,
    /// The path; what is no id in it is left as in the pattern.
    pub path: String,
    /// The HTTP status of the answer.
    pub status: u16,
    /// The error code of the answer.
    pub error_code: Option<Cow<'static, str>>,
    /// How long the answer took, in microseconds.
    pub duration_us: u64,
    /// Who called.
    pub api_key: ApiKeyId,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{SystemClock, SystemRandom};

    #[test]
    fn an_id_is_written_in_one_way() {
        let id = RequestId::new(&SystemClock, &SystemRandom);
        let text = id.to_string();
        let mut written = Vec::new();
        id.write(&mut written);
        assert_eq!(written, text.as_bytes());
        assert_eq!(text.parse(), Ok(id));
        for wrong in [&text.to_uppercase(), &text.replace('-', ""), &format!("{{{text}}}"), "", "x"] {
            assert_eq!(wrong.parse::<RequestId>(), Err(RequestIdError), "{wrong}");
        }
    }
}
