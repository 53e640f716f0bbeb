//! PostgreSQL: a pool of connections, transactions, running statements.

use std::{str::FromStr as _, time::Duration};

use deadpool_postgres::{Hook, HookError, Manager, ManagerConfig, Object, Pool, RecyclingMethod, Runtime};
use futures_util::{TryStreamExt as _, future};
use secrecy::{ExposeSecret as _, SecretString};
use tokio_postgres::{Config, NoTls, Statement, error::SqlState};

use super::{Params, Purpose, Row, Sql, Value};
use crate::{error::StoreError, migrations};

const WAIT: Duration = Duration::from_secs(5);
/// How many runs of one statement are under way at once on one connection.
const PIPELINE: usize = 128;

/// What a session is set to. Every wait is bounded on the server, whatever becomes of this process. Lists are read along an
/// index and stop after a page: a bitmap scan would read all of a source and sort it, each time. Where a whole table is
/// read after all, because it is small, the planner takes that for so dear that it would compile the statement to machine
/// code, each time anew and for a tenth of a second.
const SESSION: &str = "SET statement_timeout = '15s'; SET lock_timeout = '10s';
    SET idle_in_transaction_session_timeout = '5s'; SET enable_bitmapscan = off; SET enable_seqscan = off; SET jit = off;
    SET TIME ZONE 'UTC'; SET client_min_messages = warning;";

/// A PostgreSQL database.
pub(crate) struct Postgres {
    pool: Pool,
}

impl Postgres {
    pub(crate) async fn open(url: &SecretString, purpose: Purpose) -> Result<Self, StoreError> {
        // The fault's own text may quote the URL, and with it the password.
        let mut config = Config::from_str(url.expose_secret())
            .map_err(|_| StoreError::Refused("the PostgreSQL URL is malformed".to_owned()))?;
        config
            .connect_timeout(WAIT)
            .keepalives_idle(Duration::from_secs(15))
            .tcp_user_timeout(Duration::from_secs(20));
        if config.get_application_name().is_none() {
            config.application_name("sahod");
        }
        let manager =
            Manager::from_config(config, NoTls, ManagerConfig { recycling_method: RecyclingMethod::Fast });
        let session = match purpose.schema() {
            None => SESSION.to_owned(),
            Some(schema) => format!("{SESSION} SET search_path = {schema};"),
        };
        let pool = Pool::builder(manager)
            .max_size(match purpose {
                Purpose::Data => 16,
                Purpose::Keyring | Purpose::Requests => 4,
            })
            .runtime(Runtime::Tokio1)
            .wait_timeout(Some(WAIT))
            .create_timeout(Some(WAIT))
            .recycle_timeout(Some(WAIT))
            .post_create(Hook::async_fn(move |client, _| {
                let session = session.clone();
                Box::pin(async move { client.batch_execute(&session).await.map_err(HookError::Backend) })
            }))
            .build()
            .map_err(|error| StoreError::Internal(error.to_string()))?;
        let engine = Self { pool };
        migrations::run_postgres(&engine.client().await?, purpose).await?;
        Ok(engine)
    }

    async fn client(&self) -> Result<Object, StoreError> {
        self.pool.get().await.map_err(|error| StoreError::Unavailable(error.to_string()))
    }

    pub(super) async fn fold<A, F>(
        &self,
        sql: Sql,
        sets: Vec<Params>,
        init: A,
        each: F,
    ) -> Result<A, StoreError>
    where
        F: FnMut(&mut A, Row<'_>) -> Result<(), StoreError>,
    {
        let client = self.client().await?;
        let statement = prepare(&client, sql).await?;
        fold(&client, &statement, &sets, init, each).await
    }

    pub(super) async fn execute(&self, sql: Sql, params: Params) -> Result<u64, StoreError> {
        let client = self.client().await?;
        let statement = prepare(&client, sql).await?;
        execute(&client, &statement, &[params]).await
    }

    pub(super) fn begin(&self) -> PostgresTx {
        PostgresTx { pool: self.pool.clone(), client: None }
    }

    #[cfg(test)]
    pub(crate) async fn prepare_all(&self, statements: &[Sql]) -> Result<(), StoreError> {
        let client = self.client().await?;
        for sql in statements {
            prepare(&client, *sql).await?;
        }
        Ok(())
    }
}

async fn prepare(client: &Object, sql: Sql) -> Result<Statement, StoreError> {
    client.prepare_cached(sql.text()).await.map_err(|error| postgres_error(&error))
}

async fn fold<A, F>(
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

async fn query(
    client: &Object,
    statement: &Statement,
    params: &[Value],
) -> Result<Vec<tokio_postgres::Row>, StoreError> {
    let rows = client.query_raw(statement, params).await.map_err(|error| postgres_error(&error))?;
    rows.try_collect().await.map_err(|error| postgres_error(&error))
}

async fn execute(client: &Object, statement: &Statement, sets: &[Params]) -> Result<u64, StoreError> {
    let mut changed = 0;
    for chunk in sets.chunks(PIPELINE) {
        let runs: Vec<_> = chunk.iter().map(|params| client.execute_raw(statement, params)).collect();
        let rows = future::try_join_all(runs).await.map_err(|error| postgres_error(&error))?;
        changed += rows.into_iter().sum::<u64>();
    }
    Ok(changed)
}

/// A transaction (read committed) on a connection of its own, taken with the first statement.
pub(crate) struct PostgresTx {
    pool: Pool,
    client: Option<Object>,
}

impl PostgresTx {
    /// Takes a connection if there is none yet, and prepares the statement; whether `BEGIN` is yet to be sent.
    async fn ready(&mut self, sql: Sql) -> Result<(&Object, Statement, bool), StoreError> {
        let begin = self.client.is_none();
        if begin {
            let client = self.pool.get().await;
            self.client = Some(client.map_err(|error| StoreError::Unavailable(error.to_string()))?);
        }
        let Some(client) = &self.client else {
            return Err(StoreError::Internal("a transaction without a connection".to_owned()));
        };
        let statement = prepare(client, sql).await?;
        Ok((client, statement, begin))
    }

    pub(super) async fn fold<A, F>(
        &mut self,
        sql: Sql,
        sets: Vec<Params>,
        init: A,
        each: F,
    ) -> Result<A, StoreError>
    where
        F: FnMut(&mut A, Row<'_>) -> Result<(), StoreError>,
    {
        let (client, statement, begin) = self.ready(sql).await?;
        future::try_join(begin_if(client, begin), fold(client, &statement, &sets, init, each))
            .await
            .map(|((), acc)| acc)
    }

    pub(super) async fn execute(&mut self, sql: Sql, sets: Vec<Params>) -> Result<u64, StoreError> {
        let (client, statement, begin) = self.ready(sql).await?;
        future::try_join(begin_if(client, begin), execute(client, &statement, &sets))
            .await
            .map(|((), changed)| changed)
    }

    pub(super) async fn commit(mut self) -> Result<(), StoreError> {
        let Some(client) = &self.client else { return Ok(()) };
        client.batch_execute("COMMIT").await.map_err(|error| postgres_error(&error))?;
        // Only now: a commit that is given up half-way must not leave its connection to the next one.
        self.client = None;
        Ok(())
    }
}

/// Sends `BEGIN` in the same flight as the first statement.
async fn begin_if(client: &Object, begin: bool) -> Result<(), StoreError> {
    if begin { client.batch_execute("BEGIN").await.map_err(|error| postgres_error(&error)) } else { Ok(()) }
}

impl Drop for PostgresTx {
    fn drop(&mut self) {
        let Some(client) = self.client.take() else { return };
        match tokio::runtime::Handle::try_current() {
            Ok(runtime) => {
                runtime.spawn(async move {
                    if client.batch_execute("ROLLBACK").await.is_err() {
                        drop(Object::take(client));
                    }
                });
            }
            // Closing the connection rolls back, too.
            Err(_) => drop(Object::take(client)),
        }
    }
}

/// What a fault of PostgreSQL means here.
pub(crate) fn postgres_error(error: &tokio_postgres::Error) -> StoreError {
    let Some(fault) = error.as_db_error() else {
        return if error.is_closed()
            || std::error::Error::source(error).is_some_and(<dyn std::error::Error>::is::<std::io::Error>)
        {
            StoreError::Unavailable(error.to_string())
        } else {
            StoreError::Internal(error.to_string())
        };
    };
    // Not the fault's detail: it quotes values of the row.
    let code = fault.code();
    let text = format!("{} ({})", fault.message(), code.code());
    let class = &code.code()[..2];
    if *code == SqlState::UNIQUE_VIOLATION {
        StoreError::Conflict(text)
    } else if [
        SqlState::T_R_SERIALIZATION_FAILURE,
        SqlState::T_R_DEADLOCK_DETECTED,
        SqlState::LOCK_NOT_AVAILABLE,
    ]
    .contains(code)
    {
        StoreError::Retry(text)
    } else if matches!(class, "08" | "53" | "57" | "58" | "25") {
        // Connection, resources (full disk), operator intervention and time-outs, system faults, idle or read-only transactions.
        StoreError::Unavailable(text)
    } else if class == "XX" {
        StoreError::Corrupt(text)
    } else {
        StoreError::Internal(text)
    }
}
