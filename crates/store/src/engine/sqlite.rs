//! SQLite: opening, settings, running statements.

use std::{
    fs::OpenOptions,
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
    time::Duration,
};

use rusqlite::{Connection, ErrorCode, OpenFlags, config::DbConfig, params_from_iter};

use super::{
    Batch, Params, Purpose, Row, Sql,
    batch::numbered_rows,
    reader::Readers,
    writer::{SqliteTx, Writer},
};
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

    fn open_blocking(path: &PathBuf, purpose: Purpose) -> Result<Self, StoreError> {
        create_private(path).map_err(|error| StoreError::Refused(format!("{}: {error}", path.display())))?;
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

/// Makes the file, and its folder, for the owner's eyes only. SQLite gives its side files the same mode.
fn create_private(path: &Path) -> std::io::Result<()> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    }
    OpenOptions::new().append(true).create(true).mode(0o600).open(path).map(|_| ())
}

/// Settings that every connection needs.
pub(super) fn prepare_connection(connection: &Connection) -> Result<(), StoreError> {
    connection.set_prepared_statement_cache_capacity(128);
    connection
        // Plans must not depend on bound values: else SQLite prepares a statement anew for each new `LIMIT` (15 µs).
        .set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)
        .and_then(|_| connection.busy_timeout(Duration::from_secs(5)))
        .and_then(|()| {
            connection.execute_batch(
                "PRAGMA cache_size = -32768; PRAGMA mmap_size = 1099511627776; PRAGMA temp_store = MEMORY;
                 PRAGMA trusted_schema = OFF;",
            )
        })
        .map_err(|error| sqlite_error(&error))
}

pub(super) fn fold<A>(
    connection: &Connection,
    sql: Sql,
    sets: &[Params],
    mut acc: A,
    mut each: impl FnMut(&mut A, Row<'_>) -> Result<(), StoreError>,
) -> Result<A, StoreError> {
    let mut statement = connection.prepare_cached(sql.text()).map_err(|error| sqlite_error(&error))?;
    for params in sets {
        let mut rows = statement.query(params_from_iter(params)).map_err(|error| sqlite_error(&error))?;
        while let Some(row) = rows.next().map_err(|error| sqlite_error(&error))? {
            each(&mut acc, Row::Sqlite(row))?;
        }
    }
    Ok(acc)
}

pub(super) fn execute(connection: &Connection, sql: Sql, sets: &[Params]) -> Result<u64, StoreError> {
    let mut statement = connection.prepare_cached(sql.text()).map_err(|error| sqlite_error(&error))?;
    let mut changed = 0;
    for params in sets {
        let rows = statement.execute(params_from_iter(params)).map_err(|error| sqlite_error(&error))?;
        changed += rows as u64;
    }
    Ok(changed)
}

pub(super) fn insert(connection: &Connection, batch: &Batch) -> Result<(), StoreError> {
    for (sql, row) in batch.rows() {
        execute(connection, *sql, std::slice::from_ref(row))?;
    }
    let Some(numbered) = batch.numbered() else { return Ok(()) };
    let by = i64::try_from(numbered.rows.len()).unwrap_or(i64::MAX);
    let params = [super::params![by, numbered.sequence]];
    let last = fold(connection, numbered.next, &params, None, super::keeping_first(|row| row.int(0)))?;
    let last = last.ok_or_else(|| StoreError::Corrupt("the sequence has no row".to_owned()))?;
    let rows = numbered_rows(std::iter::once(numbered), last - by + 1);
    execute(connection, numbered.insert, &rows).map(|_| ())
}

/// What a fault of SQLite means here.
pub(crate) fn sqlite_error(error: &rusqlite::Error) -> StoreError {
    use rusqlite::ffi::{SQLITE_CONSTRAINT_PRIMARYKEY, SQLITE_CONSTRAINT_UNIQUE};

    let text = error.to_string();
    let rusqlite::Error::SqliteFailure(code, _) = error else {
        return StoreError::Internal(text);
    };
    match code.code {
        ErrorCode::ConstraintViolation
            if [SQLITE_CONSTRAINT_PRIMARYKEY, SQLITE_CONSTRAINT_UNIQUE].contains(&code.extended_code) =>
        {
            StoreError::Conflict(text)
        }
        ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => StoreError::Corrupt(text),
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => StoreError::Retry(text),
        ErrorCode::DiskFull
        | ErrorCode::SystemIoFailure
        | ErrorCode::CannotOpen
        | ErrorCode::ReadOnly
        | ErrorCode::OutOfMemory
        | ErrorCode::PermissionDenied
        | ErrorCode::FileLockingProtocolFailed => StoreError::Unavailable(text),
        _ => StoreError::Internal(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rusqlite::StatementStatus;

    #[test]
    fn no_statement_is_prepared_anew_for_new_values() {
        let connection = Connection::open_in_memory().unwrap();
        prepare_connection(&connection).unwrap();
        connection.execute_batch("CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT)").unwrap();
        let mut statement = connection.prepare("SELECT b FROM t WHERE a >= $1 LIMIT $2").unwrap();
        for limit in 0..5 {
            statement.query_map((0, limit), |row| row.get::<_, String>(0)).unwrap().for_each(drop);
        }
        assert_eq!(statement.get_status(StatementStatus::RePrepare), 0);
    }
}
