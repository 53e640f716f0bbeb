//! `sahod trigger`: has an event happen in a sandbox, by doing what causes it.

mod flow;

use std::time::Duration;

use clap::Args;
use sahod_model::EventType;
use tokio::time::{Instant, timeout_at};

use crate::{
    command::{client::ServerArguments, event_log, listen::event_type},
    failure::Failure,
};
use flow::Flow;

/// How long it may take until the event has happened.
const PATIENCE: Duration = Duration::from_mins(1);

/// What else can be missing.
const WITHOUT: &str = "everything was read, but the event did not come: LINK_ADDED is for tenants that share links \
                       (sahod tenants share-links)";

/// What causes the event that only time brings. It is not done here: the clock is that of everybody in the sandbox.
const BY_THE_CLOCK: &str = "it comes when an account is read again: have a tenant's accounts monitored (sahod tenants \
                            monitor-accounts), link one and move the test clock on (sahod clock advance P31D)";

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    server: ServerArguments,
    /// The type of the event, such as `ACCOUNT_CONNECTED`.
    #[arg(value_parser = event_type)]
    event: EventType,
}

#[expect(clippy::print_stdout, reason = "it prints what happens")]
pub(super) async fn run(arguments: Arguments) -> Result<(), Failure> {
    let wanted = arguments.event;
    let Some(flow) = Flow::that_causes(wanted) else {
        let instead = match wanted {
            EventType::AccountSyncTaskFinished => BY_THE_CLOCK,
            _ => "POST /v1/webhooks/{id}/test sends an example to one webhook",
        };
        return Err(format!("{} cannot be caused at will; {instead}", wanted.as_str()).into());
    };
    let client = arguments.server.client()?;
    let mut reached = event_log::last(&client).await?;
    let user = flow.run(&client).await?;
    let end = Instant::now() + PATIENCE;
    loop {
        let events = timeout_at(end, event_log::after(&client, reached));
        let Ok(events) = events.await else {
            return Err(format!("{} has not happened within a minute", wanted.as_str()).into());
        };
        for event in events? {
            reached = event.sequence;
            if event.is_about(&user) {
                println!("{}", event.line());
                if event.kind == wanted {
                    return Ok(());
                }
                if flow.is_over_with(event.kind) && wanted != EventType::UserSessionCompleted {
                    return Err(WITHOUT.into());
                }
            }
        }
    }
}
