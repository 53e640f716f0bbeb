//! Threads that read SQLite.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
    sync::Arc,
    thread::JoinHandle,
    time::Duration,
};

use rusqlite::{Connection, OpenFlags};
use tokio::sync::oneshot;

use super::{
    queue::Queue,
    sqlite::{self, sqlite_error},
};
use crate::error::StoreError;

const QUEUE: usize = 1_024;
const TIMEOUT: Duration = Duration::from_secs(10);

type Job = Box<dyn FnOnce(&Connection) + Send>;

/// A few threads, each with a connection of its own.
pub(super) struct Readers {
    here: std::sync::Mutex<Connection>,
    queue: Arc<Queue<Job>>,
    threads: Vec<JoinHandle<()>>,
}

impl Readers {
    pub(super) fn open(path: &Path, count: usize) -> Result<Self, StoreError> {
        let open = || -> Result<Connection, StoreError> {
            let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
            let connection =
                Connection::open_with_flags(path, flags).map_err(|error| sqlite_error(&error))?;
            sqlite::prepare_connection(&connection)?;
            Ok(connection)
        };
        let mut readers = Self {
            here: std::sync::Mutex::new(open()?),
            queue: Arc::new(Queue::new(QUEUE)),
            threads: Vec::new(),
        };
        for number in 0..count {
            let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
            let connection =
                Connection::open_with_flags(path, flags).map_err(|error| sqlite_error(&error))?;
            sqlite::prepare_connection(&connection)?;
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

    /// Runs `read` on one of the threads.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        if let Ok(connection) = self.here.try_lock() {
            return read(&connection);
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

impl Drop for Readers {
    fn drop(&mut self) {
        self.queue.close();
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}
