//! Signing in at the source's own page, and back.

use sahod_connectors::PromptReply;
use sahod_model::{AccountId, Mode, Origin, SecretString};

use super::{Departure, Linking, Returned};
use crate::{Acting, AppError};

impl Linking {
    /// Prepares for the person to leave for the source's own page: from the widget, or, with `return_to`, from the customer's
    /// page whole, to come back to it.
    pub async fn leave_for_source(
        &self,
        acting: &Acting,
        id: &AccountId,
        prompt: &str,
        return_to: Option<String>,
    ) -> Result<Departure, AppError> {
        let session = acting.may_share()?;
        self.sources.find_own_account(session, id).await?;
        if let Some(page) = &return_to
            && !self.organisations.may_return_to(&session.scope, page).await?
        {
            return Err(AppError::invalid(
                "returnTo",
                "must be the full address of a web page, at one of the organisation's allowed origins if it has any",
            ));
        }
        let pages = [Some(self.services.config.web_url.as_str()), return_to.as_deref()];
        let from = pages.into_iter().flatten().filter_map(Origin::of).collect();
        let departure = |url| Departure {
            prompt: prompt.to_owned(),
            url,
            ticket: hex::encode(self.services.random.array::<16>()),
            proof: hex::encode(self.services.random.array::<32>()).into(),
            from,
            return_to,
        };
        self.attempts.leave(id, prompt, departure).ok_or_else(|| {
            AppError::invalid("promptId", "is not open, or does not lead to the source's own page")
        })
    }

    /// The departure of that ticket, when its address was opened from the page that it was prepared for: the page at `referrer`,
    /// as the browser says. An address that was sent to somebody comes from another page, or from none.
    #[must_use]
    pub fn departure(&self, ticket: &str, referrer: &str) -> Option<Departure> {
        self.attempts.departure(ticket, &Origin::of(referrer)?)
    }

    /// Takes what the source's own page sent the person back with. `proof_of` is what their browser keeps for the departure of
    /// that ticket.
    #[must_use]
    pub fn come_back(
        &self,
        state: &str,
        query: String,
        proof_of: impl FnOnce(&str) -> Option<SecretString>,
    ) -> Returned {
        self.attempts.come_back(state, PromptReply::Answer(query.into()), proof_of)
    }

    /// The person agreed on the sandbox's own sign-in page: the code to send them back with.
    #[must_use]
    pub fn grant_in_sandbox(&self, challenge: String) -> String {
        self.services.data_sources.sandbox.grant(challenge, self.services.random.as_ref())
    }

    /// The address by which a person leaves for a source's own page, but for the ticket.
    #[must_use]
    pub fn leave_url(&self, mode: Mode) -> String {
        format!("{}/v1/oauth/leave", self.services.link_base(mode))
    }

    /// Where a source's own page sends people back to.
    #[must_use]
    pub fn return_url(&self, mode: Mode) -> String {
        format!("{}/v1/oauth/callback", self.services.link_base(mode))
    }
}
