//! Reading SQLite: one read at a time where it is called for, all others on threads of their own.
//!
//! A page of a list takes less time to read than to hand to a thread and back: two sleeping threads have to be woken. So a
//! read that finds nobody else reading runs at once, on the caller's thread. It is one at a time, so that a slow disk holds up
//! one of the runtime's threads at most.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
    sync::{Arc, Mutex, TryLockError},
    thread::JoinHandle,
    time::Duration,
};

use rusqlite::{Connection, OpenFlags};
use tokio::sync::oneshot;

use super::{connection::prepare_connection, errors::sqlite_error, queue::Queue};
use crate::error::StoreError;

const QUEUE: usize = 1_024;
const TIMEOUT: Duration = Duration::from_secs(10);

type Job = Box<dyn FnOnce(&Connection) + Send>;

/// A few threads, each with a connection of its own, and perhaps one more connection for reading on the caller's thread.
pub(super) struct Readers {
    here: Option<Mutex<Connection>>,
    queue: Arc<Queue<Job>>,
    threads: Vec<JoinHandle<()>>,
}

impl Readers {
    /// `here`: whether callers may read on their own threads. Not where a read can wait for a writer.
    pub(super) fn open(path: &Path, count: usize, here: bool) -> Result<Self, StoreError> {
        let here = if here { Some(Mutex::new(connect(path)?)) } else { None };
        let mut readers = Self { here, queue: Arc::new(Queue::new(QUEUE)), threads: Vec::new() };
        for number in 0..count {
            let connection = connect(path)?;
            let queue = Arc::clone(&readers.queue);
            let thread = std::thread::Builder::new()
                .name(format!("store-read-{number}"))
                .spawn(move || {
                    while let Some(job) = queue.pop() {
                        // A fault in one read must not end the thread: its caller learns of it by the lost answer.
                        if catch_unwind(AssertUnwindSafe(|| job(&connection))).is_err() {
                            tracing::error!("a read panicked");
                        }
                    }
                })
                .map_err(|error| StoreError::Unavailable(format!("no thread for reading: {error}")))?;
            readers.threads.push(thread);
        }
        Ok(readers)
    }

    /// Runs `read` here if nobody else does, otherwise on one of the threads.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        match self.here.as_ref().map(Mutex::try_lock) {
            Some(Ok(connection)) => return read(&connection),
            // A read that panicked has left nothing behind: its statement was reset on the way out.
            Some(Err(TryLockError::Poisoned(connection))) => return read(&connection.into_inner()),
            Some(Err(TryLockError::WouldBlock)) | None => {}
        }
        let (reply, answer) = oneshot::channel();
        let job: Job = Box::new(move |connection| {
            // Nobody waits any more: the caller was cancelled or timed out.
            if !reply.is_closed() {
                let _ = reply.send(read(connection));
            }
        });
        if !self.queue.push(job) {
            return Err(StoreError::Unavailable("too many reads are waiting".to_owned()));
        }
        match tokio::time::timeout(TIMEOUT, answer).await {
            Ok(Ok(result)) => result,
            Ok(Err(_)) => Err(StoreError::Unavailable("the read was given up".to_owned())),
            Err(_) => Err(StoreError::Unavailable("the read took too long".to_owned())),
        }
    }
}

fn connect(path: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(|error| sqlite_error(&error))?;
    prepare_connection(&connection)?;
    Ok(connection)
}

impl Drop for Readers {
    fn drop(&mut self) {
        self.queue.close();
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wait<T>(future: impl Future<Output = T>) -> T {
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
    }

    #[test]
    fn a_read_runs_here_unless_another_one_does() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("data.db");
        Connection::open(&path).unwrap().execute_batch("CREATE TABLE t (a INTEGER)").unwrap();
        let readers = Arc::new(Readers::open(&path, 1, true).unwrap());
        let here = std::thread::current().name().map(str::to_owned);
        let thread_name = |_: &Connection| Ok(std::thread::current().name().map(str::to_owned));

        let panicked = catch_unwind(AssertUnwindSafe(|| wait(readers.run::<()>(|_| panic!("in a read")))));
        assert!(panicked.is_err());
        assert_eq!(wait(readers.run(thread_name)).unwrap(), here, "after a panic, too");

        let others = Arc::clone(&readers);
        let meanwhile = move |_: &Connection| {
            let other = std::thread::spawn(move || wait(others.run(thread_name)));
            other.join().unwrap()
        };
        assert_eq!(wait(readers.run(meanwhile)).unwrap().as_deref(), Some("store-read-0"));
    }
}
