//! What the project checks about itself, beyond what compilers see: `cargo xtask check`, `cargo xtask documents`,
//! `cargo xtask sizes`, `cargo xtask bench`.
//!
//! Nothing here is part of the product, and nothing in the product may depend on it.

mod bench;
mod check;
mod documents;
mod sizes;

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::Parser;

#[derive(Parser)]
#[command(about)]
enum Command {
    /// Hold rooms, domains, circles, names, file lengths, leftovers and documentation links against the rules.
    Check,
    /// Write the descriptions of APIs that others are generated from.
    Documents(documents::Arguments),
    /// Hold the release binary against its budget.
    Sizes,
    /// Measure what the program costs: `cargo xtask bench --help`.
    #[command(disable_help_flag = true)]
    Bench(bench::Arguments),
}

fn main() -> ExitCode {
    let root = root();
    let faults = match Command::parse() {
        Command::Check => check::run(&root),
        Command::Documents(arguments) => documents::run(&root, &arguments),
        Command::Sizes => sizes::run(&root),
        Command::Bench(arguments) => bench::run(&root, arguments),
    };
    for fault in &faults {
        eprintln!("{fault}");
    }
    if faults.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The folder of the workspace: of the one that cargo runs this for, else of the one that it was built in.
fn root() -> PathBuf {
    let manifest =
        std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    let manifest = Path::new(&manifest);
    manifest.parent().unwrap_or(manifest).to_path_buf()
}
