//! `sahod listen`: prints the events of a running server as they happen, and forwards them to a server that the outside
//! cannot reach.

use std::time::Duration;

use clap::Args;
use sahod_model::{
    Clock as _, EventType, ExposeSecret as _, SecretString, SystemClock, SystemRandom, WebhookSecret,
    WebhookUrl,
};
use sahod_webhooks::{Message, Target, deliver, new_secret};
use tokio::time::sleep;

use crate::{
    command::{
        client::{Client, SecretText, ServerArguments},
        event_log::{self, Event},
    },
    failure::Failure,
};

/// A server that does not answer is asked again after so long, each time twice as long.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    server: ServerArguments,
    /// Where to post events, signed as webhooks are, such as `http://localhost:3000/hooks`
    #[arg(long, value_name = "URL")]
    forward_to: Option<WebhookUrl>,
    /// What signs them. Left out: a secret is made and printed.
    #[arg(long, value_name = "SECRET", env = "SAHOD_WEBHOOK_SECRET", hide_env_values = true)]
    signed_with: Option<SecretText>,
    /// Only these types, separated by commas.
    #[arg(long, value_name = "TYPES", value_delimiter = ',', value_parser = event_type)]
    types: Vec<EventType>,
    /// Begins after the event of this number instead of with what happens now; 0 for the first that is kept.
    #[arg(long, value_name = "SEQUENCE")]
    after: Option<i64>,
    /// Forwards finished tasks with the data itself, as a webhook with `includePayload` gets them.
    #[arg(long)]
    include_payload: bool,
}

pub(super) fn event_type(text: &str) -> Result<EventType, String> {
    EventType::from_name(&text.to_uppercase()).ok_or_else(|| format!("{text} is not an event type"))
}

/// Where events go.
struct Forward {
    url: WebhookUrl,
    secret: SecretString,
    include_payload: bool,
}

#[expect(clippy::print_stdout, reason = "it prints what happens")]
pub(super) async fn run(arguments: Arguments) -> Result<(), Failure> {
    let client = arguments.server.client()?;
    let mut reached = match arguments.after {
        Some(after) => after,
        None => event_log::last(&client).await?,
    };
    let given = arguments.signed_with.map(SecretText::for_webhooks).transpose()?;
    if given.as_ref().is_some_and(WebhookSecret::is_weak) {
        println!("the secret that signs events could be guessed: choose one of at least 24 characters");
    }
    let include_payload = arguments.include_payload;
    let forward = arguments.forward_to.map(|url| {
        let make = || {
            let secret = new_secret(&SystemRandom);
            println!("events are signed with the secret {}", secret.expose_secret());
            secret
        };
        Forward { url, secret: given.unwrap_or_else(make), include_payload }
    });
    println!("waiting for events after number {reached}");
    let mut pause = FIRST_PAUSE;
    loop {
        match pass_on(&client, &mut reached, &arguments.types, forward.as_ref()).await {
            Ok(()) => pause = FIRST_PAUSE,
            Err(error) => {
                println!("{error}; trying again in {} s", pause.as_secs());
                sleep(pause).await;
                pause = (pause * 2).min(LONGEST_PAUSE);
            }
        }
    }
}

/// Tells of the events after `reached`, and forwards them.
#[expect(clippy::print_stdout, reason = "it prints what happens")]
async fn pass_on(
    client: &Client,
    reached: &mut i64,
    types: &[EventType],
    forward: Option<&Forward>,
) -> Result<(), Failure> {
    for event in event_log::after(client, *reached).await? {
        if types.is_empty() || types.contains(&event.kind) {
            let answer = match forward {
                Some(forward) => format!("  → {}", forward.send(client, &event).await?),
                None => String::new(),
            };
            println!("{}{answer}", event.line());
        }
        *reached = event.sequence;
    }
    Ok(())
}

impl Forward {
    /// Posts an event as a webhook would be posted; what the receiver answered.
    async fn send(&self, client: &Client, event: &Event) -> Result<String, Failure> {
        let with_payload = match event.kind {
            EventType::UserSessionCompleted => true,
            EventType::TaskFinished => self.include_payload,
            _ => false,
        };
        let body =
            if with_payload { event_log::whole(client, event).await?.body()? } else { event.body()? };
        let message = Message {
            id: &event.id,
            sequence: Some(event.sequence),
            body: body.render()?,
            at: SystemClock.now(),
        };
        let target = Target { url: &self.url, secret: &self.secret, previous_secret: None };
        let attempt = deliver(client.http(), target, message).await;
        Ok(match (attempt.status, attempt.failure) {
            (Some(status), None) => format!("{status} in {} ms", attempt.duration.as_millis()),
            (_, failure) => failure.unwrap_or_default(),
        })
    }
}
