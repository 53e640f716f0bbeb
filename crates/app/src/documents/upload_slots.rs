//! How many requests that carry files a process takes at a time.

use std::sync::Arc;

use crate::Slots;

/// Requests of people that this process takes at a time. Most of them are on their way; how many bytes these may hold, and how
/// many are worked on at once, has limits of its own.
const OF_PEOPLE: usize = 256;
/// How many of them are one person's: another can be on its way while the first still is, on a weak line.
const OF_ONE_PERSON: usize = 2;
/// Requests of tenants' servers that this process takes at a time.
const OF_SERVERS: usize = 64;

/// The slots of a process.
#[derive(Clone)]
pub(super) struct UploadSlots {
    pub(super) people: Arc<Slots>,
    pub(super) servers: Arc<Slots>,
}

impl Default for UploadSlots {
    fn default() -> Self {
        Self {
            people: Arc::new(Slots::new(OF_PEOPLE, OF_ONE_PERSON)),
            servers: Arc::new(Slots::new(OF_SERVERS, OF_SERVERS)),
        }
    }
}
