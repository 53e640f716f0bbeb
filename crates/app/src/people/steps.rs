//! Steps: what a tenant can see of how far people come at the widget.

use sahod_model::{AccountErrorCode, Date, ProviderId, Right, SessionStep, Step, UserId};
use sahod_store::{Funnel, Page, PageRequest, Scope, SessionRef};

use super::People;
use crate::{Acting, AppError};

impl People {
    /// Notes a step that only the widget sees.
    pub async fn record_step(
        &self,
        acting: &Acting,
        step: Step,
        provider: Option<&ProviderId>,
    ) -> Result<(), AppError> {
        let session = acting.may_share()?;
        self.note_step(&session.scope, &session.reference, step, provider, None).await
    }

    /// Notes that an attempt at a provider failed. Steps are for statistics: nothing waits for them to be complete.
    pub(crate) async fn note_failure(
        &self,
        scope: &Scope,
        session: &SessionRef,
        provider: &ProviderId,
        code: AccountErrorCode,
    ) {
        let noted = self.note_step(scope, session, Step::Failed, Some(provider), Some(code)).await;
        if let Err(error) = noted {
            tracing::warn!(%error, "cannot note the step of a failure");
        }
    }

    async fn note_step(
        &self,
        scope: &Scope,
        session: &SessionRef,
        step: Step,
        provider: Option<&ProviderId>,
        code: Option<AccountErrorCode>,
    ) -> Result<(), AppError> {
        let mut tx = self.services.store.begin().await?;
        tx.scoped(scope).insert_step(session, step, provider, code).await?;
        Ok(tx.commit().await?)
    }

    /// A page of a user's steps in all sessions, newest first.
    pub async fn list_steps(
        &self,
        acting: &Acting,
        user: &UserId,
        page: &PageRequest,
    ) -> Result<Page<SessionStep>, AppError> {
        let scope = acting.may(Right::Read)?;
        self.find_user(scope, user).await?;
        Ok(self.services.store.scoped(scope).list_steps(user, page).await?)
    }

    /// How far the sessions came that were opened from the one day to the other, both included.
    pub async fn funnel(&self, acting: &Acting, from: Date, to: Date) -> Result<Funnel, AppError> {
        let scope = acting.may(Right::Read)?;
        Ok(self.services.store.scoped(scope).funnel(from.start(), to.end()).await?)
    }
}
