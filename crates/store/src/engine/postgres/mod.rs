//! PostgreSQL: a pool of connections, transactions, running statements.

pub(super) mod errors;
mod flight;
mod groups;
mod inserts;
mod statements;

use std::{str::FromStr as _, sync::Arc, time::Duration};

use deadpool_postgres::{Hook, HookError, Manager, ManagerConfig, Object, Pool, RecyclingMethod, Runtime};
use futures_util::future;
use secrecy::{ExposeSecret as _, SecretString};
use tokio_postgres::{Config, NoTls, Statement};

use self::{
    errors::postgres_error,
    groups::Groups,
    inserts::{Inserts, execute_all},
    statements::{execute, fold, prepare},
};
use super::{Batch, Params, Purpose, Row, Sql};
use crate::{error::StoreError, migrations};

const WAIT: Duration = Duration::from_secs(5);

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
    groups: Arc<Groups>,
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
        let engine = Self { pool, groups: Arc::default() };
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
        PostgresTx { pool: self.pool.clone(), groups: Arc::clone(&self.groups), client: None }
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

/// A transaction (read committed) on a connection of its own, taken with the first statement.
pub(crate) struct PostgresTx {
    pool: Pool,
    groups: Arc<Groups>,
    client: Option<Object>,
}

impl PostgresTx {
    /// The connection, taken if there is none yet.
    async fn connected(&mut self) -> Result<&Object, StoreError> {
        if self.client.is_none() {
            let client = self.pool.get().await;
            self.client = Some(client.map_err(|error| StoreError::Unavailable(error.to_string()))?);
        }
        let missing = || StoreError::Internal("a transaction without a connection".to_owned());
        self.client.as_ref().ok_or_else(missing)
    }

    /// Takes a connection if there is none yet, and prepares the statement; whether `BEGIN` is yet to be sent.
    async fn ready(&mut self, sql: Sql) -> Result<(&Object, Statement, bool), StoreError> {
        let begin = self.client.is_none();
        let client = self.connected().await?;
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
        let (client, _, begin) = self.ready(sql).await?;
        future::try_join(begin_if(client, begin), execute_all(client, sql, &sets))
            .await
            .map(|((), changed)| changed)
    }

    /// Inserts those rows.
    pub(super) async fn insert(&mut self, batch: Batch) -> Result<(), StoreError> {
        let begun = self.client.is_some();
        Inserts::new(self.connected().await?, begun).write(&[batch], false).await
    }

    /// Inserts those rows and commits.
    pub(super) async fn commit(mut self, batch: Batch) -> Result<(), StoreError> {
        match &self.client {
            None if batch.is_empty() => return Ok(()),
            None => return self.groups.commit(&self.pool, batch).await,
            Some(client) if batch.is_empty() => {
                client.batch_execute("COMMIT").await.map_err(|error| postgres_error(&error))?;
            }
            Some(client) => Inserts::new(client, true).write(&[batch], true).await?,
        }
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
