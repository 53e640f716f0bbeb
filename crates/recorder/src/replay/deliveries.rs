//! Sends the webhooks again.

use std::{collections::HashSet, time::Duration};

use sahod_model::{Clock, EventId};
use sahod_outbound::HttpClient;
use sahod_webhooks::{Message, Target, deliver};

use super::playback::Playback;
use crate::{line::Webhook, sent::ID_HEADER};

/// The header with the event's number.
const SEQUENCE_HEADER: &str = "Sahod-Sequence";
/// A receiver that does not take an event is asked so often, with a pause in between.
const TRIES: u32 = 5;
/// An answer has this long to arrive before the webhook that followed it.
const LATER: Duration = Duration::from_millis(30);
const PAUSE: Duration = Duration::from_millis(500);

/// Sends every webhook of the recording; [`Replayer::send_webhooks`](super::Replayer::send_webhooks) says when.
pub(super) async fn send_all(playback: &Playback, http: &HttpClient, clock: &dyn Clock) {
    let mut sent = HashSet::new();
    for webhook in &playback.recording.webhooks {
        let Some(id) = header(webhook, ID_HEADER).and_then(|id| id.parse::<EventId>().ok()) else {
            continue;
        };
        if sent.insert(id.to_string()) {
            playback.due(webhook.after).await;
            tokio::time::sleep(LATER).await;
            send(playback, http, clock, webhook, &id).await;
        }
    }
}

async fn send(playback: &Playback, http: &HttpClient, clock: &dyn Clock, webhook: &Webhook, id: &EventId) {
    let mut receiver = playback.receiver.subscribe();
    let Ok(receiver) = receiver.wait_for(Option::is_some).await.map(|receiver| receiver.clone()) else {
        return;
    };
    let Some(receiver) = receiver else { return };
    let Some(body) = webhook.body.bytes(&playback.recording.url, &playback.url) else { return };
    let sequence = header(webhook, SEQUENCE_HEADER).and_then(|number| number.parse().ok());
    for left in (0..TRIES).rev() {
        let target = Target { url: &receiver.url, secret: &receiver.secret, previous_secret: None };
        let message = Message { id, sequence, body: body.clone(), at: clock.now() };
        match deliver(http, target, message).await.failure {
            None => return,
            Some(failure) if left == 0 => tracing::warn!(%id, failure, "a webhook was not taken"),
            Some(_) => tokio::time::sleep(PAUSE).await,
        }
    }
}

fn header<'a>(webhook: &'a Webhook, name: &str) -> Option<&'a str> {
    webhook
        .headers
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.as_str())
}
