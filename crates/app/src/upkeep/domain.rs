//! What an installation is kept running with.

use std::{sync::Arc, time::Duration};

use sahod_model::Timestamp;
use tokio::{
    sync::watch,
    time::{sleep, timeout},
};

use crate::{AppError, services::Services, time_guard::TimeGuard};

/// Within this time a probe is answered.
const QUICKLY: Duration = Duration::from_secs(3);
const LOOK_EVERY: Duration = Duration::from_mins(1);

/// Use cases of the operator and of the program itself.
#[derive(Clone)]
pub struct Upkeep {
    pub(super) services: Arc<Services>,
    pub(super) time: Arc<TimeGuard>,
}

impl Upkeep {
    pub(crate) fn new(services: &Arc<Services>, time: &Arc<TimeGuard>) -> Self {
        Self { services: Arc::clone(services), time: Arc::clone(time) }
    }

    /// Whether the data and the keyring answer, and the data can be written: soon, or not at all.
    pub async fn ping(&self) -> Result<(), AppError> {
        match timeout(QUICKLY, self.services.store.ping()).await {
            Ok(answered) => Ok(answered?),
            Err(_) => Err(AppError::Unavailable("the databases do not answer in time".to_owned())),
        }
    }

    /// Compares the clock with when the data was in use last, before anything is done because time has passed; when that was.
    pub async fn begin(&self) -> Result<Timestamp, AppError> {
        let last_seen = self.services.store.last_seen().await?;
        self.time.begin(last_seen);
        self.note_seen().await?;
        Ok(last_seen)
    }

    /// Watches the clock until `stop` is true, and notes that the data is in use.
    pub async fn watch_time(self, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            tokio::select! {
                () = sleep(LOOK_EVERY) => {}
                _ = stop.changed() => break,
            }
            if let Err(error) = self.note_seen().await {
                tracing::error!(%error, "the data cannot be written");
            }
        }
    }

    /// A clock that is not believed says nothing about when the data was in use.
    async fn note_seen(&self) -> Result<(), AppError> {
        if self.time.is_sound() {
            self.services.store.note_seen(Some(self.services.clock.now())).await?;
        }
        Ok(())
    }

    /// Takes back what a process left that was alone on this database and has died: jobs that it had claimed, and webhooks that it
    /// had.
    pub async fn take_back(&self) -> Result<(), AppError> {
        self.services.store.release_jobs(self.services.clock.now()).await?;
        self.services.store.release_all_streams().await?;
        Ok(())
    }
}
