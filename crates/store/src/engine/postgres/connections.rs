//! Connections to one PostgreSQL database, and what becomes of those that went silent.
//!
//! A connection whose other end is gone without a word looks like any other: whoever is given it waits. So nobody waits without
//! a bound, what did not answer is closed, and a connection that was not used for a while is asked before it is given out.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use deadpool_postgres::{ClientWrapper, Hook, HookError, Metrics, Object, Pool, Runtime};
use tokio::time::timeout;

use super::{
    super::Purpose,
    address::{Address, CONNECT, Name},
    errors::connect_error,
};
use crate::error::StoreError;

/// How long a connection is waited for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Patience {
    /// For the answer to a statement: a little longer than the server works on it.
    pub(super) answer: Duration,
    /// A connection that was not used for so long is asked first.
    pub(super) unsure_after: Duration,
    /// And answers within this time.
    pub(super) quickly: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            answer: Duration::from_secs(17),
            unsure_after: Duration::from_secs(5),
            quickly: Duration::from_secs(2),
        }
    }
}

/// What a session is set to. Every wait is bounded on the server, whatever becomes of this process. Lists are read along an
/// index and stop after a page: a bitmap scan would read all of a source and sort it, each time. Where a whole table is
/// read after all, because it is small, the planner takes that for so dear that it would compile the statement to machine
/// code, each time anew and for a tenth of a second.
const SESSION: &str = "SET statement_timeout = '15s'; SET lock_timeout = '10s';
    SET idle_in_transaction_session_timeout = '5s'; SET enable_bitmapscan = off; SET enable_seqscan = off; SET jit = off;
    SET TIME ZONE 'UTC'; SET client_min_messages = warning;";

/// Connections to one database. Cheap to clone.
#[derive(Clone)]
pub(super) struct Connections {
    pool: Pool,
    name: Arc<Name>,
    silence: Arc<Silence>,
    patience: Patience,
}

/// When a connection was found silent last: those that were used before then, and not since, are not trusted.
#[derive(Default)]
struct Silence(Mutex<Option<Instant>>);

impl Silence {
    fn note(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }

    fn last(&self) -> Option<Instant> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Connections {
    pub(super) fn new(address: Address, purpose: Purpose, patience: Patience) -> Result<Self, StoreError> {
        let name = Arc::clone(&address.name);
        let session = match purpose.schema() {
            None => SESSION.to_owned(),
            Some(schema) => format!("{SESSION} SET search_path = {schema};"),
        };
        let silence = Arc::new(Silence::default());
        let noted = Arc::clone(&silence);
        let pool = Pool::builder(address.manager()?)
            .max_size(purpose.connections())
            .runtime(Runtime::Tokio1)
            .wait_timeout(Some(CONNECT))
            .create_timeout(Some(CONNECT))
            .recycle_timeout(Some(CONNECT))
            .post_create(Hook::async_fn(move |client, _| {
                let session = session.clone();
                Box::pin(async move { client.batch_execute(&session).await.map_err(HookError::Backend) })
            }))
            .pre_recycle(Hook::async_fn(move |client, metrics| {
                let silence = Arc::clone(&noted);
                let metrics = *metrics;
                Box::pin(async move {
                    if answers(client, &metrics, &silence, patience).await {
                        Ok(())
                    } else {
                        Err(HookError::message("the connection went silent"))
                    }
                })
            }))
            .build()
            .map_err(|error| StoreError::Internal(error.to_string()))?;
        Ok(Self { pool, name, silence, patience })
    }

    /// A connection that is likely to answer.
    pub(super) async fn get(&self) -> Result<Object, StoreError> {
        self.pool.get().await.map_err(|error| connect_error(&self.name, &error))
    }

    /// Does what is to be done on a connection; one that does not answer in time is closed.
    pub(super) async fn answer<T>(
        &self,
        client: &mut Option<Object>,
        work: impl AsyncFnOnce(&Object) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let Some(connection) = client.as_ref() else {
            return Err(StoreError::Internal("a statement without a connection".to_owned()));
        };
        if let Ok(done) = timeout(self.patience.answer, work(connection)).await {
            return done;
        }
        self.close(client.take());
        Err(StoreError::Unavailable(format!("{} did not answer in time", self.name)))
    }

    /// Rolls back, or closes the connection, which does the same.
    pub(super) async fn roll_back(&self, client: Object) {
        match timeout(self.patience.quickly, client.batch_execute("ROLLBACK")).await {
            Ok(Ok(())) => {}
            Ok(Err(_)) => drop(Object::take(client)),
            Err(_) => self.close(Some(client)),
        }
    }

    fn close(&self, client: Option<Object>) {
        self.silence.note();
        if let Some(client) = client {
            drop(Object::take(client));
        }
    }
}

/// Whether a connection that was given back is fit to be given out.
async fn answers(client: &ClientWrapper, metrics: &Metrics, silence: &Silence, patience: Patience) -> bool {
    let used = metrics.recycled.unwrap_or(metrics.created);
    if silence.last().is_some_and(|silent| used < silent) {
        return false;
    }
    if used.elapsed() < patience.unsure_after {
        return true;
    }
    let asked = timeout(patience.quickly, client.simple_query("")).await;
    if asked.is_err() {
        silence.note();
    }
    matches!(asked, Ok(Ok(_)))
}
