//! Files: what people and tenants hand over, what is read in it, and what is handed out.
//!
//! Owns archives and their reading, the files that are kept and the addresses at which they can be fetched for a while, and exports.
//! Refuses to keep a file that is not sealed, or that no job would tidy up.

mod archive_events;
mod archives;
mod domain;
mod exports;
mod files;
mod quota;
mod reading;
mod slots;
mod upload_slots;

pub(crate) use archive_events::archive_event;
pub(crate) use archives::TidyArchive;
pub use archives::{MAX_FILES, ManualResult, NewArchive, NewFile};
pub use domain::Documents;
pub(crate) use exports::DeleteExport;
pub use files::OpenedFile;
pub(crate) use reading::ReadArchive;
