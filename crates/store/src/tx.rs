//! Transactions.

use std::sync::Arc;

use sahod_model::{Clock, Random, Timestamp};

use crate::{
    alarm::Wakes,
    engine::{Batch, EngineTx, Numbered, Params, Row, Sql, dialect, keeping_first, params, pushing},
    error::StoreError,
    held::{Held, HeldTx},
    store::{Inner, Store},
};

/// Rows that wait for the end of their transaction at most.
const MOST_PENDING: usize = 1_024;

/// A transaction: all of its writes become durable together, or none does. Dropping it rolls back.
///
/// Never hold one across a network call, a file or a document: on SQLite it has the one writing thread for itself, and one
/// that stands idle for 5 seconds is rolled back. After a failed statement nothing but dropping it is of use. Rows that are only
/// inserted wait for the end of it: what is wrong with one shows when it is committed, or before the next statement.
pub struct Tx {
    engine: EngineTx,
    /// Rows that are inserted before the next statement, or with the commit.
    pending: Batch,
    store: Arc<Inner>,
    /// Where it is laid aside instead of being committed.
    held: Option<Arc<Held>>,
    /// A statement failed, or was given up half-way.
    broken: bool,
    /// Who is to be woken on commit.
    pub(crate) wakes: Wakes,
}

impl Store {
    /// Begins a transaction. Costs nothing before its first statement.
    #[expect(clippy::unused_async, reason = "an engine may have to wait here one day")]
    pub async fn begin(&self) -> Result<Tx, StoreError> {
        let held = Held::current(&self.0);
        let engine = match &held {
            Some(held) => held.take()?,
            None => self.engine().begin(),
        };
        Ok(Tx::new(engine, Arc::clone(&self.0), held, Wakes::default()))
    }
}

impl HeldTx {
    /// The transaction, for more to be written and for the commit that makes it durable. An error when a later part of the
    /// work was rolled back: an earlier part, which it took for durable, went with it.
    pub fn into_tx(self) -> Result<Tx, StoreError> {
        let (engine, store, wakes) = self.into_parts()?;
        Ok(Tx::new(engine, store, None, wakes))
    }
}

impl Tx {
    fn new(engine: EngineTx, store: Arc<Inner>, held: Option<Arc<Held>>, wakes: Wakes) -> Self {
        Self { engine, pending: Batch::default(), store, held, broken: false, wakes }
    }

    /// Makes all writes durable. Within [`Store::hold`], together with everything else that is held.
    pub async fn commit(self) -> Result<(), StoreError> {
        let Self { mut engine, pending, store, held, broken, wakes } = self;
        if broken {
            return Err(StoreError::Internal("a broken transaction cannot be committed".to_owned()));
        }
        if let Some(held) = held {
            // What reads it next must find all of it.
            if !pending.is_empty() {
                engine.insert(pending).await?;
            }
            return held.put_committed(engine, wakes);
        }
        engine.commit(pending).await?;
        store.alarm.ring(&wakes);
        Ok(())
    }

    /// Undoes all writes, as dropping does.
    pub fn rollback(self) {
        drop(self);
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.store.clock.now()
    }

    pub(crate) fn clock(&self) -> &dyn Clock {
        &*self.store.clock
    }

    pub(crate) fn random(&self) -> &dyn Random {
        &*self.store.random
    }

    pub(crate) fn store(&self) -> &Inner {
        &self.store
    }

    async fn begin_statement(&mut self) -> Result<(), StoreError> {
        if self.broken {
            return Err(StoreError::Internal("the transaction is broken by an earlier fault".to_owned()));
        }
        // Until the statement has ended well: its caller may be cancelled meanwhile.
        self.broken = true;
        let pending = std::mem::take(&mut self.pending);
        if pending.is_empty() { Ok(()) } else { self.engine.insert(pending).await }
    }

    /// Inserts a row with the commit, or before the next statement: what is wrong with it is told there. All such rows of a
    /// transaction travel together, and a transaction that has no other statement shares its commit with others like it.
    pub(crate) async fn insert(&mut self, sql: Sql, row: Params) -> Result<(), StoreError> {
        self.pending.push(sql, row);
        self.send_many().await
    }

    /// As [`Self::insert`], with the next number of a sequence, which is locked as late as can be.
    pub(crate) async fn insert_numbered(&mut self, row: Numbered) -> Result<(), StoreError> {
        if let Err(other) = self.pending.push_numbered(row) {
            self.send_pending().await?;
            let _ = self.pending.push_numbered(other);
        }
        self.send_many().await
    }

    /// Inserts what is pending once it is much.
    async fn send_many(&mut self) -> Result<(), StoreError> {
        if self.pending.len() < MOST_PENDING { Ok(()) } else { self.send_pending().await }
    }

    async fn send_pending(&mut self) -> Result<(), StoreError> {
        self.begin_statement().await?;
        self.broken = false;
        Ok(())
    }

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
        self.begin_statement().await?;
        let result = self.engine.fold(sql, sets, init, each).await;
        self.broken = result.is_err();
        result
    }

    pub(crate) async fn query<T, F>(&mut self, sql: Sql, params: Params, map: F) -> Result<Vec<T>, StoreError>
    where
        T: Send + 'static,
        F: Fn(Row<'_>) -> Result<T, StoreError> + Send + 'static,
    {
        self.fold(sql, vec![params], Vec::new(), pushing(map)).await
    }

    pub(crate) async fn query_opt<T, F>(
        &mut self,
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

    pub(crate) async fn execute(&mut self, sql: Sql, params: Params) -> Result<u64, StoreError> {
        self.execute_many(sql, vec![params]).await
    }

    /// Runs a statement once for each set of parameters, all of them in one hand-over or pipeline.
    pub(crate) async fn execute_many(&mut self, sql: Sql, sets: Vec<Params>) -> Result<u64, StoreError> {
        if sets.is_empty() {
            return Ok(0);
        }
        self.begin_statement().await?;
        let result = self.engine.execute(sql, sets).await;
        self.broken = result.is_err();
        result
    }

    pub(crate) const fn is_postgres(&self) -> bool {
        self.engine.is_postgres()
    }

    /// Makes other transactions that want the lock of that name wait for the end of this one.
    pub(crate) async fn lock(&mut self, name: &str) -> Result<(), StoreError> {
        let sql = dialect::lock(self.engine.is_postgres());
        self.query(sql, params![name], |_| Ok(())).await.map(|_| ())
    }
}
