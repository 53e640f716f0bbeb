//! Widget sessions: what a link token is exchanged for, once.

use sahod_model::{Datapoint, Mode, SecretString, Timestamp, UserId};
use sahod_store::{LinkSession, Scope};
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
    /// What the widget encrypts credentials with.
    pub encryption_key: PublicJwk,
}

impl From<LinkSession> for Session {
    fn from(found: LinkSession) -> Self {
        Self {
            expires_at: found.scope.machine_time(found.expires_at),
            scope: found.scope,
            user_id: found.user_id,
            tenant_name: found.tenant_name,
            shares_links: found.shares_links,
            monitors: found.monitors,
        }
    }
}

impl App {
    /// Spends a link token for a session.
    pub async fn redeem_token(&self, token: &str, mode: Mode) -> Result<OpenedSession, AppError> {
        let keys = self.login_keys.get().await?;
        let now = self.clock.now();
        let claims = keys.tokens.check(token, now).map_err(|_| AppError::InvalidToken)?;
        if claims.mode != mode {
            return Err(AppError::Forbidden);
        }
        let token = SecretString::from(hex::encode(self.random.array::<32>()));
        let hash = self.session_hash(&token);
        let found =
            self.store.redeem_link_token(&claims.jti, hash, now).await?.ok_or(AppError::InvalidToken)?;
        Ok(OpenedSession { token, session: found.into(), encryption_key: keys.browser.public_key().clone() })
    }

    /// The session of that token.
    pub async fn session(&self, token: &SecretString, mode: Mode) -> Result<Session, AppError> {
        let found = self.store.link_session(self.session_hash(token), self.clock.now()).await?;
        let session = Session::from(found.ok_or(AppError::InvalidToken)?);
        if session.scope.mode() == mode { Ok(session) } else { Err(AppError::Forbidden) }
    }

    fn session_hash(&self, token: &SecretString) -> [u8; 32] {
        self.secrets.hash(sahod_model::ExposeSecret::expose_secret(token))
    }
}
