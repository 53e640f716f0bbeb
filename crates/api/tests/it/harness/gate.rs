//! Holds the sandbox source still, so that a test can look at what is half-way.

use std::{sync::Arc, time::Duration};

use sahod_sandbox::{Pace, Sleeper, async_trait};
use tokio::sync::Semaphore;

/// What every step of the sandbox source goes through: a sign-in, checking a code, reading one kind. Open at first.
#[derive(Clone, Debug)]
pub(crate) struct Gate(Arc<Semaphore>);

impl Gate {
    pub(crate) fn open() -> Self {
        Self(Arc::new(Semaphore::new(Semaphore::MAX_PERMITS)))
    }

    pub(crate) fn pace(&self) -> Pace {
        Pace::new(Duration::ZERO, Duration::ZERO, Arc::new(self.clone()))
    }

    /// From now on each step waits.
    pub(crate) fn close(&self) {
        self.0.forget_permits(Semaphore::MAX_PERMITS);
    }

    /// Lets one step pass.
    pub(crate) fn step(&self) {
        self.0.add_permits(1);
    }
}

#[async_trait]
impl Sleeper for Gate {
    async fn sleep(&self, _: Duration) {
        self.0.acquire().await.unwrap().forget();
    }
}
