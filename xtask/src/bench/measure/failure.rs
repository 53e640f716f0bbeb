//! Why a measurement could not be made.

/// What a measurement ends with when it cannot be made.
pub(super) type Failure = Box<dyn std::error::Error + Send + Sync>;
