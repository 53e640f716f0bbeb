//! Running statements on a connection.

use rusqlite::{Connection, params_from_iter};

use super::{
    super::{Batch, Params, Row, Sql, batch::numbered_rows, keeping_first, params},
    errors::sqlite_error,
};
use crate::error::StoreError;

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
    let params = [params![by, numbered.sequence]];
    let last = fold(connection, numbered.next, &params, None, keeping_first(|row| row.int(0)))?;
    let last = last.ok_or_else(|| StoreError::Corrupt("the sequence has no row".to_owned()))?;
    let rows = numbered_rows(std::iter::once(numbered), last - by + 1);
    execute(connection, numbered.insert, &rows).map(|_| ())
}
