//! The argument that says where the config is.

use std::path::{Path, PathBuf};

use clap::Args;

use super::{Config, ConfigError};

/// Where the config is.
#[derive(Debug, Args)]
pub(crate) struct ConfigFile {
    /// The config file. Every key can also be set by an environment variable: `SAHOD_SERVER__LISTEN` for
    /// `listen` in `[server]`.
    #[arg(long, value_name = "FILE", default_value = "sahod.toml")]
    config: PathBuf,
}

impl ConfigFile {
    pub(crate) fn path(&self) -> &Path {
        &self.config
    }

    pub(crate) fn load(&self) -> Result<Config, ConfigError> {
        Config::load(&self.config)
    }
}
