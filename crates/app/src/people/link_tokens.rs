//! Link tokens: made for a customer's server, spent by the first widget that redeems them.

use sahod_model::{Mode, Right, SecretString, Timestamp, TokenId, UserId};
use sahod_store::{NewLinkToken, Scope};

use super::People;
use crate::{Acting, AppError};

/// A new link token.
#[derive(Debug)]
pub struct IssuedToken {
    /// Its id.
    pub id: TokenId,
    /// What the widget sends.
    pub access_token: SecretString,
    /// Which world it belongs to.
    pub mode: Mode,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
}

impl People {
    /// A new link token for a user.
    pub async fn issue_token(&self, acting: &Acting, user: &UserId) -> Result<IssuedToken, AppError> {
        let scope = acting.may(Right::Write)?;
        if self.services.store.scoped(scope).get_user(user).await?.is_none() {
            return Err(AppError::Missing);
        }
        let token = self.sign_token(scope).await?;
        let mut tx = self.services.store.begin().await?;
        tx.scoped(scope).insert_link_token(&Self::stored_token(&token, user)).await?;
        tx.commit().await?;
        Ok(token)
    }

    /// Signs a token, off the async threads, before any transaction is opened. A signature takes milliseconds of a processor,
    /// so that one at least is left for everything else.
    pub(super) async fn sign_token(&self, scope: &Scope) -> Result<IssuedToken, AppError> {
        let keys = self.services.login_keys.get().await?;
        let place = self.services.login_keys.place().await?;
        let id = TokenId::new(self.services.clock.as_ref(), self.services.random.as_ref());
        let (now, mode) = (self.services.now(scope), scope.mode());
        let expires_at = now.plus(self.services.config.token_lifetime);
        let signed_id = id.clone();
        let access_token = tokio::task::spawn_blocking(move || {
            let _place = place;
            keys.tokens.sign(signed_id, mode, now, expires_at)
        })
        .await
        .map_err(AppError::internal)?
        .map_err(AppError::internal)?;
        Ok(IssuedToken { id, access_token: access_token.into(), mode, created_at: now, expires_at })
    }

    pub(super) fn stored_token(token: &IssuedToken, user: &UserId) -> NewLinkToken {
        NewLinkToken {
            id: token.id.clone(),
            user_id: user.clone(),
            created_at: token.created_at,
            expires_at: token.expires_at,
        }
    }
}
