//! SQLite: a thread that writes, and a few that read.

mod backup;
mod connection;
pub(super) mod errors;
mod queue;
mod reader;
mod statements;
mod writer;

use std::{
    fs::OpenOptions,
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
};

use rusqlite::{Connection, OpenFlags};

pub use self::backup::back_up;
pub(crate) use self::writer::SqliteTx;
use self::{
    connection::prepare_connection, errors::sqlite_error, reader::Readers, statements::fold, writer::Writer,
};
use super::{Params, Purpose, Row, Sql};
use crate::{error::StoreError, migrations};

/// A SQLite database: one thread that writes, a few that read.
pub(crate) struct Sqlite {
    // Dropped in this order: whoever closes last folds the write-ahead log into the file.
    readers: Readers,
    writer: Writer,
}

impl Sqlite {
    pub(crate) async fn open(path: &Path, purpose: Purpose) -> Result<Self, StoreError> {
        let path = path.to_owned();
        tokio::task::spawn_blocking(move || Self::open_blocking(&path, purpose))
            .await
            .map_err(|error| StoreError::Internal(error.to_string()))?
    }

    /// What keeps the file from being opened or made. Makes nothing but its folder.
    pub(crate) fn reach(path: &Path, purpose: Purpose) -> Result<(), StoreError> {
        let refused = |error: std::io::Error| unusable(path, purpose, &error);
        make_folder(path).map_err(refused)?;
        if path.exists() {
            OpenOptions::new().append(true).open(path).map_err(refused)?;
        }
        private(path, purpose)
    }

    fn open_blocking(path: &PathBuf, purpose: Purpose) -> Result<Self, StoreError> {
        create_private(path).map_err(|error| unusable(path, purpose, &error))?;
        private(path, purpose)?;
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut connection =
            Connection::open_with_flags(path, flags).map_err(|error| sqlite_error(&error))?;
        prepare_connection(&connection)?;
        let settings = match purpose {
            // 8 kB pages: rows of up to 2 kB stay in one piece in a clustered table.
            Purpose::Data => {
                "PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
                PRAGMA journal_size_limit = 67108864;"
            }
            // The last requests may be lost with the power, as those may that wait to be written.
            Purpose::Requests => {
                "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA journal_size_limit = 67108864;"
            }
            // No write-ahead log and no freed page may keep the bytes of a destroyed key.
            Purpose::Keyring => {
                "PRAGMA secure_delete = ON; PRAGMA journal_mode = TRUNCATE; PRAGMA synchronous = EXTRA;"
            }
        };
        connection.execute_batch(settings).map_err(|error| sqlite_error(&error))?;
        migrations::run_sqlite(&mut connection, purpose)?;
        let cores = std::thread::available_parallelism().map_or(4, std::num::NonZero::get);
        let readers = match purpose {
            // With one core the runtime has one thread, and everything would wait for a read on it.
            Purpose::Data => Readers::open(path, cores.clamp(2, 8), cores > 1)?,
            // The keyring's readers wait for its writer, as it has no write-ahead log; the log is seldom read.
            Purpose::Keyring | Purpose::Requests => Readers::open(path, 1, false)?,
        };
        Ok(Self { readers, writer: Writer::start(connection)? })
    }

    pub(super) async fn fold<A, F>(
        &self,
        sql: Sql,
        sets: Vec<Params>,
        init: A,
        each: F,
    ) -> Result<A, StoreError>
    where
        A: Send + 'static,
        F: FnMut(&mut A, Row<'_>) -> Result<(), StoreError> + Send + 'static,
    {
        self.readers.run(move |connection| fold(connection, sql, &sets, init, each)).await
    }

    pub(super) fn begin(&self) -> SqliteTx {
        self.writer.begin()
    }
}

fn unusable(path: &Path, purpose: Purpose, error: &std::io::Error) -> StoreError {
    StoreError::Refused(format!("{} ({}, {}): {error}", purpose.noun(), purpose.key(), path.display()))
}

/// Refuses a keyring that others than its owner can read, side files included: they hold keys for a while.
fn private(path: &Path, purpose: Purpose) -> Result<(), StoreError> {
    if purpose != Purpose::Keyring {
        return Ok(());
    }
    for ending in ["", "-journal", "-wal", "-shm"] {
        let mut file = path.as_os_str().to_owned();
        file.push(ending);
        sahod_vault::check_private(Path::new(&file)).map_err(|error| {
            StoreError::Refused(format!("{} ({}): {error}", purpose.noun(), purpose.key()))
        })?;
    }
    Ok(())
}

fn make_folder(path: &Path) -> std::io::Result<()> {
    match path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        Some(folder) => std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder),
        None => Ok(()),
    }
}

/// Makes the file, and its folder, for the owner's eyes only. SQLite gives its side files the same mode.
fn create_private(path: &Path) -> std::io::Result<()> {
    make_folder(path)?;
    OpenOptions::new().append(true).create(true).mode(0o600).open(path).map(|_| ())
}
