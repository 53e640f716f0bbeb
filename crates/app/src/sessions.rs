//! Widget sessions: what a link token is exchanged for, once.

use sahod_model::{Datapoint, Mode, SecretString, Timestamp, UserId, WinkTemplate, WinkTemplateId};
use sahod_store::{LinkSession, Scope, SessionRef};
use sahod_vault::PublicJwk;

use crate::{App, AppError};

/// A widget's session.
#[derive(Clone, Debug)]
pub struct Session {
    /// The tenant and mode that it is in.
    pub scope: Scope,
    /// Who sits at the widget.
    pub user_id: UserId,
    /// When it ends, by the machine's clock, as the person's browser has it.
    pub expires_at: Timestamp,
    /// Who asks for the data.
    pub tenant_name: String,
    /// Whether the tenant shares links with others, now and when the session began.
    pub shares_links: bool,
    /// Whether what the person connects is read again month by month, where the provider allows it.
    pub monitors: bool,
    /// What its steps are noted for.
    pub(crate) reference: SessionRef,
    /// The Wink template that the page named.
    wink_template: Option<WinkTemplateId>,
}

impl Session {
    /// The kinds of data that the person is asked for: not when they linked elsewhere, unless the tenant shares that.
    pub fn datapoints(&self) -> impl Iterator<Item = Datapoint> {
        Datapoint::ALL.into_iter().filter(|kind| *kind != Datapoint::Links || self.shares_links)
    }
}

/// A session that was just opened.
#[derive(Debug)]
pub struct OpenedSession {
    /// What the widget sends from now on.
    pub token: SecretString,
    /// The session.
    pub session: Session,
}

impl From<LinkSession> for Session {
    fn from(found: LinkSession) -> Self {
        Self {
            reference: found.reference(),
            expires_at: found.scope.machine_time(found.expires_at),
            scope: found.scope,
            user_id: found.user_id,
            tenant_name: found.tenant_name,
            shares_links: found.shares_links,
            monitors: found.monitors,
            wink_template: found.wink_template,
        }
    }
}

impl App {
    /// Spends a link token for a session, of a widget that its page has look and behave as `template` says.
    pub async fn redeem_token(
        &self,
        token: &str,
        mode: Mode,
        template: Option<&WinkTemplateId>,
    ) -> Result<OpenedSession, AppError> {
        let keys = self.login_keys.get().await?;
        let now = self.clock.now();
        let claims = keys.tokens.check(token, now).map_err(|_| AppError::InvalidToken)?;
        if claims.mode != mode {
            return Err(AppError::Forbidden);
        }
        let token = SecretString::from(hex::encode(self.random.array::<32>()));
        let hash = self.session_hash(&token);
        let found = self.store.redeem_link_token(&claims.jti, hash, template, now).await?;
        let found = found.ok_or(AppError::InvalidToken)?;
        Ok(OpenedSession { token, session: found.into() })
    }

    /// The session of that token.
    pub async fn session(&self, token: &SecretString, mode: Mode) -> Result<Session, AppError> {
        let found = self.store.link_session(self.session_hash(token), self.clock.now()).await?;
        let session = Session::from(found.ok_or(AppError::InvalidToken)?);
        if session.scope.mode() == mode { Ok(session) } else { Err(AppError::Forbidden) }
    }

    /// The Wink template of a session. `None` also when the page named one that is not there: a person at the widget can
    /// do nothing about a template that was deleted.
    pub async fn session_template(&self, session: &Session) -> Result<Option<WinkTemplate>, AppError> {
        match &session.wink_template {
            Some(id) => Ok(self.store.scoped(&session.scope).get_wink_template(id).await?),
            None => Ok(None),
        }
    }

    /// What the widget encrypts for this server with.
    pub async fn encryption_key(&self) -> Result<PublicJwk, AppError> {
        Ok(self.login_keys.get().await?.browser.public_key().clone())
    }

    fn session_hash(&self, token: &SecretString) -> [u8; 32] {
        self.secrets.hash(sahod_model::ExposeSecret::expose_secret(token))
    }
}
