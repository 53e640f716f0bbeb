//! What was read from accounts, and reading them.
//!
//! Owns accounts, tasks and data points; reading a signed-in source to the end, storing and announcing what it said, working out
//! what follows from it, reading it again month by month, and until when it is kept. Refuses to sign anybody in, and to end what a
//! person shares.

mod account_events;
mod accounts;
mod derive;
mod domain;
mod ingest;
mod insights;
mod items;
mod jobs;
mod payload_text;
mod payloads;
mod reader;
mod retention;
mod sync;
mod tasks;

pub(crate) use account_events::{account_event, new_task, source_event};
pub use accounts::ReadingDates;
pub use domain::Sources;
pub(crate) use ingest::end_running_tasks;
pub(crate) use jobs::SourceJob;
pub(crate) use payloads::AccountPayload;
pub(crate) use reader::{Reader, ReadingStopped};
pub(crate) use retention::{ERASE_SOURCE, erase_later};
pub(crate) use sync::{SYNC_ACCOUNT, SyncAccount, begin_monitoring};
