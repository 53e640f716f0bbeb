//! Link tokens and the sessions that they are redeemed for.

use sahod_model::{Timestamp, TokenId, UserId, WinkTemplateId};

use crate::{
    engine::{params, statements},
    error::StoreError,
    scope::{Scope, Scoped, ScopedTx},
    steps::SessionRef,
};

statements! {
    INSERT_TOKEN = "INSERT INTO link_tokens (id, scope, user_id, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)";
    IS_OPEN = "SELECT k.id FROM link_tokens k JOIN scopes s ON s.number = k.scope
        WHERE k.id = $1 AND k.scope = $2 AND k.session_hash IS NOT NULL AND k.expires_at > $3 + s.clock_shift";
    END_TOKENS = "UPDATE link_tokens SET expires_at = $1 WHERE user_id = $2 AND +scope = $3 AND expires_at > $4";
}

/// A link token to be inserted: lets one widget work for one user, once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewLinkToken {
    /// Its id (the `jti` claim).
    pub id: TokenId,
    /// For whom.
    pub user_id: UserId,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it, and the session that it is redeemed for, end.
    pub expires_at: Timestamp,
}

/// What a link token was redeemed for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkSession {
    /// The tenant and mode.
    pub scope: Scope,
    /// For whom.
    pub user_id: UserId,
    /// The token.
    pub token_id: TokenId,
    /// When it was redeemed.
    pub opened_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
    /// Who asks for the data, as people know it.
    pub tenant_name: String,
    /// Whether the tenant shares links with others, now and when the session began.
    pub shares_links: bool,
    /// Whether the tenant has accounts read again month by month.
    pub monitors: bool,
    /// The Wink template that the page named, whether or not there is one of that id.
    pub wink_template: Option<WinkTemplateId>,
}

impl LinkSession {
    /// What its steps are noted for.
    #[must_use]
    pub fn reference(&self) -> SessionRef {
        SessionRef { id: self.token_id.clone(), user_id: self.user_id.clone(), opened_at: self.opened_at }
    }
}

impl Scoped<'_> {
    /// Whether a session still goes on: it has neither come to its end nor been ended. `now` is the machine's, as for
    /// [`Store::link_session`](crate::Store::link_session).
    pub async fn is_session_open(&self, session: &SessionRef, now: Timestamp) -> Result<bool, StoreError> {
        let params = params![&session.id, self.scope.number(), now];
        let found = self.store.data().query_opt(IS_OPEN, params, |row| row.parsed::<TokenId>(0)).await?;
        Ok(found.is_some())
    }
}

impl ScopedTx<'_> {
    /// Inserts a link token.
    pub async fn insert_link_token(&mut self, token: &NewLinkToken) -> Result<(), StoreError> {
        let params =
            params![&token.id, self.scope.number(), &token.user_id, token.created_at, token.expires_at];
        self.tx.insert(INSERT_TOKEN, params).await
    }

    /// Ends every link token of a user now, with the sessions that they were redeemed for; whether there was one.
    pub async fn end_link_tokens(&mut self, user: &UserId, now: Timestamp) -> Result<bool, StoreError> {
        Ok(self.tx.execute(END_TOKENS, params![now, user, self.scope.number(), now]).await? > 0)
    }
}
