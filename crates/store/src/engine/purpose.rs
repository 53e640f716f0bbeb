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
}
