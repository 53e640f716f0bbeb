//! What a file is and what it says.
//!
//! This room owns the formats of files, told by their bytes and never by what somebody says they are, and reading
//! documents. What can be read today are the sandbox's sample payslips ([`samples`]); real documents are honestly
//! answered with "unsupported" by whoever asks.
//!
//! It refuses to store anything, to know about archives, tenants or events, and to leave the machine.

mod format;
pub mod samples;

pub use format::{MAX_FILE_BYTES, is_of_format};
