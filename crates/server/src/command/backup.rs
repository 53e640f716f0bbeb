//! `sahod backup`: a copy of a SQLite database while the server runs.

use std::path::PathBuf;

use sahod_store::{DatabaseUrl, back_up};

use crate::{config::ConfigFile, failure::Failure, open::store_config};

#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// Copies the data, sealed as it is.
    Data(Arguments),
    /// Copies the keyring. Keep it apart from the data, and only for days: what is revoked since can be opened with it.
    Keyring(Arguments),
}

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    config: ConfigFile,
    /// The file to make; there must be none of that name.
    #[arg(long, value_name = "FILE")]
    to: PathBuf,
}

pub(super) async fn run(command: Command) -> Result<(), Failure> {
    let (arguments, keyring) = match command {
        Command::Data(arguments) => (arguments, false),
        Command::Keyring(arguments) => (arguments, true),
    };
    let config = store_config(&arguments.config.load()?)?;
    match if keyring { config.keyring } else { config.database } {
        DatabaseUrl::Sqlite(file) => Ok(back_up(&file, &arguments.to).await?),
        DatabaseUrl::Postgres(_) => Err("it is on PostgreSQL: use pg_dump".into()),
    }
}
