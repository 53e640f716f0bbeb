//! Settings of connections.

use std::time::Duration;

use rusqlite::{Connection, config::DbConfig};

use super::errors::sqlite_error;
use crate::error::StoreError;

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
