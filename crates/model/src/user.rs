//! Users: the people whose data is shared, as the tenant knows them.

use std::collections::BTreeMap;

use crate::{ids::UserId, time::Timestamp};

/// What the tenant noted about a user: at most 5 pairs. It may be personal, so the store seals it.
pub type ExternalMetadata = BTreeMap<String, String>;

/// A person whose data is shared with one tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// Its id.
    pub id: UserId,
    /// When it was made.
    pub created_at: Timestamp,
    /// What the tenant noted about it.
    pub external_metadata: ExternalMetadata,
}
