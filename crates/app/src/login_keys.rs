//! The RSA keys, made behind the start: what needs them waits, everything else goes on.

use std::{sync::Arc, time::Duration};

use sahod_vault::{RsaKeyError, RsaKeys};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore, watch},
    time::timeout,
};

use crate::AppError;

/// How long a request waits for keys that are still in the making.
const PATIENCE: Duration = Duration::from_secs(20);

/// The RSA keys, now or in a moment.
#[derive(Clone, Debug)]
pub struct LoginKeys {
    keys: watch::Receiver<Option<Arc<RsaKeys>>>,
    /// One for each signature that is made at the same time.
    places: Arc<Semaphore>,
}

impl LoginKeys {
    /// Starts `make` on a thread of its own.
    #[must_use]
    pub fn start(make: impl FnOnce() -> Result<RsaKeys, RsaKeyError> + Send + 'static) -> Self {
        let (sender, receiver) = watch::channel(None);
        tokio::task::spawn_blocking(move || match make() {
            Ok(keys) => {
                sender.send_replace(Some(Arc::new(keys)));
            }
            Err(error) => tracing::error!(%error, "cannot make the RSA keys; nobody can link an account"),
        });
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self { keys: receiver, places: Arc::new(Semaphore::new(cores.saturating_sub(1).max(1))) }
    }

    /// The keys, waiting for them if they are still being made.
    pub async fn get(&self) -> Result<Arc<RsaKeys>, AppError> {
        let mut keys = self.keys.clone();
        let ready = timeout(PATIENCE, keys.wait_for(Option::is_some)).await;
        match ready {
            Ok(Ok(keys)) => keys.clone().ok_or_else(|| AppError::internal("the RSA keys vanished")),
            Ok(Err(_)) => Err(AppError::Unavailable("the RSA keys could not be made".into())),
            Err(_) => Err(AppError::Unavailable("the RSA keys are still being made".into())),
        }
    }
    /// Waits for its turn to sign, which is held until what this returns is dropped.
    pub(crate) async fn place(&self) -> Result<OwnedSemaphorePermit, AppError> {
        let place = timeout(PATIENCE, Arc::clone(&self.places).acquire_owned()).await;
        let place = place.map_err(|_| AppError::Unavailable("too many signatures are waiting".into()))?;
        place.map_err(AppError::internal)
    }
}
