//! The two engines behind one small face: run a statement, fold its rows, begin a transaction.
//!
//! Everything above this module writes one `$n` SQL text for both. Parameters appear in order of their first use, because
//! SQLite numbers `$n` by first appearance and PostgreSQL by its number.

mod batch;
pub(crate) mod dialect;
mod postgres;
mod queue;
mod reader;
mod row;
mod sqlite;
mod value;
mod writer;

pub(crate) use batch::{Batch, Numbered};
pub(crate) use postgres::{Postgres, PostgresTx};
pub(crate) use row::Row;
pub(crate) use sqlite::Sqlite;
pub(crate) use value::{Params, Value, params};
pub(crate) use writer::SqliteTx;

/// What the drivers' faults mean here.
pub(crate) mod errors {
    pub(crate) use super::{postgres::errors::postgres_error, sqlite::sqlite_error};
}

use crate::{config::DatabaseUrl, error::StoreError};

/// A statement's text. Made by [`statements!`] only, so that tests can prepare every one on both engines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sql(&'static str);

impl Sql {
    pub(crate) const fn new(text: &'static str) -> Self {
        Self(text)
    }

    pub(crate) const fn text(self) -> &'static str {
        self.0
    }
}

/// Declares a file's statements, and lists them for the test that prepares them all.
macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident = $sql:expr;)*) => {
        $($(#[$doc])* const $name: $crate::engine::Sql = $crate::engine::Sql::new($sql);)*

        #[cfg(test)]
        pub(crate) const STATEMENTS: &[(&str, $crate::engine::Sql)] = &[$((stringify!($name), $name)),*];
    };
}
pub(crate) use statements;

/// What a database is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    Data,
    /// Opened so that deleted bytes do not linger.
    Keyring,
    /// The requests log. It is written all the time; in the data's own file each write would make every reader of the data look up
    /// its pages anew.
    Requests,
}

impl Purpose {
    /// The schema within PostgreSQL that is its own, so that one database can serve for all.
    pub(crate) const fn schema(self) -> Option<&'static str> {
        match self {
            Self::Data => None,
            Self::Keyring => Some("keyring"),
            Self::Requests => Some("requests_log"),
        }
    }
}

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

    /// Which engine this runs on, for [`dialect`].
    pub(crate) const fn is_postgres(&self) -> bool {
        matches!(self, Self::Postgres(_))
    }
}

impl Engine {
    /// Which engine this is, for [`dialect`].
    pub(crate) const fn is_postgres(&self) -> bool {
        matches!(self, Self::Postgres(_))
    }
}

/// A fold that keeps every mapped row.
pub(crate) fn pushing<T>(
    map: impl Fn(Row<'_>) -> Result<T, StoreError> + Send + 'static,
) -> impl FnMut(&mut Vec<T>, Row<'_>) -> Result<(), StoreError> + Send + 'static {
    move |rows, row| {
        rows.push(map(row)?);
        Ok(())
    }
}

/// A fold that keeps the first mapped row.
pub(crate) fn keeping_first<T>(
    map: impl Fn(Row<'_>) -> Result<T, StoreError> + Send + 'static,
) -> impl FnMut(&mut Option<T>, Row<'_>) -> Result<(), StoreError> + Send + 'static {
    move |first, row| {
        if first.is_none() {
            *first = Some(map(row)?);
        }
        Ok(())
    }
}
