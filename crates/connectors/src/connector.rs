//! What every connector fills in, and how it asks the person.

use std::{pin::Pin, time::Duration};

use async_trait::async_trait;
use sahod_model::{
    AccountErrorCode, Datapoint, Provider, ProviderId, Random, SecretString, Timestamp, item::SourceItem,
    link::Question,
};

use crate::{credentials::Credentials, sandbox::Scenario};

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
    /// The tenant's own test person whose login this is. Only in the sandbox.
    pub scenario: Option<Scenario>,
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

/// The person whose account is being connected, as a connector can reach them.
#[async_trait]
pub trait Person: Send + Sync {
    /// Asks and waits for the answer; [`AccountErrorCode::MfaTimeout`] when it does not come in time.
    async fn ask(&self, prompt: PromptRequest) -> Result<Reply, AccountErrorCode>;

    /// Shows what the person is to do elsewhere while `elsewhere` waits for it; [`AccountErrorCode::MfaTimeout`] when
    /// that does not end in time.
    async fn wait(
        &self,
        prompt: PromptRequest,
        elsewhere: BoxFuture<'_, Result<(), AccountErrorCode>>,
    ) -> Result<(), AccountErrorCode>;
}

/// Something that is done later, as trait objects need it.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// What a person did about a prompt.
#[derive(Debug)]
pub enum Reply {
    /// Answered it.
    Answer(SecretString),
    /// Asked for it to be sent again.
    Resend,
}

/// What a connector wants to know from the person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PromptRequest {
    /// What is asked.
    pub question: Question,
    /// After how long it can be sent again; `None`: it cannot.
    pub resend_after: Option<Duration>,
    /// How long the source waits for the answer.
    pub timeout: Duration,
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
