//! Schema versions, applied when a database is opened.
//!
//! Each file in `migrations/` takes the schema one version further, in one transaction, and is never edited once released.

use deadpool_postgres::Object;
use rusqlite::{Connection, TransactionBehavior};
use tokio_postgres::error::SqlState;

use crate::{
    engine::{
        Purpose,
        dialect::postgres_ddl,
        errors::{postgres_error, sqlite_error},
    },
    error::StoreError,
};

const DATA: &[&str] = &[
    include_str!("migrations/0001_data.sql"),
    include_str!("migrations/0002_api_key_rights.sql"),
    include_str!("migrations/0003_lost_jobs.sql"),
    include_str!("migrations/0004_erased_users.sql"),
    include_str!("migrations/0005_installation.sql"),
    include_str!("migrations/0006_link_attempts.sql"),
];
const KEYRING: &[&str] =
    &[include_str!("migrations/0001_keyring.sql"), include_str!("migrations/0002_keyring.sql")];
const REQUESTS: &[&str] = &[include_str!("migrations/0001_requests.sql")];

const CREATE_VERSION: &str = "CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL)";
const GET_VERSION: &str = "SELECT coalesce(max(version), 0) FROM schema_version";
const CLEAR_VERSION: &str = "DELETE FROM schema_version";
/// One number for all nodes that start at once.
const LOCK: &str = "SELECT pg_advisory_xact_lock(7253001)";

const fn all(purpose: Purpose) -> &'static [&'static str] {
    match purpose {
        Purpose::Data => DATA,
        Purpose::Keyring => KEYRING,
        Purpose::Requests => REQUESTS,
    }
}

/// Tells one set of migrations from another.
#[cfg(any(test, feature = "testing"))]
pub(crate) fn hash(hasher: &mut impl std::hash::Hasher) {
    std::hash::Hash::hash(&[DATA, KEYRING, REQUESTS], hasher);
}

/// The migrations that are yet to be applied, and the version that they lead to.
fn pending(purpose: Purpose, version: i64) -> Result<(&'static [&'static str], usize), StoreError> {
    let all = all(purpose);
    let done = usize::try_from(version).unwrap_or(usize::MAX);
    let pending = all.get(done..).ok_or_else(|| {
        StoreError::Refused(format!(
            "the database's schema is of version {version}, this program knows {} versions: run a newer program",
            all.len()
        ))
    })?;
    Ok((pending, all.len()))
}

pub(crate) fn run_sqlite(connection: &mut Connection, purpose: Purpose) -> Result<(), StoreError> {
    let run = |connection: &mut Connection| -> Result<Result<(), StoreError>, rusqlite::Error> {
        let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        tx.execute_batch(CREATE_VERSION)?;
        let version = tx.query_row(GET_VERSION, [], |row| row.get(0))?;
        let (pending, newest) = match pending(purpose, version) {
            Ok(pending) => pending,
            Err(error) => return Ok(Err(error)),
        };
        for migration in pending {
            tx.execute_batch(migration)?;
        }
        if !pending.is_empty() {
            tx.execute_batch(&format!("{CLEAR_VERSION}; INSERT INTO schema_version VALUES ({newest})"))?;
        }
        tx.commit().map(Ok)
    };
    run(connection).map_err(|error| sqlite_error(&error))?
}

pub(crate) async fn run_postgres(client: &Object, purpose: Purpose) -> Result<(), StoreError> {
    // What is up to date is only looked at: whoever runs the program needs no right to change the schema.
    if let Some(version) = postgres_version(client, purpose).await?
        && pending(purpose, version)?.0.is_empty()
    {
        return Ok(());
    }
    client.batch_execute(&format!("BEGIN; {LOCK}")).await.map_err(|error| postgres_error(&error))?;
    let applied = apply_postgres(client, purpose).await;
    let end = if applied.is_ok() { "COMMIT" } else { "ROLLBACK" };
    let ended = client.batch_execute(end).await.map_err(|error| postgres_error(&error));
    applied.and(ended)
}

/// The version of the schema; `None` when there is none yet.
async fn postgres_version(client: &Object, purpose: Purpose) -> Result<Option<i64>, StoreError> {
    let there = "SELECT to_regclass($1) IS NOT NULL";
    let name =
        purpose.schema().map_or("schema_version".to_owned(), |schema| format!("{schema}.schema_version"));
    let found = client.query_one(there, &[&name]).await.map_err(|error| postgres_error(&error))?;
    if !found.get::<_, bool>(0) {
        return Ok(None);
    }
    let version = client.query_one(GET_VERSION, &[]).await.map_err(|error| postgres_error(&error))?;
    Ok(Some(version.get(0)))
}

async fn apply_postgres(client: &Object, purpose: Purpose) -> Result<(), StoreError> {
    let run = async |sql: &str| client.batch_execute(sql).await.map_err(|error| lacks_right(purpose, &error));
    if postgres_version(client, purpose).await?.is_none() {
        if let Some(schema) = purpose.schema() {
            run(&format!("CREATE SCHEMA IF NOT EXISTS {schema}")).await?;
        }
        run(&postgres_ddl(CREATE_VERSION)).await?;
    }
    let version = client.query_one(GET_VERSION, &[]).await.map_err(|error| postgres_error(&error))?;
    let (pending, newest) = pending(purpose, version.get(0))?;
    for migration in pending {
        run(&postgres_ddl(migration)).await?;
    }
    if !pending.is_empty() {
        run(&format!("{CLEAR_VERSION}; INSERT INTO schema_version VALUES ({newest})")).await?;
    }
    Ok(())
}

/// Whoever may not change the schema is told that this is what is wanted of them.
fn lacks_right(purpose: Purpose, error: &tokio_postgres::Error) -> StoreError {
    match error.as_db_error() {
        Some(fault) if *fault.code() == SqlState::INSUFFICIENT_PRIVILEGE => StoreError::Refused(format!(
            "{}: the schema of {} is to be made or brought up to date, and the user may not: {}. Start once as the \
             owner of the database",
            purpose.key(),
            purpose.noun(),
            fault.message()
        )),
        _ => postgres_error(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_schema_newer_than_this_program_is_refused() {
        let mut connection = Connection::open_in_memory().unwrap();
        run_sqlite(&mut connection, Purpose::Data).unwrap();
        run_sqlite(&mut connection, Purpose::Data).unwrap();
        connection.execute_batch("UPDATE schema_version SET version = 99").unwrap();
        assert!(matches!(run_sqlite(&mut connection, Purpose::Data), Err(StoreError::Refused(_))));
    }
}
