//! The two worlds of an installation, which never mix.

use serde::{Deserialize, Serialize};

/// Whether something belongs to test people or to real ones.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "UPPERCASE")]
pub enum Mode {
    /// Test people and test data only; nothing leaves the machine.
    Sandbox,
    /// Real people and real sources.
    Production,
}

impl Mode {
    /// Both modes, for loops over everything that exists.
    pub const ALL: [Self; 2] = [Self::Sandbox, Self::Production];

    /// The name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sandbox => "SANDBOX",
            Self::Production => "PRODUCTION",
        }
    }
}

impl std::fmt::Display for Mode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}
