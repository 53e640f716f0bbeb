//! The argument that says where the config is.

use std::path::PathBuf;

use clap::Args;

use super::{Config, ConfigError, Layers};

/// The file that is read when none is named, if it is there.
const USUAL: &str = "sahod.toml";

/// Where the config is.
#[derive(Debug, Args)]
pub(crate) struct ConfigFile {
    /// The config file; without it `sahod.toml` is read, if there is one. Every key can also be set by an environment variable:
    /// `SAHOD_SERVER__LISTEN` for `listen` in `[server]`.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

impl ConfigFile {
    /// Everything that is said in the file and in the environment.
    pub(crate) fn layers(&self) -> Layers {
        let layers = Layers::over(&Config::default());
        match &self.config {
            Some(file) => layers.file(file, true),
            None => layers.file(USUAL.as_ref(), false),
        }
        .environment()
    }

    /// The config, if it can be used.
    pub(crate) fn load(&self) -> Result<Config, ConfigError> {
        self.layers().config()
    }
}
