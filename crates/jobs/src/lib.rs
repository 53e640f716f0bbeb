//! Background work: claims jobs from the store, keeps their leases alive, and notes how they ended.
//!
//! A job is enqueued in the transaction that wants it, so it exists exactly when its cause does. It runs at least
//! once: a worker that dies loses its lease and another one takes over, so handlers must be safe to repeat. A try that
//! panics is lost, and a job is given up after [`MOST_LOST`] of them in a row. This room
//! knows no concrete job; handlers are given to it.

mod worker;

use std::{borrow::Cow, time::Duration};

use futures_util::future::BoxFuture;
pub use sahod_store::ClaimedJob;
pub use worker::{MOST_LOST, Worker, WorkerConfig};

/// How one try of a job ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The work is done, or no longer wanted.
    Done,
    /// It should be tried again.
    Retry {
        /// How long to wait first.
        after: Duration,
        /// Why, in words for an operator. Never personal data.
        reason: Cow<'static, str>,
    },
    /// It cannot succeed. The job is kept, dead, for an operator to look at.
    Fail {
        /// Why, in words for an operator. Never personal data.
        reason: Cow<'static, str>,
    },
}

/// Does the work of one kind of job.
pub trait Handler: Send + Sync {
    /// The kind that it handles: verb, noun and version, such as `revoke_source.v1`.
    fn kind(&self) -> &'static str;

    /// Whether it is one that comes back for ever: it is never given up, however often it panics.
    fn is_standing(&self) -> bool {
        false
    }

    /// Whether jobs of the kind are to be begun now. Those that are not stay as they are.
    fn is_ready(&self) -> bool {
        true
    }

    /// Tries the job once. Dropped when the lease is lost or the worker stops.
    fn run<'a>(&'a self, job: &'a ClaimedJob) -> BoxFuture<'a, Outcome>;
}
