//! Copying a database that may be in use.

use std::{fs::OpenOptions, os::unix::fs::OpenOptionsExt as _, path::Path};

use rusqlite::{Connection, OpenFlags};

use super::errors::sqlite_error;
use crate::error::StoreError;

/// Copies a database, as it is at one moment, to a file that is not there yet. Others can go on reading and writing.
pub async fn back_up(from: &Path, to: &Path) -> Result<(), StoreError> {
    let (from, to) = (from.to_owned(), to.to_owned());
    tokio::task::spawn_blocking(move || copy(&from, &to))
        .await
        .map_err(|error| StoreError::Internal(error.to_string()))?
}

fn copy(from: &Path, to: &Path) -> Result<(), StoreError> {
    let refused = |path: &Path, error: &dyn std::fmt::Display| {
        StoreError::Refused(format!("{}: {error}", path.display()))
    };
    // Read and write, as reading a write-ahead log may take making its index. It is not made when it is not there.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(from, flags).map_err(|error| refused(from, &error))?;
    connection.busy_timeout(std::time::Duration::from_secs(30)).map_err(|error| sqlite_error(&error))?;
    let name = to.to_str().ok_or_else(|| refused(to, &"the name is no text"))?;
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(to);
    file.map_err(|error| refused(to, &error))?;
    // SQLite takes an empty file for one that is not there.
    let copied = connection.execute("VACUUM INTO ?1", [name]);
    if let Err(error) = &copied {
        let _ = std::fs::remove_file(to);
        return Err(refused(to, error));
    }
    let synced = std::fs::File::open(to).and_then(|file| file.sync_all());
    synced.map_err(|error| refused(to, &error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_copy_has_what_is_in_the_log_and_replaces_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let (from, to) = (folder.path().join("data.db"), folder.path().join("it's a copy.db"));
        let writer = Connection::open(&from).unwrap();
        writer
            .execute_batch(
                "PRAGMA journal_mode = WAL; CREATE TABLE t (a INTEGER); INSERT INTO t VALUES (1), (2)",
            )
            .unwrap();
        back_up(&from, &to).await.unwrap();
        writer.execute_batch("INSERT INTO t VALUES (3)").unwrap();
        let count = |connection: &Connection| {
            connection.query_row("SELECT count(*) FROM t", [], |row| row.get::<_, i64>(0)).unwrap()
        };
        assert_eq!((count(&writer), count(&Connection::open(&to).unwrap())), (3, 2));
        sahod_vault::check_private(&to).unwrap();
        assert!(back_up(&from, &to).await.is_err(), "what is there stays");
        assert!(back_up(&folder.path().join("nothing.db"), &folder.path().join("other.db")).await.is_err());
        assert!(!folder.path().join("other.db").exists());
    }
}
