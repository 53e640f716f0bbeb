//! How many requests that carry files a process takes at a time.

use std::sync::Arc;

use crate::Places;

/// Requests of people that this process takes at a time. While one is worked on it may hold four times its size in memory.
const OF_PEOPLE: usize = 16;
/// How many of them are one person's: another can be on its way while the first still is, on a weak line.
const OF_ONE_PERSON: usize = 2;
/// Requests of tenants' servers that this process takes at a time.
const OF_SERVERS: usize = 8;

/// The places of a process.
#[derive(Clone)]
pub(super) struct UploadPlaces {
    pub(super) people: Arc<Places>,
    pub(super) servers: Arc<Places>,
}

impl Default for UploadPlaces {
    fn default() -> Self {
        Self {
            people: Arc::new(Places::new(OF_PEOPLE, OF_ONE_PERSON)),
            servers: Arc::new(Places::new(OF_SERVERS, OF_SERVERS)),
        }
    }
}
