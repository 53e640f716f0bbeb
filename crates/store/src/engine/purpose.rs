//! What the databases of an installation are for.

/// What a database is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    Data,
    /// Opened so that deleted bytes do not linger.
    Keyring,
    /// The requests log. It is written all the time; in the data's own file each write would make every reader of the data look up
    /// its pages anew.
    Requests,
}

impl Purpose {
    /// The schema within PostgreSQL that is its own, so that one database can serve for all.
    pub(crate) const fn schema(self) -> Option<&'static str> {
        match self {
            Self::Data => None,
            Self::Keyring => Some("keyring"),
            Self::Requests => Some("requests_log"),
        }
    }

    /// What it is called where something is wrong with it.
    pub(crate) const fn noun(self) -> &'static str {
        match self {
            Self::Data => "the data",
            Self::Keyring => "the keyring",
            Self::Requests => "the requests log",
        }
    }

    /// The key of the config that says where it is.
    pub(crate) const fn key(self) -> &'static str {
        match self {
            Self::Data | Self::Requests => "storage.database_url",
            Self::Keyring => "storage.keyring_url",
        }
    }

    /// How many connections to PostgreSQL one process has at most.
    pub(crate) const fn connections(self) -> usize {
        match self {
            Self::Data => 16,
            Self::Keyring | Self::Requests => 4,
        }
    }
}
