//! What every server for test suites has in common: a line that says ready, and an end with whoever started it.

use std::net::TcpListener;

use serde::Serialize;

use crate::{failure::Failure, listen, stop::Parent};

#[derive(Debug, clap::Args)]
pub(super) struct SuiteArguments {
    /// Port on 127.0.0.1; 0 for a free one.
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// Goes on when whoever started it ends or closes its standard input; SIGTERM and SIGINT end it.
    #[arg(long)]
    keep: bool,
    /// What to log on standard error, such as `info`.
    #[arg(long, value_name = "FILTER", default_value = "warn")]
    pub(super) log: String,
}

impl SuiteArguments {
    /// Whoever started it, unless it is to go on without them.
    pub(super) fn parent(&self) -> Result<Option<Parent>, Failure> {
        Ok(if self.keep { None } else { Some(Parent::watch()?) })
    }

    pub(super) fn listen(&self) -> Result<TcpListener, Failure> {
        listen::bind(&format!("127.0.0.1:{}", self.port))
    }
}

/// Prints the one line that says ready.
#[expect(clippy::print_stdout, reason = "whoever started it reads this line")]
pub(super) fn print(ready: &impl Serialize) -> Result<(), Failure> {
    println!("{}", serde_json::to_string(ready)?);
    Ok(())
}
