//! Statements outside of a transaction. Those of held work ([`Held`]) run in its one transaction, all others on the engine
//! itself.

use std::sync::Arc;

use crate::{
    alarm::Wakes,
    engine::{Engine, Params, Row, Sql, keeping_first, pushing},
    error::StoreError,
    held::Held,
    store::{Inner, Store},
};

/// A database, for statements outside of a transaction.
#[derive(Clone, Copy)]
pub(crate) struct Data<'a> {
    engine: &'a Engine,
    /// Whose work may be held.
    store: Option<&'a Arc<Inner>>,
}

impl Store {
    /// The data.
    pub(crate) fn data(&self) -> Data<'_> {
        Data { engine: &self.0.engine, store: Some(&self.0) }
    }

    /// The requests log: no effect of a request, and so never held.
    pub(crate) fn log(&self) -> Data<'_> {
        Data { engine: &self.0.requests, store: None }
    }
}

impl Data<'_> {
    pub(crate) const fn is_postgres(self) -> bool {
        self.engine.is_postgres()
    }

    fn held(self) -> Option<Arc<Held>> {
        Held::current(self.store?)
    }

    /// Inserts rows in a transaction of their own.
    pub(crate) async fn insert(self, sql: Sql, rows: Vec<Params>) -> Result<(), StoreError> {
        if let Some(held) = self.held() {
            let mut tx = held.take()?;
            tx.execute(sql, rows).await?;
            return held.put_committed(tx, Wakes::default());
        }
        self.engine.insert(sql, rows).await
    }

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
        if let Some(held) = self.held()
            && let Some(mut tx) = held.take_for_read()
        {
            let result = tx.fold(sql, sets, init, each).await?;
            held.put_back(tx);
            return Ok(result);
        }
        self.engine.fold(sql, sets, init, each).await
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
        if let Some(held) = self.held() {
            let mut tx = held.take()?;
            let result = tx.fold(sql, vec![params], init, each).await?;
            held.put_committed(tx, Wakes::default())?;
            return Ok(result);
        }
        self.engine.write_fold(sql, params, init, each).await
    }

    /// Runs one writing statement in a transaction of its own; how many rows it changed.
    pub(crate) async fn write(self, sql: Sql, params: Params) -> Result<u64, StoreError> {
        if let Some(held) = self.held() {
            let mut tx = held.take()?;
            let changed = tx.execute(sql, vec![params]).await?;
            held.put_committed(tx, Wakes::default())?;
            return Ok(changed);
        }
        self.engine.write(sql, params).await
    }
}
