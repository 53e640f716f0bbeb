//! What the sandbox is run with.

use std::sync::Arc;

use tokio::sync::Semaphore;

use crate::services::Services;

/// How many clocks one process moves at the same time.
const MOVES_AT_ONCE: usize = 4;

/// Use cases that only the sandbox has.
#[derive(Clone)]
pub struct Sandbox {
    pub(super) services: Arc<Services>,
    /// A place for each clock that is being moved.
    pub(super) moves: Arc<Semaphore>,
}

impl Sandbox {
    pub(crate) fn new(services: &Arc<Services>) -> Self {
        Self { services: Arc::clone(services), moves: Arc::new(Semaphore::new(MOVES_AT_ONCE)) }
    }
}
