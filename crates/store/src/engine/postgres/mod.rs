//! PostgreSQL: a pool of connections, transactions, running statements.

mod address;
mod connections;
pub(super) mod errors;
mod flight;
mod groups;
mod inserts;
mod statements;
#[cfg(test)]
mod tests;
mod tls;

use std::sync::Arc;

use deadpool_postgres::Object;
use futures_util::future;
use secrecy::SecretString;

use self::{
    address::Address,
    connections::{Connections, Patience},
    errors::postgres_error,
    groups::Groups,
    inserts::{Inserts, execute_all},
    statements::{execute, fold, prepare},
};
use super::{Batch, Params, Purpose, Row, Sql};
use crate::{error::StoreError, migrations};

/// A PostgreSQL database.
pub(crate) struct Postgres {
    connections: Connections,
    groups: Arc<Groups>,
}

impl Postgres {
    /// Reaches the database, and changes nothing there.
    pub(crate) async fn reach(url: &SecretString, purpose: Purpose) -> Result<Self, StoreError> {
        let connections = Connections::new(Address::read(url, purpose)?, purpose, Patience::default())?;
        drop(connections.get().await?);
        Ok(Self { connections, groups: Arc::default() })
    }

    pub(crate) async fn open(url: &SecretString, purpose: Purpose) -> Result<Self, StoreError> {
        let engine = Self::reach(url, purpose).await?;
        migrations::run_postgres(&engine.connections.get().await?, purpose).await?;
        Ok(engine)
    }

    /// The same for two connections to one database of one server, and different otherwise.
    pub(crate) async fn place(&self) -> Result<String, StoreError> {
        const PLACE: &str = "SELECT concat_ws('/', pg_postmaster_start_time(), inet_server_port(),
            (SELECT oid FROM pg_database WHERE datname = current_database()))";
        let mut client = Some(self.connections.get().await?);
        let ask = async |client: &Object| {
            let row = client.query_one(PLACE, &[]).await.map_err(|error| postgres_error(&error))?;
            row.try_get(0).map_err(|error| postgres_error(&error))
        };
        self.connections.answer(&mut client, ask).await
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
        let mut client = Some(self.connections.get().await?);
        let work = async |client: &Object| {
            let statement = prepare(client, sql).await?;
            fold(client, &statement, &sets, init, each).await
        };
        self.connections.answer(&mut client, work).await
    }

    pub(super) async fn execute(&self, sql: Sql, params: Params) -> Result<u64, StoreError> {
        let mut client = Some(self.connections.get().await?);
        let work = async |client: &Object| {
            let statement = prepare(client, sql).await?;
            execute(client, &statement, &[params]).await
        };
        self.connections.answer(&mut client, work).await
    }

    pub(super) fn begin(&self) -> PostgresTx {
        PostgresTx {
            connections: self.connections.clone(),
            groups: Arc::clone(&self.groups),
            client: None,
            begun: false,
        }
    }

    #[cfg(test)]
    pub(crate) async fn prepare_all(&self, statements: &[Sql]) -> Result<(), StoreError> {
        let client = self.connections.get().await?;
        for sql in statements {
            prepare(&client, *sql).await?;
        }
        Ok(())
    }
}

/// A transaction (read committed) on a connection of its own, taken with the first statement.
pub(crate) struct PostgresTx {
    connections: Connections,
    groups: Arc<Groups>,
    /// `None` before the first statement, and once the connection went silent.
    client: Option<Object>,
    begun: bool,
}

impl PostgresTx {
    /// Takes a connection if there is none yet; whether `BEGIN` is yet to be sent.
    async fn connected(&mut self) -> Result<bool, StoreError> {
        if self.begun {
            return Ok(false);
        }
        self.client = Some(self.connections.get().await?);
        self.begun = true;
        Ok(true)
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
        let begin = self.connected().await?;
        let work = async |client: &Object| {
            let statement = prepare(client, sql).await?;
            let run = fold(client, &statement, &sets, init, each);
            future::try_join(begin_if(client, begin), run).await.map(|((), acc)| acc)
        };
        self.connections.answer(&mut self.client, work).await
    }

    pub(super) async fn execute(&mut self, sql: Sql, sets: Vec<Params>) -> Result<u64, StoreError> {
        let begin = self.connected().await?;
        let work = async |client: &Object| {
            // `BEGIN` travels with the statement, which is prepared before.
            prepare(client, sql).await?;
            let run = execute_all(client, sql, &sets);
            future::try_join(begin_if(client, begin), run).await.map(|((), changed)| changed)
        };
        self.connections.answer(&mut self.client, work).await
    }

    /// Inserts those rows.
    pub(super) async fn insert(&mut self, batch: Batch) -> Result<(), StoreError> {
        let begin = self.connected().await?;
        let work = async |client: &Object| Inserts::new(client, !begin).write(&[batch], false).await;
        self.connections.answer(&mut self.client, work).await
    }

    /// Inserts those rows and commits.
    pub(super) async fn commit(mut self, batch: Batch) -> Result<(), StoreError> {
        if !self.begun {
            if batch.is_empty() {
                return Ok(());
            }
            return self.groups.commit(&self.connections, batch).await;
        }
        let work = async |client: &Object| {
            if batch.is_empty() {
                client.batch_execute("COMMIT").await.map_err(|error| postgres_error(&error))
            } else {
                Inserts::new(client, true).write(&[batch], true).await
            }
        };
        self.connections.answer(&mut self.client, work).await?;
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
                let connections = self.connections.clone();
                runtime.spawn(async move { connections.roll_back(client).await });
            }
            // Closing the connection rolls back, too.
            Err(_) => drop(Object::take(client)),
        }
    }
}
