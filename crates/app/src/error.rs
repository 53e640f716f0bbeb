//! The one error of the use cases: what the caller may know, and apart from it what only the log may.

use std::{borrow::Cow, time::Duration};

use sahod_store::StoreError;

/// One thing that is wrong with what a caller sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The parameter or field, as the caller named it.
    pub parameter: Cow<'static, str>,
    /// What is wrong and what would be right.
    pub detail: Cow<'static, str>,
}

impl Fault {
    /// A fault of that parameter.
    pub fn new(parameter: impl Into<Cow<'static, str>>, detail: impl Into<Cow<'static, str>>) -> Self {
        Self { parameter: parameter.into(), detail: detail.into() }
    }
}

/// Why a use case was not carried out.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// Unknown API key or wrong secret.
    #[error("unknown key or wrong secret")]
    InvalidCredentials,
    /// A token or session that is unknown, spent, forged or expired.
    #[error("invalid token")]
    InvalidToken,
    /// The caller is known but has no right to this.
    #[error("no right to this")]
    Forbidden,
    /// What the caller sent is wrong, in every place listed.
    #[error("invalid parameters")]
    Invalid(Vec<Fault>),
    /// There is no such thing in the caller's tenant and mode.
    #[error("no such thing")]
    Missing,
    /// The caller has done as much as it may for now; how long to wait, and what it was that is too much.
    #[error("a limit is reached")]
    LimitReached(Duration, Fault),
    /// All places are taken; how long to wait before looking for one again.
    #[error("no place is left")]
    Busy(Duration),
    /// Something that is needed does not answer now; trying again later may help.
    #[error("unavailable: {0}")]
    Unavailable(String),
    /// A fault of ours. The text is for the log only.
    #[error("internal: {0}")]
    Internal(String),
}

impl AppError {
    /// The error of a single faulty parameter.
    pub fn invalid(parameter: impl Into<Cow<'static, str>>, detail: impl Into<Cow<'static, str>>) -> Self {
        Self::Invalid(vec![Fault::new(parameter, detail)])
    }

    /// A fault of ours, from whatever it came.
    pub fn internal(cause: impl std::fmt::Display) -> Self {
        Self::Internal(cause.to_string())
    }
}

impl From<StoreError> for AppError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable(_) | StoreError::Retry(_) => Self::Unavailable(error.to_string()),
            other => Self::Internal(other.to_string()),
        }
    }
}
