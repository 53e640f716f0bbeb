//! The use cases of Sahod and who may do them.
//!
//! Every surface and every job comes through here, so this room is where rules live: what a consent is needed for,
//! when an account may change its state, what a revoke must do and in which order. It knows neither HTTP nor SQL.

mod accounts;
mod archives;
mod auth;
mod background;
mod config;
mod consent_templates;
mod consents;
mod cursors;
mod delivery;
pub mod derive;
mod error;
mod events;
mod exports;
mod files;
mod health;
mod idempotency;
mod ingest;
mod insights;
mod invite_templates;
mod invites;
mod items;
mod link;
mod login_keys;
mod notices;
mod origins;
mod payload_text;
mod payloads;
mod providers;
mod read_archive;
mod reading;
mod receipts;
mod recover;
mod redelivery;
mod requests;
mod retain;
mod revoke;
mod scenarios;
mod sessions;
mod sharing;
mod steps;
mod sweep;
mod sync;
mod tasks;
mod tenants;
mod test_clock;
mod tokens;
mod users;
mod webhooks;
mod wink_templates;

use std::sync::Arc;

use sahod_connectors::Catalogue;
use sahod_jobs::Handler;
use sahod_model::{Clock, Random, Timestamp};
use sahod_outbound::{FileStore, HttpClient, Mailer};
use sahod_store::Store;
use sahod_vault::{MasterKey, TextSealer};
use tokio::sync::watch;

pub use accounts::Reading;
pub use archives::{MAX_FILES, ManualResult, NewArchive, NewFile};
pub use auth::{ApiKeyPair, Caller};
pub use config::{AppConfig, ConsentConfig};
pub use consent_templates::NewConsentTemplate;
pub use cursors::Cursor;
pub use delivery::{Courier, DeliveryConfig};
pub use error::{AppError, Fault};
pub use events::ToldEvent;
pub use files::OpenedFile;
pub use idempotency::{Carried, Named};
pub use invites::NewInvite;
pub use link::{LinkRequest, Progress, Returned, Stage};
pub use login_keys::LoginKeys;
pub use origins::{Framing, MAX_ORIGINS};
pub use providers::ProviderFilter;
pub use receipts::{
    NamedProvider, Organisation, Person, Receipt, Shared, SharedAccount, SharedUpload, SignedReceipt,
};
pub use redelivery::{Replay, WebhookStatus};
pub use sahod_connectors::{
    DataSet, MAX_SCRIPT_PROMPTS, MAX_SCRIPT_SECONDS, PersonName, Rehearsal, Scenario, ScenarioIdentity,
    Script, ScriptPrompt, TestInput, test_inputs, test_people,
};
pub use sahod_documents::samples;
pub use sahod_store::{
    AccountFilter, ArchiveFilter, EventFilter, FirstAnswer, Funnel, ItemFilter, ItemPage, NamedRequest, Page,
    PageRequest, Position, Replayed, RequestFilter, Scope, TaskFilter, UserFilter,
};
pub use sahod_vault::{PublicJwk, SigningJwk};
pub use sahod_webhooks::EventBody;
pub use scenarios::{PersonContent, SandboxPerson};
pub use sessions::{OpenedSession, Session};
pub use test_clock::{MOST_AT_ONCE, TenantClock};
pub use tokens::IssuedToken;
pub use webhooks::{NewWebhook, WebhookChange};

/// What is outside of the installation, and how it is reached.
#[derive(Clone, Debug)]
pub struct Outside {
    /// Other servers.
    pub http: HttpClient,
    /// Where files are kept.
    pub files: FileStore,
    /// Who sends mail; `None`: nobody does.
    pub mailer: Option<Mailer>,
}

/// The use cases, with everything that they need. Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// What the use cases stand on.
pub struct Parts {
    /// The data.
    pub store: Store,
    /// Where data can be read from.
    pub catalogue: Catalogue,
    /// The RSA keys, which may still be in the making.
    pub login_keys: LoginKeys,
    /// The way out.
    pub http: HttpClient,
    /// Where files are kept.
    pub files: FileStore,
    /// Who sends mail; `None`: nobody does.
    pub mailer: Option<Mailer>,
    /// The present.
    pub clock: Arc<dyn Clock>,
    /// Chance.
    pub random: Arc<dyn Random>,
    /// What the operator decided.
    pub config: AppConfig,
    secrets: auth::Secrets,
    cursors: TextSealer,
    addresses: TextSealer,
    receipt_signers: receipts::ReceiptSigners,
    health: health::Tracker,
    links: link::Registry,
    moves: test_clock::Moves,
    requests: requests::Queue,
    /// Whoever waits for something is to wait no longer.
    stopping: watch::Sender<bool>,
}

impl std::ops::Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl App {
    /// The use cases over those parts.
    #[must_use]
    #[expect(
        clippy::too_many_arguments,
        reason = "the wiring happens once, in the binary, and each part is needed"
    )]
    pub fn new(
        store: Store,
        catalogue: Catalogue,
        login_keys: LoginKeys,
        Outside { http, files, mailer }: Outside,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
        config: AppConfig,
        master: &MasterKey,
    ) -> Self {
        Self(Arc::new(Parts {
            store,
            catalogue,
            login_keys,
            http,
            files,
            mailer,
            clock,
            random,
            config,
            secrets: auth::Secrets::new(master),
            cursors: TextSealer::new(master, "list-cursors"),
            addresses: TextSealer::new(master, "file-addresses"),
            receipt_signers: receipts::ReceiptSigners::new(master),
            health: health::Tracker::default(),
            links: link::Registry::default(),
            moves: test_clock::Moves::default(),
            requests: requests::Queue::default(),
            stopping: watch::Sender::new(false),
        }))
    }

    /// The present by a tenant's clock.
    #[must_use]
    pub fn now(&self, scope: &Scope) -> Timestamp {
        scope.now(self.clock.as_ref())
    }

    /// The handlers of every job that the use cases enqueue.
    #[must_use]
    pub fn job_handlers(&self) -> Vec<Box<dyn Handler>> {
        vec![
            Box::new(revoke::RevokeSource::new(self.clone())),
            Box::new(archives::TidyArchive::new(self.clone())),
            Box::new(read_archive::ReadArchive::new(self.clone())),
            Box::new(exports::DeleteExport::new(self.clone())),
            Box::new(notices::TellSwitchedOff::new(self.clone())),
            Box::new(sweep::Sweep::new(self.clone())),
            Box::new(sync::SyncAccount::new(self.clone())),
            Box::new(retain::EraseSource::new(self.clone())),
            Box::new(test_clock::MoveClock::new(self.clone())),
        ]
    }
}
