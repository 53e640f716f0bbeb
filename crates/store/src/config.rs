//! Where the store keeps things.

use std::{
    fmt,
    path::{Path, PathBuf},
    str::FromStr,
};

use secrecy::SecretString;

use crate::{
    engine::{Postgres, Purpose},
    error::StoreError,
};

/// A database, as an operator names it: `sqlite:PATH`, `postgres://…` or `postgresql://…`.
#[derive(Clone)]
pub enum DatabaseUrl {
    /// A file.
    Sqlite(PathBuf),
    /// A server; the URL may hold a password.
    Postgres(SecretString),
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite:{}", path.display()),
            Self::Postgres(_) => f.write_str("postgres://[hidden]"),
        }
    }
}

impl DatabaseUrl {
    /// Where the requests log of this data is kept: in a file beside it, or in the same database.
    pub(crate) fn of_requests(&self) -> Self {
        match self {
            Self::Sqlite(path) => Self::Sqlite(path.with_extension("requests.db")),
            Self::Postgres(url) => Self::Postgres(url.clone()),
        }
    }
}

impl StoreConfig {
    /// Refuses a keyring in the data's own file or database, where it would be in every backup of the data.
    pub(crate) async fn keeps_keys_apart(&self) -> Result<(), StoreError> {
        let together = match (&self.database, &self.keyring) {
            (DatabaseUrl::Sqlite(data), DatabaseUrl::Sqlite(keyring)) => {
                let same = |left: &Path, right: &Path| left.canonicalize().ok() == right.canonicalize().ok();
                data == keyring || (data.exists() && keyring.exists() && same(data, keyring))
            }
            (DatabaseUrl::Postgres(data), DatabaseUrl::Postgres(keyring)) => {
                let data = Postgres::reach(data, Purpose::Data).await?.place().await?;
                data == Postgres::reach(keyring, Purpose::Keyring).await?.place().await?
            }
            _ => false,
        };
        if together {
            return Err(StoreError::Refused(
                "storage.keyring_url names the database of the data: there the keys would be in every backup of what they \
                 seal. Give the keyring a file or database of its own"
                    .to_owned(),
            ));
        }
        Ok(())
    }
}

/// Why a text names no database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a database is named `sqlite:PATH`, `postgres://…` or `postgresql://…`")]
pub struct DatabaseUrlError;

impl FromStr for DatabaseUrl {
    type Err = DatabaseUrlError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Some(path) = text.strip_prefix("sqlite:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            return if path.is_empty() { Err(DatabaseUrlError) } else { Ok(Self::Sqlite(path.into())) };
        }
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(Self::Postgres(text.into()));
        }
        Err(DatabaseUrlError)
    }
}

/// Where the store keeps things.
#[derive(Clone, Debug)]
pub struct StoreConfig {
    /// The data. The requests log of SQLite has a file beside it: `sahod.requests.db` for `sahod.db`.
    pub database: DatabaseUrl,
    /// The wrapped data keys, apart from the data and from its backups: another file or database. Within PostgreSQL they live
    /// in the schema `keyring`.
    pub keyring: DatabaseUrl,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_databases_are_read_and_never_show_a_password() {
        let sqlite: DatabaseUrl = "sqlite:var/sahod.db".parse().unwrap();
        assert_eq!(format!("{sqlite:?}"), "sqlite:var/sahod.db");
        assert_eq!(format!("{:?}", "sqlite:///a/b.db".parse::<DatabaseUrl>().unwrap()), "sqlite:/a/b.db");
        let postgres: DatabaseUrl = "postgres://me:secret@host/db".parse().unwrap();
        assert_eq!(format!("{postgres:?}"), "postgres://[hidden]");
        for wrong in ["", "sqlite:", "mysql://x", "var/sahod.db"] {
            assert!(wrong.parse::<DatabaseUrl>().is_err(), "{wrong}");
        }
    }
}
