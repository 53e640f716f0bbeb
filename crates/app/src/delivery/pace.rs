//! How often something is done: at once when it was not done for a while, and otherwise after a pause in which more comes
//! together. So what is done seldom waits for nothing, and what there is much of costs little.

use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// When something may be done again.
#[derive(Debug)]
pub(super) struct Pace {
    every: Duration,
    next: Instant,
}

impl Pace {
    pub(super) fn new(every: Duration) -> Self {
        Self { every, next: Instant::now() }
    }

    /// Whether it may be done now.
    pub(super) fn allows(&self) -> bool {
        Instant::now() >= self.next
    }

    /// It is done now.
    pub(super) fn done(&mut self) {
        self.next = Instant::now() + self.every;
    }

    /// Waits until it may be done.
    pub(super) async fn wait(&self) {
        sleep_until(self.next).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_is_seldom_waits_for_nothing() {
        let mut often = Pace::new(Duration::from_hours(1));
        assert!(often.allows());
        often.done();
        assert!(!often.allows());
        let mut seldom = Pace::new(Duration::from_millis(1));
        seldom.done();
        seldom.wait().await;
        assert!(seldom.allows());
    }
}
