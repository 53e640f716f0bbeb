//! One attempt to deliver one event.

use std::{collections::BTreeMap, time::Duration};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use sahod_model::{
    AttemptDetails, EventId, ExposeSecret as _, ReceivedResponse, SecretString, SentRequest, Timestamp,
    Webhook, WebhookUrl,
};
use sahod_outbound::{HttpBeginning, HttpClient, HttpRequest, Method};
use tokio::time::Instant;

use crate::signature::{
    PREVIOUS_SIGNATURE_HEADER, SIGNATURE_HEADER, STANDARD_ID_HEADER, STANDARD_SIGNATURE_HEADER,
    STANDARD_TIMESTAMP_HEADER, sign, sign_standard,
};

/// The header that says as whom a receiver is called.
const AUTHORIZATION_HEADER: &str = "Authorization";
const USER_AGENT: &str = concat!("Sahod-Webhooks/", env!("CARGO_PKG_VERSION"));
/// The header that carries the event's number.
const SEQUENCE_HEADER: &str = "Sahod-Sequence";
/// How much of an answer's body is kept, in bytes.
const KEPT: usize = 2_048;
/// A receiver may ask to be left alone for so long at most.
const LONGEST_PAUSE: Duration = Duration::from_hours(24);

/// Where to post, and the keys of the signatures.
#[derive(Clone, Copy, Debug)]
pub struct Target<'a> {
    /// The receiver, called as whom its address says.
    pub url: &'a WebhookUrl,
    /// Keys the signatures.
    pub secret: &'a SecretString,
    /// Keys more of them while the receiver goes over to another secret.
    pub previous_secret: Option<&'a SecretString>,
}

impl<'a> Target<'a> {
    /// A webhook as it is at that moment.
    #[must_use]
    pub fn of(webhook: &'a Webhook, now: Timestamp) -> Self {
        Self { url: &webhook.url, secret: &webhook.secret, previous_secret: webhook.previous_secret_at(now) }
    }
}

/// What is posted.
#[derive(Clone, Debug)]
pub struct Message<'a> {
    /// The event's id, the same on every try.
    pub id: &'a EventId,
    /// The event's number; `None` for one that was made up for a test.
    pub sequence: Option<i64>,
    /// The event's body, as it was rendered.
    pub body: Bytes,
    /// The time of this try.
    pub at: Timestamp,
}

/// What became of an attempt.
#[derive(Clone, Debug)]
pub struct Attempt {
    /// What the receiver answered; `None` when it did not.
    pub status: Option<u16>,
    /// Why it failed, in words for the customer; `None` when the receiver took the event.
    pub failure: Option<String>,
    /// What the receiver asked for.
    pub directive: Option<Directive>,
    /// From the first look at the address to the end of what is read of the answer.
    pub duration: Duration,
    /// What was sent and what came back.
    pub details: AttemptDetails,
}

/// What a receiver that did not take an event asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Directive {
    /// To be left alone for so long (`Retry-After`).
    RetryAfter(Duration),
    /// To be sent nothing any more (410).
    Gone,
}

/// Posts a message, signed. Only a status between 200 and 299 counts; what the receiver writes beside it does not, and is
/// not waited for.
pub async fn deliver(client: &HttpClient, target: Target<'_>, message: Message<'_>) -> Attempt {
    let Message { id, sequence, body, at } = message;
    let body_bytes = body.len() as u64;
    let headers = headers(target, id, sequence, &body, at);
    let login = target.url.basic_login();
    let unsigned = HttpRequest::new(Method::Post, target.url.address());
    let unsigned = login.iter().fold(unsigned, |request, login| {
        request.header(AUTHORIZATION_HEADER, format!("Basic {}", STANDARD.encode(login.expose_secret())))
    });
    let request = headers
        .iter()
        .fold(unsigned, |request, (name, value)| request.header(name, value.as_str()))
        .body(body);
    let started = Instant::now();
    let answer = client.begin(request, KEPT).await;
    let duration = started.elapsed();

    let (status, failure) = match &answer {
        Ok(answer) => (Some(answer.status), failure(answer.status)),
        Err(error) => (None, Some(error.to_string())),
    };
    let answer = answer.ok();
    let shown = login.map(|_| (AUTHORIZATION_HEADER, "Basic ***".to_owned()));
    let request = SentRequest {
        url: target.url.to_string(),
        headers: headers.into_iter().chain(shown).map(|(name, value)| (name.to_owned(), value)).collect(),
        body_bytes,
    };
    Attempt {
        status,
        directive: answer.as_ref().filter(|_| failure.is_some()).and_then(|answer| directive(answer, at)),
        failure,
        duration,
        details: AttemptDetails { request, response: answer.map(received) },
    }
}

fn headers(
    target: Target<'_>,
    id: &EventId,
    sequence: Option<i64>,
    body: &[u8],
    at: Timestamp,
) -> Vec<(&'static str, String)> {
    let timestamp_s = at.as_seconds();
    let standard = |secret| sign_standard(secret, id.as_str(), timestamp_s, body);
    let mut standard_signatures = standard(target.secret);
    if let Some(previous) = target.previous_secret {
        standard_signatures = format!("{standard_signatures} {}", standard(previous));
    }
    let mut headers = vec![
        ("Content-Type", "application/json".to_owned()),
        (SIGNATURE_HEADER, sign(target.secret, body)),
        (STANDARD_ID_HEADER, id.to_string()),
        (STANDARD_TIMESTAMP_HEADER, timestamp_s.to_string()),
        (STANDARD_SIGNATURE_HEADER, standard_signatures),
        ("User-Agent", USER_AGENT.to_owned()),
    ];
    if let Some(previous) = target.previous_secret {
        headers.push((PREVIOUS_SIGNATURE_HEADER, sign(previous, body)));
    }
    if let Some(sequence) = sequence {
        headers.push((SEQUENCE_HEADER, sequence.to_string()));
    }
    headers
}

fn failure(status: u16) -> Option<String> {
    match status {
        200..=299 => None,
        300..=399 => Some(format!("answered {status} (redirects are not followed)")),
        410 => Some("answered 410 (it wants nothing any more)".to_owned()),
        status => Some(format!("answered {status}")),
    }
}

fn directive(answer: &HttpBeginning, now: Timestamp) -> Option<Directive> {
    if answer.status == 410 {
        return Some(Directive::Gone);
    }
    let text = answer.headers.get("retry-after")?;
    let seconds = text.parse().ok().map(Duration::from_secs);
    let pause = seconds.or_else(|| Timestamp::from_http_date(text).map(|until| until.since(now)))?;
    Some(Directive::RetryAfter(pause.min(LONGEST_PAUSE))).filter(|_| !pause.is_zero())
}

fn received(answer: HttpBeginning) -> ReceivedResponse {
    let headers: BTreeMap<_, _> =
        answer.headers.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    let body = String::from_utf8_lossy(&answer.body).into_owned();
    ReceivedResponse { headers, body, truncated: !answer.whole }
}
