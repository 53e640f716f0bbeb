//! What the person does about a prompt.

use sahod_connectors::{Credentials, PromptReply};
use sahod_model::{AccountId, link::Prompt};

use super::{Linking, Progress, registry::Answer};
use crate::{Acting, AppError};

const CLOSED: &str = "is not open: it was answered already, came too late, or was never asked";
const NOT_YET: &str =
    "cannot be sent again: it never can, or not before its resendAt, or it is not open any more";

impl Linking {
    /// Hands the person's answer (a JWE of `{"answer":"…"}`) to the attempt that asked for it.
    pub async fn answer_prompt(
        &self,
        acting: &Acting,
        id: &AccountId,
        prompt: String,
        answer: &str,
    ) -> Result<Progress, AppError> {
        let session = acting.may_share()?;
        self.sources.find_own_account(session, id).await?;
        if self.attempts.watch(id).is_none() {
            return Err(AppError::invalid("promptId", CLOSED));
        }
        let plain = self.open_browser_message(answer, "answer").await?;
        let value = Credentials::from_json(&plain)
            .ok()
            .and_then(|fields| fields.get("answer").cloned())
            .ok_or_else(|| AppError::invalid("answer", "must be the encrypted form of {\"answer\":\"…\"}"))?;
        let answered_here = |open: &Prompt| open.question.kind().is_answered_here();
        let answer = Answer { prompt, reply: PromptReply::Answer(value) };
        self.reply(acting, id, answer, CLOSED, answered_here).await
    }

    /// Asks for a prompt to be sent again.
    pub async fn resend_prompt(
        &self,
        acting: &Acting,
        id: &AccountId,
        prompt: String,
    ) -> Result<Progress, AppError> {
        let session = acting.may_share()?;
        self.sources.find_own_account(session, id).await?;
        let now = self.services.clock.now();
        let due = |open: &Prompt| open.resend_at.is_some_and(|from| from <= now);
        self.reply(acting, id, Answer { prompt, reply: PromptReply::Resend }, NOT_YET, due).await
    }

    async fn reply(
        &self,
        acting: &Acting,
        id: &AccountId,
        answer: Answer,
        refusal: &'static str,
        fits: impl FnOnce(&Prompt) -> bool,
    ) -> Result<Progress, AppError> {
        let Some(mut changes) = self.attempts.watch(id) else {
            return Err(AppError::invalid("promptId", refusal));
        };
        changes.mark_unchanged();
        if !self.attempts.answer(id, answer, fits) {
            return Err(AppError::invalid("promptId", refusal));
        }
        // The actor takes the answer at once; waiting for it makes this reply say what is so, not what was.
        let _ = changes.changed().await;
        self.link_progress(acting, id).await
    }
}
