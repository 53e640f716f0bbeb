//! How an attempt stands: in the store for everybody, and as progress for who follows it.

use std::sync::Arc;

use sahod_model::{ConnectionStatus, ProviderId, Step, Timestamp};
use sahod_store::{LinkAttempt, Scope, SessionRef};
use tokio::sync::watch;

use super::Progress;
use crate::{AppError, services::Services};

/// The status of one attempt.
pub(super) struct LinkStatus {
    pub(super) services: Arc<Services>,
    pub(super) scope: Scope,
    pub(super) attempt: LinkAttempt,
    pub(super) provider: ProviderId,
    /// The session whose steps are noted.
    pub(super) session: SessionRef,
    pub(super) progress: watch::Sender<Progress>,
}

impl LinkStatus {
    /// The present by the machine's clock, as the person's browser has it.
    pub(super) fn machine_now(&self) -> Timestamp {
        self.services.clock.now()
    }

    /// Changes the status while signing in; `false`, and nothing done, when this is not the present attempt any more.
    pub(super) async fn set(&self, status: ConnectionStatus) -> Result<bool, AppError> {
        let mut tx = self.services.store.begin().await?;
        let mut scoped = tx.scoped(&self.scope);
        let now = self.services.now(&self.scope);
        if !scoped.update_link_attempt(&self.attempt, status, None, now).await? {
            return Ok(false);
        }
        if status == ConnectionStatus::AwaitingMfa {
            scoped.insert_step(&self.session, Step::Challenged, Some(&self.provider), None).await?;
        }
        tx.commit().await?;
        Ok(true)
    }

    /// Changes what those see who follow the attempt.
    pub(super) fn update(&self, change: impl FnOnce(&mut Progress)) {
        let now = self.services.now(&self.scope);
        self.progress.send_modify(|progress| {
            change(progress);
            progress.updated_at = now;
        });
    }
}
