//! The data's database, as use cases reach it outside of a transaction: within held work, which is [`Held`], in its one
//! transaction; otherwise on the engine itself.

use std::sync::Arc;

use crate::{
    Inner, Store,
    alarm::Wakes,
    engine::{Params, Row, Sql, keeping_first, pushing},
    error::StoreError,
    held::Held,
};

/// Statements outside of a transaction.
#[derive(Clone, Copy)]
pub(crate) struct Data<'a>(&'a Arc<Inner>);

impl Store {
    /// The data, for statements outside of a transaction.
    pub(crate) const fn data(&self) -> Data<'_> {
        Data(&self.0)
    }
}

impl Data<'_> {
    /// Runs a read once for each set of parameters and folds all rows, in order. On SQLite `each` runs on a reader thread.
    pub(crate) async fn fold<A, F>(
        self,
        sql: Sql,
        sets: Vec<Params>,
        init: A,
        each: F,
    ) -> Result<A, StoreError>
    where
        A: Send + 'static,
        F: FnMut(&mut A, Row<'_>) -> Result<(), StoreError> + Send + 'static,
    {
        if let Some((held, mut tx)) = Held::for_read(self.0) {
            let result = tx.fold(sql, sets, init, each).await?;
            held.put_back(tx);
            return Ok(result);
        }
        self.0.engine.fold(sql, sets, init, each).await
    }

    /// Every row of a read, mapped.
    pub(crate) async fn query<T, F>(self, sql: Sql, params: Params, map: F) -> Result<Vec<T>, StoreError>
    where
        T: Send + 'static,
        F: Fn(Row<'_>) -> Result<T, StoreError> + Send + 'static,
    {
        self.fold(sql, vec![params], Vec::new(), pushing(map)).await
    }

    /// The first row of a read, mapped.
    pub(crate) async fn query_opt<T, F>(
        self,
        sql: Sql,
        params: Params,
        map: F,
    ) -> Result<Option<T>, StoreError>
    where
        T: Send + 'static,
        F: Fn(Row<'_>) -> Result<T, StoreError> + Send + 'static,
    {
        self.fold(sql, vec![params], None, keeping_first(map)).await
    }

    /// Runs one writing statement in a transaction of its own and folds what it returns.
    pub(crate) async fn write_fold<A, F>(
        self,
        sql: Sql,
        params: Params,
        init: A,
        each: F,
    ) -> Result<A, StoreError>
    where
        A: Send + 'static,
        F: FnMut(&mut A, Row<'_>) -> Result<(), StoreError> + Send + 'static,
    {
        if let Some(held) = Held::current(self.0) {
            let mut tx = held.take()?;
            let result = tx.fold(sql, vec![params], init, each).await?;
            held.put_committed(tx, Wakes::default())?;
            return Ok(result);
        }
        self.0.engine.write_fold(sql, params, init, each).await
    }

    /// Runs one writing statement in a transaction of its own; how many rows it changed.
    pub(crate) async fn write(self, sql: Sql, params: Params) -> Result<u64, StoreError> {
        if let Some(held) = Held::current(self.0) {
            let mut tx = held.take()?;
            let changed = tx.execute(sql, vec![params]).await?;
            held.put_committed(tx, Wakes::default())?;
            return Ok(changed);
        }
        self.0.engine.write(sql, params).await
    }
}
