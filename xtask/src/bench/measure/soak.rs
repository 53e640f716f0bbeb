//! `cargo xtask bench soak`: the program's memory under mixed load for a long time, which is to become level.
//!
//! Users are made with idempotency keys, test people link accounts that are then revoked, pages of 150 are read, and every event
//! goes to a webhook. What is kept in memory to be quick fills in the first minutes; what counts is what comes after.

mod load;
mod samples;

use std::{path::Path, process::Command, time::Duration};

use sahod_model::EventType;
use sahod_outbound::{HttpClient, HttpClientConfig};
use tokio::runtime::Runtime;

use super::{
    database::{Database, on_postgres, on_sqlite},
    failure::Failure,
    prepare::{PATIENCE, Prepared},
    process::{self, Server},
    webhooks::source,
};
use samples::Samples;

#[derive(clap::Args)]
pub(super) struct Arguments {
    /// How long, on each database.
    #[arg(long, default_value_t = 60)]
    minutes: u64,
    /// Transactions that pages are read of.
    #[arg(long, default_value_t = 100_000)]
    rows: usize,
    /// Seconds from one look at the memory to the next.
    #[arg(long, default_value_t = 15)]
    every: u64,
    /// A PostgreSQL server to run on as well. `scripts/with-postgres` starts one and names it.
    #[arg(long, env = "SAHOD_TEST_POSTGRES_URL", hide_env_values = true)]
    postgres: Option<String>,
}

pub(super) fn run(root: &Path, arguments: &Arguments) -> Result<Vec<String>, Failure> {
    let runtime = Runtime::new()?;
    let measure = |database: &Database<'_>, folder: &Path| measure(database, folder, &runtime, arguments);
    let mut faults = on_sqlite(root, measure)?;
    faults.extend(on_postgres(root, &runtime, (arguments.postgres.as_deref(), "soak"), measure)?);
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
    let prepared = Prepared::new(database, folder, runtime, arguments.rows)?;
    let address = process::free_address()?;
    let mut command = Command::new(std::env::current_exe()?);
    command.args(["bench", "webhooks-receiver", "--listen", &address.to_string()]);
    let receiver = Server::start(&mut command, address, "/arrivals?after=0", PATIENCE)?;
    let server = prepared.serve()?;
    runtime.block_on(source::subscribe(&client, &prepared, address, EventType::AllEvents))?;

    let mut samples = Samples::new(server.id());
    println!("\n{}, {} minutes", database.name, arguments.minutes);
    samples::print_heading();
    let every = Duration::from_secs(arguments.every.max(1));
    load::run(&prepared, Duration::from_secs(60 * arguments.minutes), every, |done| {
        samples.take(done).map(|sample| println!("{sample}"))
    })?;
    server.stop()?;
    receiver.stop()?;
    Ok(samples.fault(database.name).into_iter().collect())
}
