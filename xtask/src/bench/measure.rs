//! The measurements.

mod answer;
mod bare;
mod callgrind;
mod cases;
mod database;
mod depth;
mod failure;
mod files;
mod list;
mod load;
mod prepare;
mod process;
mod report;
mod seed;
mod soak;
mod start;
mod statistics;
mod webhooks;
mod writes;

use std::{ffi::OsString, path::Path};

use clap::Parser;

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
    /// Memory under mixed load for a long time.
    Soak(soak::Arguments),
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
        Command::Soak(arguments) => soak::run(root, &arguments),
        Command::Writes(arguments) => writes::run(root, &arguments),
        Command::WebhooksReceiver(arguments) => webhooks::receiver::run(&arguments).map(|()| Vec::new()),
        Command::Bare(arguments) => bare::run(&arguments).map(|()| Vec::new()),
    };
    result.unwrap_or_else(|error| vec![error.to_string()])
}
