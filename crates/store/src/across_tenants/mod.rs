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

use sahod_model::{SourceId, Timestamp};

use crate::{
    Store,
    engine::{Row, params, pushing, statements},
    error::StoreError,
    installation,
    scope::{self, Scope},
};

/// Ids of destroyed keys that are looked at together.
const DESTROYED: u16 = 500;

statements! {
    PING = "SELECT count(*) FROM tenants WHERE number = $1";
    COUNT_SOURCES = "SELECT count(*) FROM sources WHERE scope > $1";
    LIVE_ACCOUNT = concat!("SELECT ", scope::columns!(), ", a.id FROM accounts a JOIN scopes s ON s.number = a.scope
        WHERE a.id = $1 AND a.status <> 'DISCONNECTED'");
    LIVE_ARCHIVE = concat!("SELECT ", scope::columns!(), ", a.id FROM archives a JOIN scopes s ON s.number = a.scope
        WHERE a.id = $1 AND a.status <> 'REVOKED'");
}

impl Store {
    /// Whether the data and the keyring answer, and the data can be written.
    pub async fn ping(&self) -> Result<(), StoreError> {
        let read = async { self.data().query(PING, params![0], |row| row.int(0)).await.map(|_| ()) };
        tokio::try_join!(read, self.0.keyring.ping(), self.note_seen(None)).map(drop)
    }

    /// When this data was in use last, by the clocks that were trusted.
    pub async fn last_seen(&self) -> Result<Timestamp, StoreError> {
        installation::last_seen(self.engine()).await
    }

    /// Notes when this data was in use; without a moment only that it can be written.
    pub async fn note_seen(&self, now: Option<Timestamp>) -> Result<(), StoreError> {
        installation::note_seen(self.engine(), now.unwrap_or(Timestamp::from_micros(0))).await
    }

    /// How many sources are kept.
    pub async fn count_sources(&self) -> Result<u64, StoreError> {
        let found = self.data().query_opt(COUNT_SOURCES, params![0], |row| row.int(0)).await?;
        Ok(found.map_or(0, i64::unsigned_abs))
    }

    /// Sources that are kept, and whose keys were destroyed since that moment: their revoke was cut off, or the data is an
    /// older copy in which they were not revoked yet.
    pub async fn revoked_since(&self, since: Timestamp) -> Result<Vec<(Scope, SourceId)>, StoreError> {
        let (mut after, mut found) = ((Timestamp::from_micros(i64::MIN), String::new()), Vec::new());
        loop {
            let destroyed = self.0.keyring.destroyed_since(since, &after, DESTROYED).await?;
            let Some(last) = destroyed.last().cloned() else { return Ok(found) };
            after = last;
            for sql in [LIVE_ACCOUNT, LIVE_ARCHIVE] {
                let sets = destroyed.iter().map(|(_, id)| params![id.as_str()]).collect();
                let read = pushing(|row: Row<'_>| Ok((Scope::from_row(row, 0)?, row.parsed(4)?)));
                found.extend(self.data().fold(sql, sets, Vec::new(), read).await?);
            }
        }
    }

    /// What was made before that moment and lived for so long has ended.
    pub(crate) fn ended_before(&self, lifetime: Duration) -> i64 {
        let lifetime = i64::try_from(lifetime.as_micros()).unwrap_or(i64::MAX);
        self.0.clock.now().as_micros().saturating_sub(lifetime)
    }
}
