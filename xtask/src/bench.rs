//! `cargo xtask bench`: what the program costs, in server CPU and instructions, beside a bare handler.
//!
//! The measuring itself is behind the feature `bench`, in release mode: it needs the store, to seed a database, and a
//! bare server that is built like the real one. The daily checks should not have to build either.

#[cfg(feature = "bench")]
mod measure;

use std::{ffi::OsString, path::Path};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// What to measure, and how.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<OsString>,
}

#[cfg(feature = "bench")]
pub(crate) fn run(root: &Path, arguments: Arguments) -> Vec<String> {
    measure::run(root, arguments.arguments)
}

/// Builds the program and this one, both as they are shipped, and hands over.
#[cfg(not(feature = "bench"))]
pub(crate) fn run(root: &Path, arguments: Arguments) -> Vec<String> {
    let cargo = |arguments: Vec<OsString>| {
        let status = std::process::Command::new(env!("CARGO")).current_dir(root).args(arguments).status();
        match status {
            Ok(status) if status.success() => Vec::new(),
            Ok(_) => vec!["cargo failed, or a limit is exceeded; see above".to_owned()],
            Err(error) => vec![format!("cannot run cargo: {error}")],
        }
    };
    let words = |text: &str| text.split(' ').map(OsString::from).collect::<Vec<_>>();
    let faults = cargo(words("build --release --package sahod-server"));
    if !faults.is_empty() {
        return faults;
    }
    let mut command = words("run --quiet --release --package xtask --features bench -- bench");
    command.extend(arguments.arguments);
    cargo(command)
}
