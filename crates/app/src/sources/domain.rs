//! What sources are read and kept with.

use std::sync::Arc;

use crate::{requests::Requests, services::Services};

/// Use cases of accounts and of what was read from them.
#[derive(Clone)]
pub struct Sources {
    pub(super) services: Arc<Services>,
    pub(super) requests: Requests,
}

impl Sources {
    pub(crate) fn new(services: &Arc<Services>, requests: &Requests) -> Self {
        Self { services: Arc::clone(services), requests: requests.clone() }
    }
}
