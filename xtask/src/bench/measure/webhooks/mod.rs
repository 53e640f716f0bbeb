//! `cargo xtask bench webhooks`: events brought to a receiver in another process, beside a loop that posts the same signed
//! bodies and keeps nothing.

mod figures;
mod plain;
pub(super) mod receiver;
pub(super) mod source;

use std::{path::Path, process::Command, time::Duration};

use clap::value_parser;
use sahod_model::EventType;
use sahod_outbound::{HttpClient, HttpClientConfig};
use tokio::runtime::Runtime;

use super::{
    database::{Database, on_postgres, on_sqlite},
    failure::Failure,
    prepare::{PATIENCE, Prepared},
    process::{self, Server},
};
use figures::{Figures, Latencies};
use receiver::Arrivals;
use source::Source;

/// How long a round may take.
const LONGEST: Duration = Duration::from_mins(5);

#[derive(clap::Args)]
pub(super) struct Arguments {
    /// Events of a round.
    #[arg(long, default_value_t = 20_000)]
    events: usize,
    /// Rounds, Sahod and the plain loop taking turns.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// Events per second while the time from commit to receipt is measured.
    #[arg(long, default_value_t = 200, value_parser = value_parser!(u32).range(1..))]
    rate: u32,
    /// How long that goes on, in seconds.
    #[arg(long, default_value_t = 20, value_parser = value_parser!(u32).range(1..))]
    seconds: u32,
    /// Deliveries of the plain loop at the same time: as many as Sahod makes to one webhook.
    #[arg(long, default_value_t = 16)]
    at_once: usize,
    /// A PostgreSQL server to measure on as well. `scripts/with-postgres` starts one and names it.
    #[arg(long, env = "SAHOD_TEST_POSTGRES_URL", hide_env_values = true)]
    postgres: Option<String>,
}

pub(super) fn run(root: &Path, arguments: &Arguments) -> Result<Vec<String>, Failure> {
    let runtime = Runtime::new()?;
    let measure = |database: &Database<'_>, folder: &Path| measure(database, folder, &runtime, arguments);
    figures::print_head(arguments.events, arguments.rounds, arguments.rate);
    on_sqlite(root, measure)?;
    on_postgres(root, &runtime, (arguments.postgres.as_deref(), "hooks"), measure)?;
    figures::print_foot();
    Ok(Vec::new())
}

fn measure(
    database: &Database<'_>,
    folder: &Path,
    runtime: &Runtime,
    arguments: &Arguments,
) -> Result<(), Failure> {
    let config = HttpClientConfig { allow_private_networks: true, ..HttpClientConfig::default() };
    let client = HttpClient::new(config)?;
    let prepared = Prepared::new(database, folder, runtime, 1_000)?;
    let address = process::free_address()?;
    let mut command = Command::new(std::env::current_exe()?);
    command.args(["bench", "webhooks-receiver", "--listen", &address.to_string()]);
    let receiver = Server::start(&mut command, address, "/arrivals?after=0", PATIENCE)?;
    let arrivals = Arrivals::new(address);
    let source = Source { storage: database.storage()?, master: folder.join("keys/master.key") };

    // The first start makes the RSA keys, and stopping waits for them.
    prepared.serve()?.stop()?;
    let server = prepared.serve()?;
    runtime.block_on(source::subscribe(&client, &prepared, address, EventType::UserCreated))?;
    let (count, gap) = (arguments.rate * arguments.seconds, Duration::from_secs(1) / arguments.rate);
    // For a second nothing is measured: connections are made and statements prepared.
    for (warm_up, count) in [(true, arguments.rate), (false, count)] {
        runtime.block_on(source::make_users(&client, &prepared, count, gap))?;
        arrivals.wait(count.try_into()?, LONGEST)?;
        if warm_up {
            arrivals.take()?;
        }
    }
    server.stop()?;
    let committed = runtime.block_on(source.times(count.try_into()?))?;
    let sahod = Latencies::between(&committed, &arrivals.take()?)?;
    let sent = runtime.block_on(plain::at_rate(&client, address, count, gap));
    arrivals.wait(count.try_into()?, LONGEST)?;
    let plain = Latencies::between(&sent, &arrivals.take()?)?;

    let mut figures = Figures::default();
    for _ in 0..arguments.rounds {
        runtime.block_on(source.append(arguments.events))?;
        let server = prepared.serve()?;
        arrivals.wait(arguments.events, LONGEST)?;
        server.stop()?;
        let drained = arrivals.take()?;
        runtime.block_on(plain::flat_out(&client, address, arguments.events, arguments.at_once));
        figures.push(&drained, &arrivals.take()?, arguments.events)?;
    }
    receiver.stop()?;
    figures.print(database.name, &sahod, &plain);
    Ok(())
}
