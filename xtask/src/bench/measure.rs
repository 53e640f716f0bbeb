//! The measurements.

mod answer;
mod bare;
mod callgrind;
mod database;
mod depth;
mod list;
mod load;
mod prepare;
mod process;
mod report;
mod seed;
mod start;
mod webhooks;
mod writes;

use std::{
    error::Error,
    ffi::OsString,
    path::{Path, PathBuf},
};

use clap::Parser;

/// What a measurement ends with when it cannot be made.
type Failure = Box<dyn Error + Send + Sync>;

#[derive(Parser)]
#[command(name = "cargo xtask bench", about = "What the program costs. Runs in release mode; takes minutes.")]
enum Command {
    /// Server CPU per request of lists over many rows, against a bare axum handler that returns the same bytes.
    List(list::Arguments),
    /// Pages of lists over very many rows, the first and the last, beside the same over few.
    Depth(depth::Arguments),
    /// From start to ready, memory when idle, size.
    Start(start::Arguments),
    /// Events brought to webhooks, beside a loop that posts the same bodies.
    Webhooks(webhooks::Arguments),
    /// Calls that write, up to the receipt of their events.
    Writes(writes::Arguments),
    /// The receiver of webhooks.
    #[command(hide = true)]
    WebhooksReceiver(webhooks::receiver::Arguments),
    /// The bare handler.
    #[command(hide = true)]
    Bare(bare::Arguments),
}

pub(super) fn run(root: &Path, arguments: Vec<OsString>) -> Vec<String> {
    if cfg!(debug_assertions) {
        return vec!["measure in release mode, by `cargo xtask bench`".to_owned()];
    }
    let name = OsString::from("bench");
    let command = Command::parse_from(std::iter::once(name).chain(arguments));
    let result = match command {
        Command::List(arguments) => list::run(root, &arguments),
        Command::Depth(arguments) => depth::run(root, &arguments),
        Command::Start(arguments) => start::run(root, &arguments),
        Command::Webhooks(arguments) => webhooks::run(root, &arguments),
        Command::Writes(arguments) => writes::run(root, &arguments),
        Command::WebhooksReceiver(arguments) => webhooks::receiver::run(&arguments).map(|()| Vec::new()),
        Command::Bare(arguments) => bare::run(&arguments).map(|()| Vec::new()),
    };
    result.unwrap_or_else(|error| vec![error.to_string()])
}

/// The program, built beside this one.
fn program() -> Result<PathBuf, Failure> {
    let program = std::env::current_exe()?.with_file_name("sahod");
    if program.exists() { Ok(program) } else { Err(format!("{}: not built", program.display()).into()) }
}

/// A new folder for one measurement, below `target`; gone when dropped.
fn scratch(root: &Path) -> Result<tempfile::TempDir, Failure> {
    let parent = root.join("target/tmp");
    std::fs::create_dir_all(&parent)?;
    Ok(tempfile::Builder::new().prefix("bench-").tempdir_in(parent)?)
}

/// The middle one.
fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
