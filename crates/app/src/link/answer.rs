//! The person's answer to a prompt.

use sahod_connectors::Credentials;
use sahod_model::AccountId;

use super::{Progress, registry::Answer};
use crate::{App, AppError, Session};

const CLOSED: &str = "is not open: it was answered already, came too late, or was never asked";

impl App {
    /// Hands the person's answer (a JWE of `{"answer":"…"}`) to the attempt that asked for it.
    pub async fn answer_prompt(
        &self,
        session: &Session,
        id: &AccountId,
        prompt: String,
        answer: &str,
    ) -> Result<Progress, AppError> {
        self.own_account(session, id).await?;
        let Some(mut changes) = self.links.watch(id) else {
            return Err(AppError::invalid("promptId", CLOSED));
        };
        let plain = self.open_browser_message(answer, "answer").await?;
        let value = Credentials::from_json(&plain)
            .ok()
            .and_then(|fields| fields.get("answer").cloned())
            .ok_or_else(|| AppError::invalid("answer", "must be the encrypted form of {\"answer\":\"…\"}"))?;
        changes.mark_unchanged();
        if !self.links.answer(id, Answer { prompt, value }) {
            return Err(AppError::invalid("promptId", CLOSED));
        }
        // The actor takes the answer at once; waiting for it makes this reply say what is so, not what was.
        let _ = changes.changed().await;
        self.link_progress(session, id).await
    }
}
