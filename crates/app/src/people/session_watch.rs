//! Whether a session still goes on, for what lasts longer than a request.

use std::{sync::Arc, time::Duration};

use sahod_model::UserId;
use tokio::{
    sync::broadcast::{Receiver, error::RecvError},
    time::timeout,
};

use super::People;
use crate::{Acting, AppError, Session, services::Services};

/// How often to look: another node may have ended the session, and its time comes by itself.
const LOOK_EVERY: Duration = Duration::from_secs(15);

/// Watches over one session.
pub struct SessionWatch {
    services: Arc<Services>,
    session: Session,
    resets: Receiver<UserId>,
}

impl People {
    /// A watch over the session, from now on.
    pub fn watch_session(&self, acting: &Acting) -> Result<SessionWatch, AppError> {
        let session = acting.may_share()?.clone();
        Ok(SessionWatch { services: Arc::clone(&self.services), session, resets: self.resets.subscribe() })
    }
}

impl SessionWatch {
    /// Whether the session still goes on. Where that cannot be told it does not: whoever it is asks again.
    pub async fn is_open(&self) -> bool {
        let Session { scope, reference, .. } = &self.session;
        let found =
            self.services.store.scoped(scope).is_session_open(reference, self.services.clock.now()).await;
        found.unwrap_or_else(|error| {
            tracing::warn!(%error, "cannot tell whether a session goes on");
            false
        })
    }

    /// Waits for the session to end.
    pub async fn ended(&mut self) {
        loop {
            let looks = match timeout(LOOK_EVERY, self.resets.recv()).await {
                Ok(Ok(user)) => user == self.session.user_id,
                Ok(Err(RecvError::Lagged(_))) | Err(_) => true,
                Ok(Err(RecvError::Closed)) => return,
            };
            if looks && !self.is_open().await {
                return;
            }
        }
    }
}
