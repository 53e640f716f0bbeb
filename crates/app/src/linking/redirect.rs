//! Signing in at the source's own page, and back.

use sahod_connectors::PromptReply;
use sahod_model::{AccountId, Mode};

use super::{Linking, Returned};
use crate::{Acting, AppError};

impl Linking {
    /// Notes the customer's page that the person leaves, whole, for the source's own page: the address of the latter.
    pub async fn leave_for_source(
        &self,
        acting: &Acting,
        id: &AccountId,
        prompt: &str,
        return_to: String,
    ) -> Result<String, AppError> {
        let session = acting.may_share()?;
        self.sources.find_own_account(session, id).await?;
        if !self.organisations.may_return_to(&session.scope, &return_to).await? {
            return Err(AppError::invalid(
                "returnTo",
                "must be the full address of a web page, at one of the organisation's allowed origins if it has any",
            ));
        }
        self.attempts.leave(id, prompt, return_to).ok_or_else(|| {
            AppError::invalid("promptId", "is not open, or does not lead to the source's own page")
        })
    }

    /// Takes what the source's own page sent the person back with.
    #[must_use]
    pub fn come_back(&self, state: &str, query: String) -> Returned {
        self.attempts.come_back(state, PromptReply::Answer(query.into()))
    }

    /// The person agreed on the sandbox's own sign-in page: the code to send them back with.
    #[must_use]
    pub fn grant_in_sandbox(&self, challenge: String) -> String {
        self.services.data_sources.sandbox.grant(challenge, self.services.random.as_ref())
    }

    /// Where a source's own page sends people back to.
    #[must_use]
    pub fn return_url(&self, mode: Mode) -> String {
        format!("{}/v1/oauth/callback", self.services.link_base(mode))
    }
}
