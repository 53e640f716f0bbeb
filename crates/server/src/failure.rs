//! How a command fails.

use std::error::Error;

/// What a command ends with when it fails: a text for the person at the terminal.
pub(crate) type Failure = Box<dyn Error + Send + Sync>;
