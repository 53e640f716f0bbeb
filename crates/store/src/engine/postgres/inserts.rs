//! Inserting rows in PostgreSQL: those of one statement at once, and everything in as few flights as can be.

use deadpool_postgres::Object;
use tokio_postgres::Statement;

use super::{
    super::{Batch, Params, Row, Sql, Value, batch::numbered_rows, dialect},
    connections::Connections,
    errors::postgres_error,
    flight::Flight,
    statements::{execute, prepare, query},
};
use crate::error::StoreError;

/// How many rows one statement inserts at most.
const ROWS: usize = 1_024;

/// As [`execute`]; a statement that inserts one row inserts them all at once.
pub(super) async fn execute_all(client: &Object, sql: Sql, sets: &[Params]) -> Result<u64, StoreError> {
    let one = prepare(client, sql).await?;
    if sets.len() < 2 {
        return execute(client, &one, sets).await;
    }
    let Some(text) = dialect::insert_many(sql, one.params()) else {
        return execute(client, &one, sets).await;
    };
    let many = client.prepare_cached(&text).await.map_err(|error| postgres_error(&error))?;
    let mut changed = 0;
    for chunk in sets.chunks(ROWS) {
        let rows = client.execute_raw(&many, columns(chunk.iter())).await;
        changed += rows.map_err(|error| postgres_error(&error))?;
    }
    Ok(changed)
}

/// The values of rows, column by column: one parameter of a statement that inserts many.
fn columns<'a>(rows: impl ExactSizeIterator<Item = &'a Params>) -> Vec<Vec<&'a Value>> {
    let count = rows.len();
    let mut columns: Vec<Vec<&Value>> = Vec::new();
    for row in rows {
        columns.resize_with(row.len(), || Vec::with_capacity(count));
        columns.iter_mut().zip(row).for_each(|(column, value)| column.push(value));
    }
    columns
}

/// Commits batches in one transaction.
pub(super) async fn commit_batches(connections: &Connections, batches: &[Batch]) -> Result<(), StoreError> {
    let mut client = Some(connections.get().await?);
    let mut open = false;
    let write = async |client: &Object| {
        let mut tx = Inserts::new(client, false);
        let written = tx.write(batches, true).await;
        open = tx.open;
        written
    };
    let written = connections.answer(&mut client, write).await;
    // What failed before its COMMIT was sent is open still.
    if let (true, true, Some(client)) = (written.is_err(), open, client) {
        connections.roll_back(client).await;
    }
    written
}

/// Writes rows of batches on a connection.
pub(super) struct Inserts<'a> {
    client: &'a Object,
    /// A transaction has begun, and its end was not sent yet.
    open: bool,
}

impl<'a> Inserts<'a> {
    /// `open`: in a transaction that has begun.
    pub(super) const fn new(client: &'a Object, open: bool) -> Self {
        Self { client, open }
    }

    /// Inserts rows; those of one statement at once, in the order of the batches. With `commit`, in a transaction of their own
    /// or as the end of the one that is open.
    pub(super) async fn write(&mut self, batches: &[Batch], commit: bool) -> Result<(), StoreError> {
        let client = self.client;
        let mut of_statements: Vec<(Sql, Vec<&Params>)> = Vec::new();
        for (sql, row) in batches.iter().flat_map(Batch::rows) {
            match of_statements.iter_mut().find(|(known, _)| known == sql) {
                Some((_, rows)) => rows.push(row),
                None => of_statements.push((*sql, vec![row])),
            }
        }
        let mut inserts = Vec::with_capacity(of_statements.len());
        for (sql, rows) in &of_statements {
            inserts.push(Insert::prepare(client, *sql, rows).await?);
        }
        let numbered: Vec<_> = batches.iter().filter_map(Batch::numbered).collect();
        let count: usize = numbered.iter().map(|numbered| numbered.rows.len()).sum();
        let next = match numbered.first() {
            Some(first) => Some((first, prepare(client, first.next).await?)),
            None => None,
        };
        // A statement outside a transaction is one of its own.
        let alone = commit && !self.open && next.is_none() && inserts.len() < 2;
        let failed = |error: tokio_postgres::Error| postgres_error(&error);

        let mut flight = Flight::default();
        if !self.open && !alone {
            self.open = true;
            flight.send(client.batch_execute("BEGIN")).await.map_err(failed)?;
        }
        for insert in inserts {
            flight.send(insert.run(client)).await.map_err(failed)?;
        }
        let Some((sequence, next)) = next else {
            if commit && !alone {
                flight.send(client.batch_execute("COMMIT")).await.map_err(failed)?;
                self.open = false;
            }
            return flight.land().await.map_err(failed);
        };
        // From here to the end of the transaction the sequence is locked.
        let by = i64::try_from(count).unwrap_or(i64::MAX);
        let moved = query(client, &next, &[by.into(), sequence.sequence.into()]).await;
        flight.land().await.map_err(failed)?;
        let last = moved?.first().map(|row| Row::Postgres(row).int(0)).transpose()?;
        let last = last.ok_or_else(|| StoreError::Corrupt("the sequence has no row".to_owned()))?;
        let rows = numbered_rows(numbered.iter().copied(), last - by + 1);
        let rows: Vec<_> = rows.iter().collect();
        let insert = Insert::prepare(client, sequence.insert, &rows).await?;
        let mut flight = Flight::default();
        flight.send(insert.run(client)).await.map_err(failed)?;
        if commit {
            flight.send(client.batch_execute("COMMIT")).await.map_err(failed)?;
            self.open = false;
        }
        flight.land().await.map_err(failed)
    }
}

/// A statement that inserts rows, ready to be sent.
struct Insert<'a> {
    statement: Statement,
    columns: Vec<Vec<&'a Value>>,
    row: Option<&'a Params>,
}

impl<'a> Insert<'a> {
    async fn prepare(client: &Object, sql: Sql, rows: &[&'a Params]) -> Result<Self, StoreError> {
        let one = prepare(client, sql).await?;
        if let [row] = rows {
            return Ok(Self { statement: one, columns: Vec::new(), row: Some(row) });
        }
        let text = dialect::insert_many(sql, one.params());
        let text = text.ok_or_else(|| StoreError::Internal("a batch of what inserts no rows".to_owned()))?;
        let statement = client.prepare_cached(&text).await.map_err(|error| postgres_error(&error))?;
        Ok(Self { statement, columns: columns(rows.iter().copied()), row: None })
    }

    async fn run(self, client: &Object) -> Result<(), tokio_postgres::Error> {
        let Self { statement, columns, row } = self;
        match row {
            Some(row) => client.execute_raw(&statement, row).await,
            None => client.execute_raw(&statement, columns).await,
        }
        .map(|_| ())
    }
}
