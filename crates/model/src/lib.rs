//! The nouns of Sahod and the rules that hold for them everywhere: typed ids, exact money, dates, states, events.
//!
//! This room does no I/O and knows neither storage nor HTTP. Time and chance are traits here ([`Clock`], [`Random`]),
//! so that every other room can be run with both of them in a test's hand.

pub mod account;
pub mod archive;
pub mod clock;
pub mod consent_template;
pub mod datapoint;
pub mod event;
mod event_type;
pub mod export;
pub mod identity;
pub mod ids;
pub mod insight;
pub mod invite;
pub mod invite_template;
pub mod item;
pub mod liability;
pub mod link;
pub mod mode;
pub mod money;
pub mod network;
pub mod origin;
mod pay_period;
pub mod provider;
pub mod random;
pub mod request;
pub mod right;
mod schema;
pub mod step;
pub mod task;
pub mod texts;
pub mod time;
pub mod user;
pub mod webhook;
pub mod webhook_secret;
pub mod webhook_url;
pub mod wink_template;
mod wire_enum;

pub use account::{Account, AccountErrorCode, ConnectionStatus, MonitorStatus};
pub use archive::{
    Archive, ArchiveContent, ArchiveErrorCode, ArchiveStatus, FileFormat, FileSubtype, FileType, Payslip,
    RawFile,
};
pub use clock::{Clock, FixedClock, SystemClock};
pub use consent_template::ConsentTemplate;
pub use datapoint::Datapoint;
pub use event::{Event, EventData};
pub use event_type::EventType;
pub use export::{Export, ExportFormat};
pub use ids::{
    AccountId, ApiKeyId, ArchiveId, AttemptId, ConsentId, ConsentTemplateId, EventId, ExportId, IdError,
    InviteId, InviteLogId, InviteTemplateId, ItemId, JobId, RawFileId, ScenarioId, SourceId, StepId, TaskId,
    TenantId, TokenId, UserId, WebhookId, WinkTemplateId,
};
pub use invite::{Invite, InviteLog, InviteStatus, Invitee};
pub use invite_template::InviteTemplate;
pub use mode::Mode;
pub use money::{Amount, Currency};
pub use origin::Origin;
pub use provider::{Provider, ProviderId, ProviderType};
pub use random::{Random, SeededRandom, SystemRandom};
pub use request::{Request, RequestId};
pub use right::{Right, Rights};
pub use secrecy::{ExposeSecret, SecretString};
pub use step::{SessionStep, Step};
pub use task::{Task, TaskStatus, TaskType};
pub use time::{Date, Month, Timestamp};
pub use user::{ExternalMetadata, SessionStatus, User, UserSession};
pub use webhook::{
    AttemptDetails, DeliveryAttempt, PreviousSecret, ReceivedResponse, SentRequest, SwitchedOff,
    SwitchedOffReason, Webhook,
};
pub use webhook_secret::{WebhookSecret, WebhookSecretError};
pub use webhook_url::{WebhookUrl, WebhookUrlError};
pub use wink_template::{WinkContent, WinkTemplate};
