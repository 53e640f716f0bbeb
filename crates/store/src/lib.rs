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
mod databases;
mod engine;
pub mod erasure;
pub mod error;
pub mod events;
mod fragment;
mod held;
pub mod idempotency;
mod ingest;
mod installation;
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
mod source_fragments;
mod sources;
pub mod steps;
mod store;
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

pub use accounts::{AccountFilter, LinkAttempt};
pub use across_tenants::delivery::{Due, DueDelivery, FailedDelivery, Holder, StreamProgress, StreamState};
pub use across_tenants::unfinished::UnfinishedAccount;
pub use archives::{ArchiveFilter, HandedOver};
pub use attempts::AttemptFilter;
pub use config::{DatabaseUrl, DatabaseUrlError, StoreConfig};
pub use consents::Consent;
pub use databases::Databases;
pub use engine::back_up;
pub use erasure::IdleUsers;
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
pub use steps::{Funnel, SessionRef, WrongSignIns};
pub use store::Store;
pub use streams::{Again, MOST_AGAIN, Replayed, StreamStatus};
pub use tasks::TaskFilter;
pub use tenants::{ApiKeyRecord, ListedKey, NewApiKey, Tenant};
pub use tokens::{LinkSession, NewLinkToken};
pub use tx::Tx;
pub use users::UserFilter;
