//! One attempt to deliver one event.

use std::time::Duration;

use bytes::Bytes;
use sahod_model::{EventId, SecretString, Timestamp, Webhook};
use sahod_outbound::{HttpClient, HttpRequest, Method};
use tokio::time::Instant;

use crate::signature::{
    SIGNATURE_HEADER, STANDARD_ID_HEADER, STANDARD_SIGNATURE_HEADER, STANDARD_TIMESTAMP_HEADER, sign,
    sign_standard,
};

const USER_AGENT: &str = concat!("Sahod-Webhooks/", env!("CARGO_PKG_VERSION"));

/// Where to post, and the key of the signature.
#[derive(Clone, Copy, Debug)]
pub struct Target<'a> {
    /// The receiver.
    pub url: &'a str,
    /// Keys the signature.
    pub secret: &'a SecretString,
}

impl<'a> From<&'a Webhook> for Target<'a> {
    fn from(webhook: &'a Webhook) -> Self {
        Self { url: &webhook.url, secret: &webhook.secret }
    }
}

/// What is posted.
#[derive(Clone, Debug)]
pub struct Message<'a> {
    /// The event's id, the same on every try.
    pub id: &'a EventId,
    /// The event's body, as it was rendered.
    pub body: Bytes,
    /// The time of this try.
    pub at: Timestamp,
}

/// What became of an attempt, and how long it took.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// What became of it.
    pub outcome: Outcome,
    /// From the first look at the address to the receiver's status.
    pub duration: Duration,
}

/// What became of an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The receiver took it.
    Delivered {
        /// Between 200 and 299.
        status: u16,
    },
    /// The receiver did not take it.
    Failed {
        /// Why, in words for the customer.
        reason: String,
    },
}

impl Outcome {
    /// Whether the receiver took it.
    #[must_use]
    pub const fn is_delivered(&self) -> bool {
        matches!(self, Self::Delivered { .. })
    }
}

/// Posts a message, signed. Only a status between 200 and 299 counts; what the receiver writes beside it does
/// not, and is not waited for.
pub async fn deliver(client: &HttpClient, target: impl Into<Target<'_>>, message: Message<'_>) -> Attempt {
    let target = target.into();
    let Message { id, body, at } = message;
    let timestamp_s = at.as_seconds();
    let request = HttpRequest::new(Method::Post, target.url)
        .header("Content-Type", "application/json")
        .header(SIGNATURE_HEADER, sign(target.secret, &body))
        .header(STANDARD_ID_HEADER, id.as_str())
        .header(STANDARD_TIMESTAMP_HEADER, timestamp_s.to_string())
        .header(STANDARD_SIGNATURE_HEADER, sign_standard(target.secret, id.as_str(), timestamp_s, &body))
        .header("User-Agent", USER_AGENT)
        .body(body);
    let started = Instant::now();
    let outcome = match client.status(request).await {
        Ok(status @ 200..=299) => Outcome::Delivered { status },
        Ok(status @ 300..=399) => {
            Outcome::Failed { reason: format!("answered {status} (redirects are not followed)") }
        }
        Ok(status) => Outcome::Failed { reason: format!("answered {status}") },
        Err(error) => Outcome::Failed { reason: error.to_string() },
    };
    Attempt { outcome, duration: started.elapsed() }
}
