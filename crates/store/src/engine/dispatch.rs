//! A database on either engine: what is asked of it goes to the engine that it is on.

use super::{Batch, Params, Postgres, PostgresTx, Purpose, Row, Sql, Sqlite, SqliteTx};
use crate::{config::DatabaseUrl, error::StoreError};

/// A database.
pub(crate) enum Engine {
    Sqlite(Sqlite),
    Postgres(Postgres),
}

/// An open transaction. Dropping it rolls back.
pub(crate) enum EngineTx {
    Sqlite(SqliteTx),
    Postgres(Box<PostgresTx>),
}

impl Engine {
    /// Reaches the database without changing anything there; on SQLite it may still be made.
    pub(crate) async fn reach(url: &DatabaseUrl, purpose: Purpose) -> Result<(), StoreError> {
        match url {
            DatabaseUrl::Sqlite(path) => Sqlite::reach(path, purpose),
            DatabaseUrl::Postgres(url) => Postgres::reach(url, purpose).await.map(drop),
        }
    }

    /// Opens the database and brings its schema up to date.
    pub(crate) async fn open(url: &DatabaseUrl, purpose: Purpose) -> Result<Self, StoreError> {
        match url {
            DatabaseUrl::Sqlite(path) => Sqlite::open(path, purpose).await.map(Self::Sqlite),
            DatabaseUrl::Postgres(url) => Postgres::open(url, purpose).await.map(Self::Postgres),
        }
    }

    /// Runs a read once for each set of parameters and folds all rows, in order. On SQLite `each` runs on a reader thread.
    pub(crate) async fn fold<A, F>(
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
        match self {
            Self::Sqlite(engine) => engine.fold(sql, sets, init, each).await,
            Self::Postgres(engine) => engine.fold(sql, sets, init, each).await,
        }
    }

    /// Begins a transaction. Costs nothing before its first statement.
    pub(crate) fn begin(&self) -> EngineTx {
        match self {
            Self::Sqlite(engine) => EngineTx::Sqlite(engine.begin()),
            Self::Postgres(engine) => EngineTx::Postgres(Box::new(engine.begin())),
        }
    }

    /// Runs one writing statement in a transaction of its own and folds what it returns.
    pub(crate) async fn write_fold<A, F>(
        &self,
        sql: Sql,
        params: Params,
        init: A,
        each: F,
    ) -> Result<A, StoreError>
    where
        A: Send + 'static,
        F: FnMut(&mut A, Row<'_>) -> Result<(), StoreError> + Send + 'static,
    {
        match self {
            Self::Sqlite(engine) => engine.begin().fold_and_commit(sql, vec![params], init, each).await,
            // A statement outside a transaction is one of its own there.
            Self::Postgres(engine) => engine.fold(sql, vec![params], init, each).await,
        }
    }

    /// Inserts rows in a transaction of their own.
    pub(crate) async fn insert(&self, sql: Sql, rows: Vec<Params>) -> Result<(), StoreError> {
        self.begin().commit(Batch::of_rows(sql, rows)).await
    }

    /// Runs one writing statement in a transaction of its own; how many rows it changed.
    pub(crate) async fn write(&self, sql: Sql, params: Params) -> Result<u64, StoreError> {
        match self {
            Self::Sqlite(engine) => engine.begin().execute_and_commit(sql, vec![params]).await,
            Self::Postgres(engine) => engine.execute(sql, params).await,
        }
    }

    /// Which engine this is, for [`dialect`](super::dialect).
    pub(crate) const fn is_postgres(&self) -> bool {
        matches!(self, Self::Postgres(_))
    }
}

impl EngineTx {
    /// As [`Engine::fold`], within the transaction; for statements that write and return, too.
    pub(crate) async fn fold<A, F>(
        &mut self,
        sql: Sql,
        sets: Vec<Params>,
        init: A,
        each: F,
    ) -> Result<A, StoreError>
    where
        A: Send + 'static,
        F: FnMut(&mut A, Row<'_>) -> Result<(), StoreError> + Send + 'static,
    {
        match self {
            Self::Sqlite(tx) => tx.fold(sql, sets, init, each).await,
            Self::Postgres(tx) => tx.fold(sql, sets, init, each).await,
        }
    }

    /// Runs a statement once for each set of parameters; how many rows were changed in all.
    pub(crate) async fn execute(&mut self, sql: Sql, sets: Vec<Params>) -> Result<u64, StoreError> {
        match self {
            Self::Sqlite(tx) => tx.execute(sql, sets).await,
            Self::Postgres(tx) => tx.execute(sql, sets).await,
        }
    }

    /// Inserts those rows.
    pub(crate) async fn insert(&mut self, batch: Batch) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(tx) => tx.insert(batch).await,
            Self::Postgres(tx) => tx.insert(batch).await,
        }
    }

    /// Inserts those rows and makes everything durable. When this fails, nothing was written, or it is unknown
    /// ([`StoreError::Unavailable`]).
    pub(crate) async fn commit(self, batch: Batch) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(tx) => tx.commit(batch).await,
            Self::Postgres(tx) => tx.commit(batch).await,
        }
    }

    /// Which engine this runs on, for [`dialect`](super::dialect).
    pub(crate) const fn is_postgres(&self) -> bool {
        matches!(self, Self::Postgres(_))
    }
}
