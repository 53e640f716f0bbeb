//! Following a link attempt.

use sahod_model::AccountId;
use tokio::sync::watch;

use super::{Linking, Progress};
use crate::{Acting, AppError};

impl Linking {
    /// How an account of the session's person stands.
    pub async fn link_progress(&self, acting: &Acting, id: &AccountId) -> Result<Progress, AppError> {
        let session = acting.may_share()?;
        let account = self.sources.find_own_account(session, id).await?;
        if let Some(progress) = self.attempts.watch(id) {
            return Ok(progress.borrow().clone());
        }
        let task = self.services.store.scoped(&session.scope).latest_task(&(&account.id).into()).await?;
        let next_read_at = self.sources.next_sync_at(&session.scope, &account).await?;
        Ok(Progress { next_read_at, ..Progress::resting(&account, task) })
    }

    /// Follows an attempt: the present progress and a channel of every later one. `None` when no attempt of this node
    /// is working on the account, so that nothing more will come.
    pub async fn follow_link(
        &self,
        acting: &Acting,
        id: &AccountId,
    ) -> Result<(Progress, Option<watch::Receiver<Progress>>), AppError> {
        acting.may_share()?;
        let changes = self.attempts.watch(id);
        let progress = self.link_progress(acting, id).await?;
        Ok((progress, changes))
    }
}
