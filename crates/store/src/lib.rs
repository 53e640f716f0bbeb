//! Everything that is kept: tenants, users, accounts, data points, tasks, webhooks, events and jobs.
//!
//! This room owns every SQL statement. It runs on embedded SQLite or on PostgreSQL, one text for both. Callers hand over and get
//! back plain typed values; what is personal is sealed here, so that the database sees only ids, dates, kinds and states in clear.
//!
//! It refuses
//! - reads and writes of a tenant's rows without its [`Scope`], which only the store makes: rows of another tenant, or of the
//!   other mode, cannot be reached by a forgotten filter. What works across tenants is in one folder, [`across_tenants`];
//! - to wait for anything else within a transaction: keys are made and fetched before it begins ([`Store::create_key`]);
//! - to wait without a bound: queues are bounded, and every wait ends in [`StoreError::Unavailable`].
//!
//! Wrapped data keys live apart, in the *keyring*: a file or database of its own, with its own backups (or none).

pub mod accounts;
pub mod across_tenants;
mod alarm;
pub mod archives;
pub mod attempts;
pub mod config;
pub mod consent_templates;
pub mod consents;
mod data;
mod engine;
pub mod error;
pub mod events;
mod fragment;
mod held;
pub mod idempotency;
mod ingest;
pub mod invite_templates;
pub mod invites;
pub mod items;
pub mod jobs;
mod keyring;
mod migrations;
mod network;
pub mod origins;
pub mod page;
pub mod requests;
pub mod scenarios;
pub mod scope;
mod sealing;
mod sources;
pub mod steps;
pub mod streams;
pub mod tasks;
pub mod tenants;
pub mod test_clock;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
#[cfg(test)]
mod tests;
pub mod tokens;
pub mod tx;
pub mod users;
pub mod webhooks;
pub mod wink_templates;

use std::sync::Arc;

use sahod_model::{Clock, Random};
use sahod_vault::{DataKey, MasterKey, Vault};

pub use accounts::AccountFilter;
pub use across_tenants::delivery::{Due, DueDelivery, FailedDelivery, Holder, StreamProgress, StreamState};
pub use archives::ArchiveFilter;
pub use attempts::AttemptFilter;
pub use config::{DatabaseUrl, DatabaseUrlError, StoreConfig};
pub use consents::Consent;
pub use error::StoreError;
pub use events::{EventFilter, Kept, StoredEvent};
pub use held::HeldTx;
pub use idempotency::{Claim, Claimed, FirstAnswer, IdempotentRequest};
pub use ingest::IngestOutcome;
pub use items::{ItemFilter, ItemPage};
pub use jobs::{ClaimedJob, DeadJob, NewJob};
pub use page::{Page, PageRequest, Position};
pub use requests::RequestFilter;
pub use scope::{Scope, Scoped, ScopedTx};
pub use sealing::{EXPORT_FILE, RAW_FILE};
pub use steps::{Funnel, SessionRef};
pub use streams::{Again, MOST_AGAIN, Replayed, StreamStatus};
pub use tasks::TaskFilter;
pub use tenants::{ApiKeyRecord, NewApiKey, Tenant};
pub use tokens::{LinkSession, NewLinkToken};
pub use tx::Tx;
pub use users::UserFilter;

use alarm::Alarm;
use engine::{Engine, Purpose};
use keyring::Keyring;
use sources::SourceFragments;

/// The store. Cheap to clone.
#[derive(Clone)]
pub struct Store(Arc<Inner>);

pub(crate) struct Inner {
    engine: Engine,
    requests: Engine,
    vault: Vault,
    source_fragments: SourceFragments,
    /// Recognises a login name without telling it.
    login_key: zeroize::Zeroizing<[u8; 32]>,
    /// Recognises an idempotency key and the request made with it without telling them.
    retry_key: zeroize::Zeroizing<[u8; 32]>,
    /// Recognises a login name at other tenants, too.
    network_key: zeroize::Zeroizing<[u8; 32]>,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    alarm: Alarm,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Store")
    }
}

impl Store {
    /// Opens the data and the keyring, making them when they are not there, and brings their schemas up to date.
    pub async fn open(
        config: &StoreConfig,
        master: MasterKey,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
    ) -> Result<Self, StoreError> {
        if let (DatabaseUrl::Sqlite(data), DatabaseUrl::Sqlite(keyring)) = (&config.database, &config.keyring)
            && data == keyring
        {
            return Err(StoreError::Refused(
                "the keyring needs a file of its own: in the data's file it would be in every backup of the data"
                    .to_owned(),
            ));
        }
        let keyring = Keyring::new(Engine::open(&config.keyring, Purpose::Keyring).await?);
        let vault = Vault::new(&master, Arc::new(keyring), Arc::clone(&random));
        let engine = Engine::open(&config.database, Purpose::Data).await?;
        let requests = Engine::open(&config.database.of_requests(), Purpose::Requests).await?;
        let login_key = master.derive("login fingerprint").into();
        let retry_key = master.derive("idempotency keys").into();
        let network_key = master.derive("network fingerprint").into();
        Ok(Self(Arc::new(Inner {
            engine,
            requests,
            vault,
            source_fragments: SourceFragments::new(),
            login_key,
            retry_key,
            network_key,
            clock,
            random,
            alarm: Alarm::default(),
        })))
    }

    /// Makes the data key of a source (an account), a user or a webhook, before the transaction that inserts it.
    pub async fn create_key(&self, id: &str) -> Result<DataKey, StoreError> {
        Ok(self.0.vault.create_key(id).await?)
    }

    /// The data key of that id; `None` when it was destroyed or never made.
    pub async fn key(&self, id: &str) -> Result<Option<DataKey>, StoreError> {
        Ok(self.0.vault.key(id).await?)
    }

    /// Destroys the data key of that id for good: what it sealed is unreadable when this returns. Idempotent.
    pub async fn destroy_key(&self, id: &str) -> Result<(), StoreError> {
        Ok(self.0.vault.destroy_key(id).await?)
    }

    pub(crate) fn engine(&self) -> &Engine {
        &self.0.engine
    }

    pub(crate) fn vault(&self) -> &Vault {
        &self.0.vault
    }

    pub(crate) async fn source_fragments(&self, ids: &[&str]) -> Result<Vec<Option<Arc<str>>>, StoreError> {
        self.0.source_fragments.get(self.data(), ids).await
    }
}
