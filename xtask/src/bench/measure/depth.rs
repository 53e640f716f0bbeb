//! `cargo xtask bench depth`: what a page costs in a large database beside a small one, the first and the last of a list.

use std::path::Path;

use tokio::runtime::Runtime;

use super::{
    database::Database,
    failure::Failure,
    files::scratch,
    load::{self, Load, Target},
    prepare::{LIST, Prepared, SIZE},
    process::{Server, cpu},
    statistics::{median, range},
};

/// How much more a page may cost in the large database.
const LIMIT: f64 = 1.3;
/// Users whose last pages are asked for, at most: finding each takes a walk.
const WALKED: usize = 1_000;

#[derive(clap::Args)]
pub(super) struct Arguments {
    /// Transactions in the large database, 1,000 of each user.
    #[arg(long, default_value_t = 10_000_000)]
    rows: usize,
    /// Transactions in the small one.
    #[arg(long, default_value_t = 10_000)]
    few: usize,
    /// Requests of one measurement.
    #[arg(long, default_value_t = 2_000)]
    requests: usize,
    /// Measurements of each list.
    #[arg(long, default_value_t = 15)]
    rounds: usize,
    /// Requests under way at the same time, each on a connection of its own.
    #[arg(long, default_value_t = 4)]
    connections: usize,
    /// A PostgreSQL server to measure on, in place of SQLite. `scripts/with-postgres` starts one and names it.
    #[arg(long, env = "SAHOD_TEST_POSTGRES_URL", hide_env_values = true)]
    postgres: Option<String>,
}

/// One of the two databases, served.
struct Side<'a> {
    database: &'a Database<'a>,
    prepared: Prepared,
    server: Server,
}

impl Side<'_> {
    /// The CPU that answering has taken so far, the database's own processes included.
    fn used(&self) -> Result<f64, Failure> {
        Ok((cpu(self.server.id())? + self.database.cpu()?).as_secs_f64())
    }

    /// Each list: its name, and the paths that requests take turns at.
    fn lists(&self) -> Result<[(&'static str, Vec<String>); 4], Failure> {
        let (address, headers) = (self.server.address, &self.prepared.headers);
        let last = |path: &String| load::last_page(address, path, headers);
        let first_of_users = self.prepared.first_pages();
        let tenant = format!("{LIST}size={SIZE}");
        // The last page is the shorter the more rows there are in it; of both sides it has as many.
        let last_of_users = first_of_users.iter().take(WALKED).map(last).collect::<Result<_, _>>()?;
        let last_of_tenant = last(&tenant)?;
        Ok([
            ("one user, first page", first_of_users),
            ("one user, last page", last_of_users),
            ("whole tenant, first page", vec![tenant]),
            ("whole tenant, last page", vec![last_of_tenant]),
        ])
    }
}

pub(super) fn run(root: &Path, arguments: &Arguments) -> Result<Vec<String>, Failure> {
    let runtime = Runtime::new()?;
    let folders = (scratch(root)?, scratch(root)?);
    let open = |folder: &Path, suffix| match &arguments.postgres {
        Some(url) => Database::postgres(&runtime, url, suffix),
        None => Ok(Database::sqlite(folder)),
    };
    let databases = (open(folders.0.path(), "few")?, open(folders.1.path(), "many")?);
    let side = |database, folder, rows| -> Result<Side<'_>, Failure> {
        let prepared = Prepared::new(database, folder, &runtime, rows)?;
        let server = prepared.serve()?;
        Ok(Side { database, prepared, server })
    };
    let few = side(&databases.0, folders.0.path(), arguments.few)?;
    let many = side(&databases.1, folders.1.path(), arguments.rows)?;
    compare(&few, &many, arguments)
}

fn compare(few: &Side<'_>, many: &Side<'_>, arguments: &Arguments) -> Result<Vec<String>, Failure> {
    println!(
        "\n{}, pages of {SIZE}: CPU per request with {} rows and with {}, median of the rounds",
        many.database.name, arguments.few, arguments.rows
    );
    println!("{:<26} {:>9} {:>9} {:>7} {:>15}", "", "few", "many", "ratio", "lowest–highest");
    let mut faults = Vec::new();
    for ((name, few_paths), (_, many_paths)) in few.lists()?.into_iter().zip(many.lists()?) {
        // Each side has its own key, so each has its own load; they take turns within a round.
        let drive = |side: &Side<'_>, paths: &[String], requests| {
            let load = Load { headers: &side.prepared.headers, connections: arguments.connections };
            load::drive(load, &[Target { address: side.server.address, paths }], requests)
        };
        let cost = |side: &Side<'_>, paths: &[String]| -> Result<f64, Failure> {
            let before = side.used()?;
            drive(side, paths, arguments.requests)?;
            #[expect(clippy::cast_precision_loss, reason = "nobody asks for 2^53 requests")]
            let requests = arguments.requests as f64;
            Ok((side.used()? - before) * 1e6 / requests)
        };
        drive(few, &few_paths, few_paths.len() * 2)?;
        drive(many, &many_paths, many_paths.len() * 2)?;
        let (mut small, mut large) = (Vec::new(), Vec::new());
        for _ in 0..arguments.rounds {
            small.push(cost(few, &few_paths)?);
            large.push(cost(many, &many_paths)?);
        }
        let ratios: Vec<f64> = large.iter().zip(&small).map(|(large, small)| large / small).collect();
        let spread = range(&ratios, 2);
        let ratio = median(ratios);
        println!(
            "{name:<26} {:>6.1} µs {:>6.1} µs {ratio:>7.2} {:>15}",
            median(small),
            median(large),
            spread
        );
        if ratio > LIMIT {
            faults.push(format!("{}, {name}: ratio {ratio:.2}, the limit is {LIMIT}", many.database.name));
        }
    }
    Ok(faults)
}
