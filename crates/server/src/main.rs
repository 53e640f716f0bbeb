//! The binary `sahod`: reads the config, wires the rooms together, and runs them.

mod certificate;
mod command;
mod config;
mod failure;
mod limits;
mod listen;
mod open;
mod preflight;
mod run;
mod scratch;
mod stop;
mod tls;
mod urls;

use std::process::ExitCode;

use clap::Parser;
use mimalloc::MiMalloc;
use zeroizing_alloc::ZeroAlloc;

use crate::{command::Command, config::ConfigError};

/// What the process ends with when the config cannot be used: starting it again does not help (`EX_CONFIG` of `sysexits.h`).
const FAULTY_CONFIG: u8 = 78;

/// Lists are built in buffers of tens of kilobytes that live for one request, and what is freed is wiped: names and figures must
/// not stay in memory that nobody owns; see `docs/adr/0011`.
#[global_allocator]
static ALLOCATOR: ZeroAlloc<MiMalloc> = ZeroAlloc(MiMalloc);

/// Sahod: workers share employment and income data, with consent, with the organisations that ask for it.
#[derive(Debug, Parser)]
#[command(name = "sahod", version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&error),
    };
    match runtime.block_on(arguments.command.run()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(error.as_ref()),
    }
}

#[expect(clippy::print_stderr, reason = "the person at the terminal is told why the command failed")]
fn fail(error: &(dyn std::error::Error + 'static)) -> ExitCode {
    eprintln!("sahod: {error}");
    if error.is::<ConfigError>() { ExitCode::from(FAULTY_CONFIG) } else { ExitCode::FAILURE }
}
