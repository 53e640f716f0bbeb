//! The argument that says where the config is.

use std::path::{Path, PathBuf};

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
    /// Everything that is said in the file and in the environment. That neither is there is a fault: a command in the wrong folder
    /// would begin another installation, and nobody would see why it is empty.
    pub(crate) fn layers(&self) -> Result<Layers, ConfigError> {
        let usual = Path::new(USUAL);
        let layers = Layers::over(&Config::default());
        let layers = match &self.config {
            Some(file) => layers.file(file, true),
            None => layers.file(usual, false),
        };
        let layers = layers.environment();
        if self.config.is_some() || usual.exists() { Ok(layers) } else { layers.that_say_something() }
    }

    /// The config, if it can be used.
    pub(crate) fn load(&self) -> Result<Config, ConfigError> {
        self.layers()?.config()
    }
}
