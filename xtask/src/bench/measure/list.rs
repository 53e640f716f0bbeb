//! `cargo xtask bench list`: pages of 150 transactions out of a million.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use tokio::runtime::Runtime;

use super::{
    callgrind,
    cases::cases,
    database::{Database, on_postgres},
    failure::Failure,
    files::scratch,
    load::{self, Load, Target},
    prepare::{PATIENCE, Prepared},
    process::{self, Server, cpu},
    report::{self, Figures},
};

#[derive(clap::Args)]
pub(super) struct Arguments {
    /// Transactions in the database, 1,000 of each user.
    #[arg(long, default_value_t = 1_000_000)]
    rows: usize,
    /// Requests of one measurement.
    #[arg(long, default_value_t = 2_000)]
    requests: usize,
    /// Measurements of each list.
    #[arg(long, default_value_t = 15)]
    rounds: usize,
    /// Requests under way at the same time, each on a connection of its own.
    #[arg(long, default_value_t = 4)]
    connections: usize,
    /// A PostgreSQL server to measure on as well. `scripts/with-postgres` starts one and names it.
    #[arg(long, env = "SAHOD_TEST_POSTGRES_URL", hide_env_values = true)]
    postgres: Option<String>,
    /// Counts instructions under valgrind as well.
    #[arg(long)]
    callgrind: bool,
    /// Keeps the SQLite database in this folder, and uses the one that is there.
    #[arg(long)]
    data: Option<PathBuf>,
}

pub(super) fn run(root: &Path, arguments: &Arguments) -> Result<Vec<String>, Failure> {
    let runtime = Runtime::new()?;
    let mut faults = {
        let folder = scratch(root)?;
        let data = arguments.data.as_deref().unwrap_or(folder.path());
        std::fs::create_dir_all(data)?;
        measure(&Database::sqlite(&data.canonicalize()?), data, &runtime, arguments)?
    };
    let measure = |database: &Database<'_>, folder: &Path| measure(database, folder, &runtime, arguments);
    faults.extend(on_postgres(root, &runtime, (arguments.postgres.as_deref(), "list"), measure)?);
    Ok(faults)
}

fn measure(
    database: &Database<'_>,
    folder: &Path,
    runtime: &Runtime,
    arguments: &Arguments,
) -> Result<Vec<String>, Failure> {
    let prepared = Prepared::new(database, folder, runtime, arguments.rows)?;
    let load = Load { headers: &prepared.headers, connections: arguments.connections };
    let sahod = prepared.serve()?;
    let cases = cases(&prepared)?;
    let mut answers = Vec::new();
    for (number, case) in cases.iter().enumerate() {
        let path = folder.join(format!("answer-{number}.http"));
        case.answer.write(&path)?;
        answers.push(path);
    }
    let bare_address = process::free_address()?;
    let bare_command = || -> Result<Command, Failure> {
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["bench", "bare", "--listen", &bare_address.to_string()]).args(&answers);
        Ok(command)
    };
    let bare = Server::start(&mut bare_command()?, bare_address, "/0", PATIENCE)?;

    let mut figures = Vec::new();
    for (number, case) in cases.iter().enumerate() {
        let bare_paths = of_bare(number, &case.paths);
        let targets = [
            Target { address: sahod.address, paths: &case.paths },
            Target { address: bare.address, paths: &bare_paths },
        ];
        let used = || -> Result<_, Failure> { Ok((cpu(sahod.id())?, cpu(bare.id())?, database.cpu()?)) };
        load::drive(load, &targets, case.paths.len() * 2)?;
        let mut rounds = Figures::new(case, database.is_postgres());
        for _ in 0..arguments.rounds {
            let before = used()?;
            load::drive(load, &targets, arguments.requests)?;
            let after = used()?;
            rounds.push(
                arguments.requests,
                after.0.saturating_sub(before.0),
                after.1.saturating_sub(before.1),
                after.2.saturating_sub(before.2),
            );
        }
        figures.push(rounds);
    }
    let memory = (process::memory(sahod.id(), "RssAnon")?, process::memory(sahod.id(), "RssFile")?);
    drop((sahod, bare));
    report::print_cpu(database, arguments.rows, &figures, memory);

    if arguments.callgrind {
        report::print_heading();
        for (number, case) in cases.iter().enumerate() {
            let count = |command: &Command, address, probe: &str, paths: &[String]| {
                callgrind::per_request(command, address, probe, paths, load, folder)
            };
            let sahod = count(&prepared.command(), prepared.address, "/readyz", &case.paths)?;
            let bare = count(&bare_command()?, bare_address, "/0", &of_bare(number, &case.paths))?;
            report::print_instructions(case, sahod, bare);
        }
    }
    Ok(report::faults(database, &figures))
}

/// The same queries at the bare handler's path.
fn of_bare(number: usize, paths: &[String]) -> Vec<String> {
    let query = |path: &String| path.split_once('?').map_or(String::new(), |(_, query)| format!("?{query}"));
    paths.iter().map(|path| format!("/{number}{}", query(path))).collect()
}
