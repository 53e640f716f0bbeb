//! `cargo xtask bench writes`: from a call that writes to the receipt of its signed event.
//!
//! `POST /invites` over many connections, with one webhook whose receiver is another process; and `POST /users`, which signs a
//! token with RSA, with a cheap call beside it that is to notice nothing.

mod calls;
mod figures;

use std::{path::Path, process::Command, time::Duration};

use sahod_model::EventType;
use sahod_outbound::{HttpClient, HttpClientConfig};
use tokio::runtime::Runtime;

use super::{
    database::{Database, on_postgres, on_sqlite},
    failure::Failure,
    prepare::{PATIENCE, Prepared},
    process::{self, Server, cpu},
    webhooks::{receiver::Arrivals, source},
};
use calls::Calls;
use figures::{Beside, Figures};

/// How long a round may take.
const LONGEST: Duration = Duration::from_mins(5);

#[derive(clap::Args)]
pub(super) struct Arguments {
    /// Invites of a round.
    #[arg(long, default_value_t = 10_000)]
    invites: usize,
    /// Rounds.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// Users that are made while the cheap call is measured.
    #[arg(long, default_value_t = 1_000)]
    users: usize,
    /// Calls under way at the same time, each on a connection of its own.
    #[arg(long, default_value_t = 32)]
    connections: usize,
    /// A PostgreSQL server to measure on as well. `scripts/with-postgres` starts one and names it.
    #[arg(long, env = "SAHOD_TEST_POSTGRES_URL", hide_env_values = true)]
    postgres: Option<String>,
    /// Leaves SQLite out.
    #[arg(long)]
    postgres_only: bool,
}

pub(super) fn run(root: &Path, arguments: &Arguments) -> Result<Vec<String>, Failure> {
    let runtime = Runtime::new()?;
    let measure = |database: &Database<'_>, folder: &Path| measure(database, folder, &runtime, arguments);
    let mut faults = if arguments.postgres_only { Vec::new() } else { on_sqlite(root, measure)? };
    faults.extend(on_postgres(root, &runtime, (arguments.postgres.as_deref(), "writes"), measure)?);
    Ok(faults)
}

fn measure(
    database: &Database<'_>,
    folder: &Path,
    runtime: &Runtime,
    arguments: &Arguments,
) -> Result<Vec<String>, Failure> {
    let client =
        HttpClient::new(HttpClientConfig { allow_private_networks: true, ..HttpClientConfig::default() })?;
    let prepared = Prepared::new(database, folder, runtime, 1_000)?;
    let address = process::free_address()?;
    let mut command = Command::new(std::env::current_exe()?);
    command.args(["bench", "webhooks-receiver", "--listen", &address.to_string()]);
    let receiver = Server::start(&mut command, address, "/arrivals?after=0", PATIENCE)?;
    let arrivals = Arrivals::new(address);
    // The first start makes the RSA keys, and stopping waits for them.
    prepared.serve()?.stop()?;
    let server = prepared.serve()?;
    let used = || -> Result<_, Failure> { Ok((cpu(server.id())?, database.cpu()?)) };
    let calls = Calls::new(&prepared, arguments.connections)?;

    let mut users = Figures::new("POST /users");
    calls.users(arguments.connections)?;
    let alone = calls.cheap_alone(arguments.users)?;
    let before = used()?;
    let (span, meanwhile) = calls.users_beside_cheap(arguments.users)?;
    users.push(arguments.users, span, before, used()?);

    runtime.block_on(source::subscribe(&client, &prepared, address, EventType::InviteInvited))?;
    let mut invites = Figures::new("POST /invites");
    // The first round makes connections and prepares statements.
    for round in 0..=arguments.rounds {
        let before = used()?;
        let began = calls.invites(arguments.invites)?;
        arrivals.wait(arguments.invites, LONGEST)?;
        let after = used()?;
        let last = arrivals.take()?.into_iter().map(|(_, at)| at).max().unwrap_or(began);
        if round > 0 {
            let span = Duration::from_micros(u64::try_from(last - began)?);
            invites.push(arguments.invites, span, before, after);
        }
    }
    receiver.stop()?;
    figures::print(database, &[&invites, &users], &Beside { alone, meanwhile });
    Ok(invites.faults(database))
}
