//! Signing in at the source's own page, and back.

use sahod_connectors::Reply;
use sahod_model::{AccountId, Mode};

use crate::{App, AppError, Session};

/// Where a person goes on who came back from the source's own page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Returned {
    /// To the customer's page that they left.
    To(String),
    /// The widget is open in another window and goes on by itself.
    Elsewhere,
    /// Nobody waits for them: it took too long, or they came back twice.
    TooLate,
}

impl App {
    /// Notes the customer's page that the person leaves, whole, for the source's own page: the address of the latter.
    pub async fn leave_for_source(
        &self,
        session: &Session,
        id: &AccountId,
        prompt: &str,
        return_to: String,
    ) -> Result<String, AppError> {
        self.own_account(session, id).await?;
        if !self.may_return_to(&session.scope, &return_to).await? {
            return Err(AppError::invalid(
                "returnTo",
                "must be the full address of a web page, at one of the organisation's allowed origins if it has any",
            ));
        }
        self.links.leave(id, prompt, return_to).ok_or_else(|| {
            AppError::invalid("promptId", "is not open, or does not lead to the source's own page")
        })
    }

    /// Takes what the source's own page sent the person back with.
    #[must_use]
    pub fn come_back(&self, state: &str, query: String) -> Returned {
        self.links.come_back(state, Reply::Answer(query.into()))
    }

    /// The person agreed on the sandbox's own sign-in page: the code to send them back with.
    #[must_use]
    pub fn grant_in_sandbox(&self, challenge: String) -> String {
        self.sandbox.grant(challenge, self.random.as_ref())
    }

    /// Where a source's own page sends people back to.
    #[must_use]
    pub fn return_url(&self, mode: Mode) -> String {
        format!("{}/v1/oauth/callback", self.link_base(mode))
    }

    /// The address of the Link API, without `/v1`.
    pub(crate) fn link_base(&self, mode: Mode) -> &str {
        match mode {
            Mode::Sandbox => &self.config.link_sandbox_url,
            Mode::Production => &self.config.link_url,
        }
    }
}
