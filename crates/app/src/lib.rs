//! The use cases of Sahod and who may do them.
//!
//! Every surface and every job comes through here, so this room is where rules live: what a consent is needed for,
//! when an account may change its state, what a revoke must do and in which order. It knows neither HTTP nor SQL.
//!
//! It is divided into domains, one folder each, whose first page says what it owns and what it refuses. Every use case takes an
//! [`Acting`] and asks it, first of all, for the right that it needs.

mod acting;
mod app;
mod config;
mod data_sources;
mod delivery;
mod documents;
mod error;
mod job_handlers;
mod jobs;
mod linking;
mod login_keys;
mod organisations;
mod people;
mod requests;
mod sandbox;
mod secrets;
mod services;
mod session;
mod sharing;
mod slots;
mod sources;
mod time_guard;
mod upkeep;

pub use acting::Acting;
pub use app::{App, Domains};
pub use config::{AppConfig, ConsentConfig, DeliveryConfig, LinkLimits};
pub use data_sources::DataSources;
pub use delivery::{Courier, DeliveredEvent, Delivery, NewWebhook, Replay, WebhookChange, WebhookStatus};
pub use documents::{Documents, MAX_FILES, ManualResult, NewArchive, NewFile, OpenedFile};
pub use error::{AppError, Fault};
pub use linking::{Departure, LinkRequest, Linking, Progress, ProviderFilter, Returned, Stage};
pub use login_keys::LoginKeys;
pub use organisations::{ApiKeyPair, Framing, KeyPurpose, MAX_ORIGINS, NewConsentTemplate, Organisations};
pub use people::{IssuedToken, NewInvite, OpenedSession, Opening, People, SessionWatch};
pub use requests::{Cursor, FreshAnswer, IdempotentAnswer, Requests};
pub use sahod_sandbox::{
    DataSet, MAX_SCRIPT_PROMPTS, MAX_SCRIPT_SECONDS, PersonName, Rehearsal, Scenario, ScenarioIdentity,
    Script, ScriptPrompt, TestInput, samples, test_inputs, test_people,
};
pub use sahod_store::{
    AccountFilter, ArchiveFilter, EventFilter, FirstAnswer, Funnel, IdempotentRequest, ItemFilter, ItemPage,
    ListedKey, Page, PageRequest, Position, Replayed, RequestFilter, TaskFilter, UserFilter,
};
pub use sahod_vault::{PublicJwk, SigningJwk};
pub use sahod_webhooks::EventBody;
pub use sandbox::{MOST_AT_ONCE, PersonContent, Sandbox, SandboxPerson, TenantClock};
pub use services::Services;
pub use session::Session;
pub use sharing::{
    AgreedBy, AskedBy, NamedProvider, Receipt, Shared, SharedAccount, SharedUpload, Sharing, SignedReceipt,
};
pub use slots::{NoSlot, Slot, Slots};
pub use sources::{ReadingDates, Sources};
pub use upkeep::Upkeep;
