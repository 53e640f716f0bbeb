//! How long the sandbox takes, so that people see something happen and tests need not wait.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;

use crate::data::Draw;

/// How waiting is done, injected so that tests need not wait.
#[async_trait]
pub trait Sleeper: Send + Sync {
    /// Comes back after `time`.
    async fn sleep(&self, time: Duration);
}

/// How long the sandbox takes over each step (a sign-in, checking a code, reading one kind), so that the progress of a
/// link can be seen.
#[derive(Clone)]
pub struct Pace {
    steps: Option<(Duration, Duration, Arc<dyn Sleeper>)>,
    resend_after: Duration,
}

impl Pace {
    /// After how long a code can be sent again, unless said otherwise.
    pub const RESEND_AFTER: Duration = Duration::from_secs(30);

    /// Without any waiting: for tests and for making demonstration data.
    #[must_use]
    pub fn instant() -> Self {
        Self { steps: None, resend_after: Self::RESEND_AFTER }
    }

    /// From `shortest` to `longest` a step.
    #[must_use]
    pub fn new(shortest: Duration, longest: Duration, sleeper: Arc<dyn Sleeper>) -> Self {
        Self { steps: Some((shortest, longest, sleeper)), resend_after: Self::RESEND_AFTER }
    }

    /// The same, with codes that can be sent again after that time.
    #[must_use]
    pub fn resending_after(self, resend_after: Duration) -> Self {
        Self { resend_after, ..self }
    }

    /// After how long a code can be sent again.
    pub(crate) const fn resend_after(&self) -> Duration {
        self.resend_after
    }

    /// Waits that long, unless there is no waiting at all.
    pub(crate) async fn wait(&self, time: Duration) {
        if let Some((_, _, sleeper)) = &self.steps
            && !time.is_zero()
        {
            sleeper.sleep(time).await;
        }
    }

    /// Waits for one step; how long depends on `texts` only.
    pub(crate) async fn step(&self, texts: &[&str]) {
        let Some((shortest, longest, sleeper)) = &self.steps else { return };
        let span = u64::try_from(longest.saturating_sub(*shortest).as_millis()).unwrap_or(0);
        sleeper.sleep(*shortest + Duration::from_millis(Draw::new(texts).below(span + 1))).await;
    }
}

impl std::fmt::Debug for Pace {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pace")
            .field("steps", &self.steps.as_ref().map(|(from, to, _)| (from, to)))
            .field("resend_after", &self.resend_after)
            .finish()
    }
}
