//! How a connector asks the person something.

use std::{pin::Pin, time::Duration};

use async_trait::async_trait;
use sahod_model::{AccountErrorCode, SecretString, link::Question};

/// The person whose account is being connected, as a connector can reach them.
#[async_trait]
pub trait Person: Send + Sync {
    /// Asks and waits for the answer; [`AccountErrorCode::MfaTimeout`] when it does not come in time.
    async fn ask(&self, prompt: PromptRequest) -> Result<PromptReply, AccountErrorCode>;

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
pub enum PromptReply {
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
