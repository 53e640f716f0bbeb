//! What an installation is kept running with.

use std::sync::Arc;

use crate::{AppError, services::Services};

/// Use cases of the operator and of the program itself.
#[derive(Clone)]
pub struct Upkeep {
    pub(super) services: Arc<Services>,
}

impl Upkeep {
    pub(crate) fn new(services: &Arc<Services>) -> Self {
        Self { services: Arc::clone(services) }
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<(), AppError> {
        Ok(self.services.store.ping().await?)
    }

    /// Takes back what a process left that was alone on this database and has died: jobs that it had claimed, and webhooks that it
    /// had.
    pub async fn take_back(&self) -> Result<(), AppError> {
        self.services.store.release_jobs(self.services.clock.now()).await?;
        self.services.store.release_all_streams().await?;
        Ok(())
    }
}
