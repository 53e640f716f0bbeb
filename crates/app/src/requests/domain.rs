//! What requests are handled with.

use std::sync::Arc;

use sahod_model::{RequestId, Timestamp};
use sahod_vault::{MasterKey, TextSealer};

use super::log_queue::Queue;
use crate::{Acting, AppError, services::Services};

/// Use cases of requests.
#[derive(Clone)]
pub struct Requests {
    pub(super) services: Arc<Services>,
    pub(super) cursors: Arc<TextSealer>,
    pub(super) log: Arc<Queue>,
}

impl Requests {
    pub(crate) fn new(services: &Arc<Services>, master: &MasterKey) -> Self {
        Self {
            services: Arc::clone(services),
            cursors: Arc::new(TextSealer::new(master, "list-cursors")),
            log: Arc::default(),
        }
    }

    /// An id for a request that just came in.
    #[must_use]
    pub fn new_id(&self) -> RequestId {
        RequestId::new(self.services.clock.as_ref(), self.services.random.as_ref())
    }

    /// The machine's time, which the requests log goes by.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.services.clock.now()
    }

    /// The time by the clock of the tenant for whom something is done.
    pub fn tenant_now(&self, acting: &Acting) -> Result<Timestamp, AppError> {
        Ok(self.services.now(acting.scope()?))
    }
}
