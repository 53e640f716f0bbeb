//! `sahod clock`: the time in a tenant's sandbox.

use std::time::Duration;

use clap::{Args, Subcommand};
use sahod_outbound::Method;
use serde::Deserialize;
use serde_json::json;
use tokio::time::sleep;

use crate::{
    command::client::{Client, ServerArguments},
    failure::Failure,
};

const LOOK_EVERY: Duration = Duration::from_millis(200);
/// Looks before it is left to itself: a little more than ten minutes.
const LOOKS: u32 = 3_000;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Prints the time in the sandbox.
    Show(ServerArguments),
    /// Moves it ahead, and waits until everything that was due meanwhile has happened.
    Advance(Advance),
    /// Sets it back to the present.
    Reset(ServerArguments),
}

#[derive(Debug, Args)]
pub(crate) struct Advance {
    #[command(flatten)]
    server: ServerArguments,
    /// By how much: a duration such as `P70D` or `PT90M`.
    by: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Clock {
    now: String,
    ahead_seconds: u64,
    moving_to: Option<String>,
}

#[expect(clippy::print_stdout, reason = "it prints the time")]
pub(super) async fn run(command: Command) -> Result<(), Failure> {
    let clock = match command {
        Command::Show(server) => get(&server.client()?).await?,
        Command::Advance(Advance { server, by }) => advance(&server.client()?, &by).await?,
        Command::Reset(server) => {
            server.client()?.call(Method::Post, "/sandbox/clock/reset", Some(&json!({}))).await?
        }
    };
    println!("{} ({} seconds ahead)", clock.now, clock.ahead_seconds);
    Ok(())
}

async fn get(client: &Client) -> Result<Clock, Failure> {
    client.call(Method::Get, "/sandbox/clock", None).await
}

async fn advance(client: &Client, by: &str) -> Result<Clock, Failure> {
    let body = json!({ "by": by });
    let mut clock: Clock = client.call(Method::Post, "/sandbox/clock/advance", Some(&body)).await?;
    for _ in 0..LOOKS {
        let Some(to) = &clock.moving_to else { return Ok(clock) };
        tracing::info!(now = clock.now, to, "on the way");
        sleep(LOOK_EVERY).await;
        clock = get(client).await?;
    }
    Err("the clock is still being moved; `sahod clock show` tells when it is there".into())
}
