//! What sources are read and kept with.

use std::sync::Arc;

use crate::{requests::Requests, services::Services, time_guard::TimeGuard};

/// Use cases of accounts and of what was read from them.
#[derive(Clone)]
pub struct Sources {
    pub(super) services: Arc<Services>,
    pub(super) requests: Requests,
    pub(super) time: Arc<TimeGuard>,
}

impl Sources {
    pub(crate) fn new(services: &Arc<Services>, requests: &Requests, time: &Arc<TimeGuard>) -> Self {
        Self { services: Arc::clone(services), requests: requests.clone(), time: Arc::clone(time) }
    }
}
