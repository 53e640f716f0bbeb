//! What the person does about a prompt.

use sahod_connectors::{Credentials, Reply};
use sahod_model::{AccountId, link::Prompt};

use super::{Progress, registry::Answer};
use crate::{App, AppError, Session};

const CLOSED: &str = "is not open: it was answered already, came too late, or was never asked";
const NOT_YET: &str =
    "cannot be sent again: it never can, or not before its resendAt, or it is not open any more";

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
        if self.links.watch(id).is_none() {
            return Err(AppError::invalid("promptId", CLOSED));
        }
        let plain = self.open_browser_message(answer, "answer").await?;
        let value = Credentials::from_json(&plain)
            .ok()
            .and_then(|fields| fields.get("answer").cloned())
            .ok_or_else(|| AppError::invalid("answer", "must be the encrypted form of {\"answer\":\"…\"}"))?;
        let answered_here = |open: &Prompt| open.question.kind().is_answered_here();
        let answer = Answer { prompt, reply: Reply::Answer(value) };
        self.reply(session, id, answer, CLOSED, answered_here).await
    }

    /// Asks for a prompt to be sent again.
    pub async fn resend_prompt(
        &self,
        session: &Session,
        id: &AccountId,
        prompt: String,
    ) -> Result<Progress, AppError> {
        self.own_account(session, id).await?;
        let now = self.clock.now();
        let due = |open: &Prompt| open.resend_at.is_some_and(|from| from <= now);
        self.reply(session, id, Answer { prompt, reply: Reply::Resend }, NOT_YET, due).await
    }

    async fn reply(
        &self,
        session: &Session,
        id: &AccountId,
        answer: Answer,
        refusal: &'static str,
        fits: impl FnOnce(&Prompt) -> bool,
    ) -> Result<Progress, AppError> {
        let Some(mut changes) = self.links.watch(id) else {
            return Err(AppError::invalid("promptId", refusal));
        };
        changes.mark_unchanged();
        if !self.links.answer(id, answer, fits) {
            return Err(AppError::invalid("promptId", refusal));
        }
        // The actor takes the answer at once; waiting for it makes this reply say what is so, not what was.
        let _ = changes.changed().await;
        self.link_progress(session, id).await
    }
}
