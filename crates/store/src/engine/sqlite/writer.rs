//! The one thread that writes SQLite, and transactions as leases on it.
//!
//! Statements of a transaction travel to the thread one by one. When another transaction waits already while one commits, the
//! SQLite transaction stays open and the next one runs in a savepoint of its own; all are acknowledged after one `COMMIT` and
//! its one fsync. A transaction that fails, is dropped or stands idle is rolled back to its savepoint only.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        mpsc::{Receiver, Sender, channel},
    },
    thread::JoinHandle,
    time::{Duration, Instant},
};

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::{
    super::{Batch, Params, Row, Sql},
    errors::sqlite_error,
    queue::Queue,
    statements,
};
use crate::error::StoreError;

const QUEUE: usize = 1_024;
/// How many transactions share one `COMMIT` at most, and for how long the first of them waits for it at most (the
/// transaction that is under way then still ends).
const GROUP: usize = 128;
const GROUP_TIME: Duration = Duration::from_millis(5);
/// How long a transaction may leave the thread waiting for its next statement.
const IDLE: Duration = Duration::from_secs(5);
/// How long a transaction may last.
const LEASE: Duration = Duration::from_secs(30);
/// How long a caller waits for one statement, the wait for the lease included.
const TIMEOUT: Duration = Duration::from_secs(20);

type Acknowledge = oneshot::Sender<Result<(), StoreError>>;

enum Command {
    /// Whether the transaction is to go on.
    Run(Box<dyn FnOnce(&Connection) -> bool + Send>),
    Commit(Acknowledge),
}

type Lease = Receiver<Command>;

/// The thread that writes.
pub(super) struct Writer {
    queue: Arc<Queue<Lease>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    pub(super) fn start(connection: Connection) -> Result<Self, StoreError> {
        let queue = Arc::new(Queue::new(QUEUE));
        let leases = Arc::clone(&queue);
        let thread = std::thread::Builder::new()
            .name("store-write".to_owned())
            .spawn(move || {
                while let Some(lease) = leases.pop() {
                    run_group(&connection, lease, &leases);
                }
            })
            .map_err(|error| StoreError::Unavailable(format!("no thread for writing: {error}")))?;
        Ok(Self { queue, thread: Some(thread) })
    }

    pub(super) fn begin(&self) -> SqliteTx {
        SqliteTx { queue: Arc::clone(&self.queue), commands: None }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.queue.close();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn run(connection: &Connection, sql: &str) -> Result<(), StoreError> {
    let mut statement = connection.prepare_cached(sql).map_err(|error| sqlite_error(&error))?;
    statement.execute([]).map(|_| ()).map_err(|error| sqlite_error(&error))
}

/// Runs one transaction, and those that wait when it ends, up to one `COMMIT`.
fn run_group(connection: &Connection, first: Lease, queue: &Queue<Lease>) {
    if let Err(error) = run(connection, "BEGIN IMMEDIATE") {
        // The callers learn of it by their closed channels.
        tracing::error!(%error, "no transaction could begin");
        return;
    }
    let began = Instant::now();
    let mut waiting = Vec::new();
    let mut next = Some(first);
    while let Some(lease) = next {
        waiting.extend(serve(connection, &lease));
        if connection.is_autocommit() {
            // SQLite rolled the whole transaction back, as it does when the disk is full.
            return acknowledge(waiting, Err("the transaction was lost, the disk may be full"));
        }
        let room = waiting.len() < GROUP && began.elapsed() < GROUP_TIME;
        next = if room { queue.try_pop() } else { None };
    }
    let outcome = run(connection, if waiting.is_empty() { "ROLLBACK" } else { "COMMIT" });
    if let Err(error) = &outcome {
        tracing::error!(%error, "a transaction could not be committed");
        let _ = run(connection, "ROLLBACK");
    }
    acknowledge(waiting, outcome.map_err(|_| "the commit failed"));
}

fn acknowledge(waiting: Vec<Acknowledge>, outcome: Result<(), &str>) {
    for reply in waiting {
        let _ = reply.send(outcome.map_err(|reason| StoreError::Unavailable(reason.to_owned())));
    }
}

/// Runs one transaction's statements; to whom the end of the group is to be acknowledged: that it is durable when it was to be
/// committed, and that its fault is true when that may come of rows that are not committed yet.
fn serve(connection: &Connection, lease: &Lease) -> Option<Acknowledge> {
    let began = Instant::now();
    let mut failed = false;
    if let Err(error) = run(connection, "SAVEPOINT tx") {
        tracing::error!(%error, "no savepoint could be set");
        return None;
    }
    while began.elapsed() < LEASE {
        match lease.recv_timeout(IDLE) {
            Ok(Command::Run(statement)) => {
                let go_on = catch_unwind(AssertUnwindSafe(|| statement(connection)));
                if go_on.is_err() {
                    tracing::error!("a statement panicked");
                }
                if connection.is_autocommit() {
                    return None;
                }
                if !matches!(go_on, Ok(true)) {
                    failed = true;
                    break;
                }
            }
            Ok(Command::Commit(reply)) => match run(connection, "RELEASE tx") {
                Ok(()) => return Some(reply),
                Err(error) => {
                    let _ = reply.send(Err(error));
                    break;
                }
            },
            Err(_) => break,
        }
    }
    for sql in ["ROLLBACK TO tx", "RELEASE tx"] {
        if let Err(error) = run(connection, sql) {
            tracing::error!(%error, "a transaction could not be rolled back alone");
            // Never keep half of a transaction: give up the whole group instead.
            let _ = run(connection, "ROLLBACK");
            return None;
        }
    }
    match lease.try_recv() {
        Ok(Command::Commit(reply)) if failed => Some(reply),
        _ => None,
    }
}

/// A transaction: a lease on the writing thread, taken with the first statement and given back when this is dropped.
pub(crate) struct SqliteTx {
    queue: Arc<Queue<Lease>>,
    commands: Option<Sender<Command>>,
}

impl SqliteTx {
    fn send(&mut self, command: Command) -> Result<(), StoreError> {
        self.send_all([command])
    }

    /// Commands that the thread finds all together: it has not to wait for one of them.
    fn send_all<const N: usize>(&mut self, all: [Command; N]) -> Result<(), StoreError> {
        let ended = || StoreError::Unavailable("the transaction stood idle or could not begin".to_owned());
        let send = |commands: &Sender<Command>| {
            all.into_iter().try_for_each(|command| commands.send(command)).map_err(|_| ended())
        };
        if let Some(commands) = &self.commands {
            return send(commands);
        }
        let (commands, lease) = channel();
        send(&commands)?;
        self.commands = Some(commands);
        if self.queue.push(lease) {
            Ok(())
        } else {
            Err(StoreError::Unavailable("too many transactions are waiting".to_owned()))
        }
    }

    fn run<T: Send + 'static>(
        &mut self,
        statement: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<oneshot::Receiver<Result<T, StoreError>>, StoreError> {
        let (reply, answer) = oneshot::channel();
        self.send(Command::Run(Box::new(move |connection| {
            let _ = reply.send(statement(connection));
            // After a fault, its caller drops the transaction.
            true
        })))?;
        Ok(answer)
    }

    pub(in super::super) async fn fold<A, F>(
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
        wait(self.run(move |connection| statements::fold(connection, sql, &sets, init, each))?).await
    }

    pub(in super::super) async fn execute(&mut self, sql: Sql, sets: Vec<Params>) -> Result<u64, StoreError> {
        wait(self.run(move |connection| statements::execute(connection, sql, &sets))?).await
    }

    /// Inserts those rows.
    pub(in super::super) async fn insert(&mut self, batch: Batch) -> Result<(), StoreError> {
        wait(self.run(move |connection| statements::insert(connection, &batch))?).await
    }

    /// Inserts those rows and commits.
    pub(in super::super) async fn commit(mut self, batch: Batch) -> Result<(), StoreError> {
        if !batch.is_empty() {
            return self.run_and_commit(move |connection| statements::insert(connection, &batch)).await;
        }
        if self.commands.is_none() {
            return Ok(());
        }
        let (reply, answer) = oneshot::channel();
        self.send(Command::Commit(reply))?;
        wait(answer).await
    }

    /// As [`Self::fold`] and [`Self::commit`] with one hand-over to the thread.
    pub(in super::super) async fn fold_and_commit<A, F>(
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
        self.run_and_commit(move |connection| statements::fold(connection, sql, &sets, init, each)).await
    }

    /// As [`Self::execute`] and [`Self::commit`] with one hand-over to the thread.
    pub(in super::super) async fn execute_and_commit(
        self,
        sql: Sql,
        sets: Vec<Params>,
    ) -> Result<u64, StoreError> {
        self.run_and_commit(move |connection| statements::execute(connection, sql, &sets)).await
    }

    /// The last statements of a transaction, and its commit; it is rolled back when one of them fails. A fault is told when those
    /// that it may come of are durable, such as the row that was there before.
    async fn run_and_commit<T: Send + 'static>(
        mut self,
        statements: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (reply, answer) = oneshot::channel();
        let (acknowledge, durable) = oneshot::channel();
        let run = Command::Run(Box::new(move |connection| {
            let result = statements(connection);
            let go_on = result.is_ok();
            let _ = reply.send(result);
            go_on
        }));
        self.send_all([run, Command::Commit(acknowledge)])?;
        let durable = wait(durable).await;
        match (wait(answer).await, durable) {
            (Err(StoreError::Conflict(_)), Err(lost)) => Err(lost),
            // The statements' own fault says more than the lost commit that follows it.
            (Err(fault), _) => Err(fault),
            (Ok(result), durable) => durable.map(|()| result),
        }
    }
}

async fn wait<T>(answer: oneshot::Receiver<Result<T, StoreError>>) -> Result<T, StoreError> {
    match tokio::time::timeout(TIMEOUT, answer).await {
        Ok(Ok(result)) => result,
        Ok(Err(_)) => {
            Err(StoreError::Unavailable("the transaction stood idle or could not begin".to_owned()))
        }
        Err(_) => Err(StoreError::Unavailable("the transaction took too long".to_owned())),
    }
}
