//! The commands.

mod backup;
mod client;
mod clock;
mod dev;
mod event_log;
mod keys;
mod listen;
mod replay;
mod sandbox;
mod serve;
mod show_config;
mod suite;
mod tenants;
mod trigger;

use clap::Subcommand;

use crate::{config::ConfigFile, failure::Failure};

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Starts everything for development: a sandbox tenant, a demo page, data under ./var.
    Dev(dev::Arguments),
    /// Starts a sandbox for tests, which leaves nothing behind and ends with whoever started it.
    Sandbox(sandbox::Arguments),
    /// Serves a session again that `sahod sandbox --record` recorded.
    Replay(replay::Arguments),
    /// Serves, as the config says.
    Serve(ConfigFile),
    /// Prints the events of a running server as they happen, and forwards them to a server on this machine.
    Listen(listen::Arguments),
    /// Has an event happen in a sandbox, by doing what causes it.
    Trigger(trigger::Arguments),
    /// Moves the time in a sandbox ahead.
    #[command(subcommand)]
    Clock(clock::Command),
    /// Makes and revokes API keys.
    #[command(subcommand)]
    Keys(keys::Command),
    /// Changes what is set for a tenant.
    #[command(subcommand)]
    Tenants(tenants::Command),
    /// Copies the data or the keyring while the server runs, where they are on SQLite.
    #[command(subcommand)]
    Backup(backup::Command),
    /// Looks at the config.
    #[command(subcommand)]
    Config(show_config::Command),
}

impl Command {
    pub(crate) async fn run(self) -> Result<(), Failure> {
        match self {
            Self::Dev(arguments) => dev::run(arguments).await,
            Self::Sandbox(arguments) => sandbox::run(arguments).await,
            Self::Replay(arguments) => replay::run(arguments).await,
            Self::Serve(file) => serve::run(file).await,
            Self::Listen(arguments) => listen::run(arguments).await,
            Self::Trigger(arguments) => trigger::run(arguments).await,
            Self::Clock(command) => clock::run(command).await,
            Self::Keys(command) => keys::run(command).await,
            Self::Tenants(command) => tenants::run(command).await,
            Self::Backup(command) => backup::run(command).await,
            Self::Config(command) => show_config::run(&command),
        }
    }
}
