//! What every connector fills in.

use async_trait::async_trait;
use sahod_model::{
    AccountErrorCode, Datapoint, Provider, ProviderId, Random, SecretString, Timestamp, item::SourceItem,
};

use crate::{credentials::Credentials, prompts::Person};

/// What talks to one or many data sources. Holds no state of a person's: that is in the [`SourceSession`].
#[async_trait]
pub trait Connector: Send + Sync {
    /// Signs the person in at the provider, asking them what the source wants to know.
    async fn sign_in(
        &self,
        login: SignIn<'_>,
        person: &dyn Person,
    ) -> Result<Box<dyn SourceSession>, SourceError>;

    /// Goes on with what an earlier session [left](SourceSession::keep) for reading again without the person;
    /// [`AccountErrorCode::AuthRequired`] when the source wants the person again.
    async fn resume(
        &self,
        provider: &Provider,
        kept: SecretString,
        now: Timestamp,
    ) -> Result<Box<dyn SourceSession>, SourceError>;
}

/// What a sign-in needs. The credentials are the connector's to drop, and dropping wipes them.
pub struct SignIn<'a> {
    /// Where to sign in.
    pub provider: &'a Provider,
    /// What the person typed.
    pub fields: Credentials,
    /// The present, by the tenant's clock: nothing later than this is read.
    pub now: Timestamp,
    /// Chance, for what must not be guessed.
    pub random: &'a dyn Random,
    /// Where the source's own page sends the person back to.
    pub return_url: &'a str,
}

/// A signed-in session at a source.
#[async_trait]
pub trait SourceSession: Send {
    /// Everything of that kind, each item with the key that it has at every reading; in no promised order.
    ///
    /// Kinds that the provider does not support are [`SourceError::UnsupportedKind`], and so are those that are derived
    /// and never read ([`Datapoint::is_derived`]).
    async fn read(&mut self, kind: Datapoint) -> Result<Vec<SourceItem>, SourceError>;

    /// What is needed to read again without the person: the source's own session or refresh token, never a password.
    /// `None` when the source does not allow it.
    fn keep(&self) -> Option<SecretString>;
}

/// Why a source could not be signed in to or read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SourceError {
    /// The source, or the person, said no.
    #[error("the source answered {}", .0.as_str())]
    Refused(AccountErrorCode),
    /// This connector does not serve that provider.
    #[error("this connector does not serve the provider {0}")]
    UnknownProvider(ProviderId),
    /// The provider has no data of that kind that could be read.
    #[error("{} cannot be read from the provider {provider}", .kind.as_str())]
    UnsupportedKind {
        /// The provider.
        provider: ProviderId,
        /// What was to be read.
        kind: Datapoint,
    },
}

impl SourceError {
    /// What the account's `errorCode` becomes. Faults of this system's own making are `SYSTEM_ERROR`.
    #[must_use]
    pub const fn code(&self) -> AccountErrorCode {
        match self {
            Self::Refused(code) => *code,
            Self::UnknownProvider(_) | Self::UnsupportedKind { .. } => AccountErrorCode::SystemError,
        }
    }
}

impl From<AccountErrorCode> for SourceError {
    fn from(code: AccountErrorCode) -> Self {
        Self::Refused(code)
    }
}

impl From<SourceError> for AccountErrorCode {
    fn from(error: SourceError) -> Self {
        error.code()
    }
}
