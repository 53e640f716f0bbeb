//! The two engines behind one small face: run a statement, fold its rows, begin a transaction.
//!
//! Everything above this module writes one `$n` SQL text for both. Parameters appear in order of their first use, because
//! SQLite numbers `$n` by first appearance and PostgreSQL by its number.

mod batch;
pub(crate) mod dialect;
mod dispatch;
mod folds;
mod postgres;
mod purpose;
mod row;
mod sql;
mod sqlite;
mod value;

pub(crate) use batch::{Batch, Numbered};
pub(crate) use dispatch::{Engine, EngineTx};
pub(crate) use folds::{keeping_first, pushing};
pub(crate) use postgres::{Postgres, PostgresTx};
pub(crate) use purpose::Purpose;
pub(crate) use row::Row;
pub(crate) use sql::{Sql, statements};
pub use sqlite::back_up;
pub(crate) use sqlite::{Sqlite, SqliteTx};
pub(crate) use value::{Params, Value, params};

/// What the drivers' faults mean here.
pub(crate) mod errors {
    pub(crate) use super::{postgres::errors::postgres_error, sqlite::errors::sqlite_error};
}
