//! Running statements on a connection.

use deadpool_postgres::Object;
use futures_util::{TryStreamExt as _, future};
use tokio_postgres::Statement;

use super::{
    super::{Params, Row, Sql, Value},
    errors::postgres_error,
};
use crate::error::StoreError;

/// How many runs of one statement are under way at once on one connection.
const PIPELINE: usize = 128;

pub(super) async fn prepare(client: &Object, sql: Sql) -> Result<Statement, StoreError> {
    client.prepare_cached(sql.text()).await.map_err(|error| postgres_error(&error))
}

pub(super) async fn fold<A, F>(
    client: &Object,
    statement: &Statement,
    sets: &[Params],
    mut acc: A,
    mut each: F,
) -> Result<A, StoreError>
where
    F: FnMut(&mut A, Row<'_>) -> Result<(), StoreError>,
{
    if let [params] = sets {
        let rows = client.query_raw(statement, params).await.map_err(|error| postgres_error(&error))?;
        let mut rows = std::pin::pin!(rows);
        while let Some(row) = rows.try_next().await.map_err(|error| postgres_error(&error))? {
            each(&mut acc, Row::Postgres(&row))?;
        }
        return Ok(acc);
    }
    for chunk in sets.chunks(PIPELINE) {
        let answers: Vec<_> = chunk.iter().map(|params| query(client, statement, params)).collect();
        for rows in future::try_join_all(answers).await? {
            for row in &rows {
                each(&mut acc, Row::Postgres(row))?;
            }
        }
    }
    Ok(acc)
}

pub(super) async fn query(
    client: &Object,
    statement: &Statement,
    params: &[Value],
) -> Result<Vec<tokio_postgres::Row>, StoreError> {
    let rows = client.query_raw(statement, params).await.map_err(|error| postgres_error(&error))?;
    rows.try_collect().await.map_err(|error| postgres_error(&error))
}

pub(super) async fn execute(
    client: &Object,
    statement: &Statement,
    sets: &[Params],
) -> Result<u64, StoreError> {
    let mut changed = 0;
    for chunk in sets.chunks(PIPELINE) {
        let runs: Vec<_> = chunk.iter().map(|params| client.execute_raw(statement, params)).collect();
        let rows = future::try_join_all(runs).await.map_err(|error| postgres_error(&error))?;
        changed += rows.into_iter().sum::<u64>();
    }
    Ok(changed)
}
