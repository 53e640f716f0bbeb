//! What connections may take.

use std::time::Duration;

/// What a connection, and all of them, may take.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ConnectionLimits {
    /// How many there may be.
    pub(crate) in_all: usize,
    /// How many from one address.
    pub(crate) of_one: usize,
    /// How long an encrypted beginning, and then each head, may take.
    pub(crate) head_timeout: Duration,
    /// How long it is kept for the next request.
    pub(crate) keep_alive: Duration,
}
