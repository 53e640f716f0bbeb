//! What a file is and what it says.
//!
//! This room owns the formats of files, told by their bytes and never by what somebody says they are, and the trait that
//! whatever reads documents fills in ([`DocumentReader`]). Which kinds of documents are read in a mode is asked of its reader
//! and said nowhere else; a mode without one reads nothing ([`DocumentReaders`]).
//!
//! It refuses to store anything, to know about archives, tenants or events, and to leave the machine.

mod format;
mod reader;

pub use async_trait::async_trait;
pub use format::{MAX_FILE_BYTES, is_of_format};
pub use reader::{DocumentFile, DocumentReader, DocumentReaders, Extraction, UnreadDocument};
