//! What works across tenants: who a caller is, jobs, deliveries, what is unfinished, what has ended. The only place without a
//! [`Scope`](crate::Scope) in its hand; nothing here is for use cases that act for a tenant.

pub(crate) mod api_keys;
pub(crate) mod contacts;
pub mod delivery;
pub(crate) mod idempotency;
pub(crate) mod jobs;
pub(crate) mod network;
pub(crate) mod requests;
pub(crate) mod sessions;
pub(crate) mod tenants;
pub(crate) mod unfinished;

use std::time::Duration;

use crate::{
    Store,
    engine::{params, statements},
    error::StoreError,
};

statements! {
    PING = "SELECT count(*) FROM tenants WHERE number = $1";
}

impl Store {
    /// Whether the database answers, for readiness probes.
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.data().query(PING, params![0], |row| row.int(0)).await.map(|_| ())
    }

    /// What was made before that moment and lived for so long has ended.
    pub(crate) fn ended_before(&self, lifetime: Duration) -> i64 {
        let lifetime = i64::try_from(lifetime.as_micros()).unwrap_or(i64::MAX);
        self.0.clock.now().as_micros().saturating_sub(lifetime)
    }
}
