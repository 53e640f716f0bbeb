//! Widget sessions: what a link token is exchanged for, once.

use sahod_model::{Mode, SecretString, TokenId, WinkTemplate, WinkTemplateId};
use sahod_vault::PublicJwk;

use super::People;
use crate::{Acting, AppError, Session};

/// How a widget asks for a session.
#[derive(Clone, Copy, Debug, Default)]
pub struct Opening<'a> {
    /// The Wink template that its page named.
    pub template: Option<&'a WinkTemplateId>,
    /// The id of the link token that the widget's own page was opened for.
    pub page_token: Option<&'a str>,
    /// Whether it is this installation's own widget that asks, as the browser says.
    pub is_own_widget: bool,
}

/// A session that was just opened.
#[derive(Debug)]
pub struct OpenedSession {
    /// What the widget sends from now on.
    pub token: SecretString,
    /// Whoever sends it.
    pub acting: Acting,
}

impl People {
    /// Whether a link token is one of ours, for that mode, and not too old. Whether it was spent shows when it is redeemed.
    pub async fn check_token(&self, token: &str, mode: Mode) -> Result<(), AppError> {
        self.token_id(token, mode).await.map(drop)
    }

    async fn token_id(&self, token: &str, mode: Mode) -> Result<TokenId, AppError> {
        let keys = self.services.login_keys.get().await?;
        let now = self.services.clock.now();
        let claims = keys.tokens.check(token, now).map_err(|_| AppError::InvalidToken)?;
        if claims.mode == mode { Ok(claims.jti) } else { Err(AppError::Forbidden) }
    }

    /// Spends a link token for a session.
    ///
    /// Which pages may have the widget in them is decided for the token that its page was opened for. So the widget spends that
    /// one and no other: else a page that may not would open it for a token of its own, and hand in somebody else's.
    pub async fn redeem_token(
        &self,
        token: &str,
        mode: Mode,
        opening: Opening<'_>,
    ) -> Result<OpenedSession, AppError> {
        let (id, now) = (self.token_id(token, mode).await?, self.services.clock.now());
        let fits = match opening.page_token {
            Some(page) => page == id.as_str(),
            None if opening.is_own_widget => {
                self.services.store.origins_of_token(&id).await?.is_none_or(|origins| origins.is_empty())
            }
            None => true,
        };
        if !fits {
            return Err(AppError::Forbidden);
        }
        let token = SecretString::from(hex::encode(self.services.random.array::<32>()));
        let hash = self.secrets.hash(&token);
        let found = self.services.store.redeem_link_token(&id, hash, opening.template, now).await?;
        let found = found.ok_or(AppError::InvalidToken)?;
        Ok(OpenedSession { token, acting: Acting::at_widget(found.into()) })
    }

    /// Who acts with that session's token at a surface of that mode.
    pub async fn authenticate_session(&self, token: &SecretString, mode: Mode) -> Result<Acting, AppError> {
        let found =
            self.services.store.link_session(self.secrets.hash(token), self.services.clock.now()).await?;
        let session = Session::from(found.ok_or(AppError::InvalidToken)?);
        if session.scope.mode() == mode { Ok(Acting::at_widget(session)) } else { Err(AppError::Forbidden) }
    }

    /// The Wink template of a session. `None` also when the page named one that is not there: a person at the widget can
    /// do nothing about a template that was deleted.
    pub async fn session_template(&self, acting: &Acting) -> Result<Option<WinkTemplate>, AppError> {
        let session = acting.may_share()?;
        match &session.wink_template {
            Some(id) => Ok(self.services.store.scoped(&session.scope).get_wink_template(id).await?),
            None => Ok(None),
        }
    }

    /// What the widget encrypts for this server with.
    pub async fn encryption_key(&self) -> Result<PublicJwk, AppError> {
        Ok(self.services.login_keys.get().await?.browser.public_key().clone())
    }
}
