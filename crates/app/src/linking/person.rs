//! The person at the widget, as a connector reaches them.

use std::time::Duration;

use sahod_connectors::{BoxFuture, Person, PromptReply, PromptRequest, async_trait};
use sahod_model::{AccountErrorCode, ConnectionStatus, link::Prompt};
use tokio::{
    sync::{Mutex, mpsc},
    time::timeout,
};

use super::{Stage, registry::Answer, status::LinkStatus};

/// The person whose attempt it is.
pub(super) struct WaitingPerson<'a> {
    status: &'a LinkStatus,
    answers: Mutex<mpsc::Receiver<Answer>>,
}

impl<'a> WaitingPerson<'a> {
    pub(super) fn new(status: &'a LinkStatus, answers: mpsc::Receiver<Answer>) -> Self {
        Self { status, answers: Mutex::new(answers) }
    }

    /// Shows a prompt; its id.
    async fn show(&self, request: PromptRequest) -> Result<String, AccountErrorCode> {
        let now = self.status.machine_now();
        let prompt = Prompt {
            // Not a number: an answer to a prompt of an earlier attempt must not be taken for one to this.
            id: format!("p-{}", hex::encode(self.status.services.random.array::<16>())),
            question: request.question,
            resend_at: request.resend_after.map(|after| now.plus(after)),
            expires_at: now.plus(request.timeout),
        };
        let id = prompt.id.clone();
        self.set(ConnectionStatus::AwaitingMfa).await?;
        self.status.update(|progress| {
            progress.connection_status = ConnectionStatus::AwaitingMfa;
            progress.stage = Stage::WaitingForAnswer;
            progress.prompt = Some(prompt);
        });
        Ok(id)
    }

    /// Takes the prompt away.
    async fn hide(&self) -> Result<(), AccountErrorCode> {
        self.set(ConnectionStatus::Pending).await?;
        self.status.update(|progress| {
            progress.connection_status = ConnectionStatus::Pending;
            progress.stage = Stage::SigningIn;
            progress.prompt = None;
        });
        Ok(())
    }

    /// Changes the account's status. An attempt whose place another one took ends here; that it does so is not told anywhere.
    async fn set(&self, status: ConnectionStatus) -> Result<(), AccountErrorCode> {
        match self.status.set(status).await {
            Ok(true) => Ok(()),
            Ok(false) => Err(AccountErrorCode::SystemError),
            Err(error) => {
                tracing::error!(%error, "cannot ask the person");
                Err(AccountErrorCode::SystemError)
            }
        }
    }

    async fn reply_to(&self, prompt: &str, patience: Duration) -> Option<PromptReply> {
        let mut answers = self.answers.lock().await;
        let answered = timeout(patience, async {
            while let Some(answer) = answers.recv().await {
                if answer.prompt == prompt {
                    return Some(answer.reply);
                }
            }
            None
        });
        answered.await.ok().flatten()
    }
}

#[async_trait]
impl Person for WaitingPerson<'_> {
    async fn ask(&self, request: PromptRequest) -> Result<PromptReply, AccountErrorCode> {
        let patience = request.timeout;
        let id = self.show(request).await?;
        let reply = self.reply_to(&id, patience).await.ok_or(AccountErrorCode::MfaTimeout)?;
        self.hide().await?;
        Ok(reply)
    }

    async fn wait(
        &self,
        request: PromptRequest,
        elsewhere: BoxFuture<'_, Result<(), AccountErrorCode>>,
    ) -> Result<(), AccountErrorCode> {
        let patience = request.timeout;
        self.show(request).await?;
        timeout(patience, elsewhere).await.map_err(|_| AccountErrorCode::MfaTimeout)??;
        self.hide().await
    }
}
