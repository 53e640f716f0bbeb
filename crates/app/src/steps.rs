//! Steps: what a tenant can see of how far people come at the widget.

use sahod_model::{Date, ProviderId, SessionStep, Step, UserId};
use sahod_store::{Funnel, Page, PageRequest, Scope};

use crate::{App, AppError, Session};

impl App {
    /// Notes a step that only the widget sees.
    pub async fn record_step(
        &self,
        session: &Session,
        step: Step,
        provider: Option<&ProviderId>,
    ) -> Result<(), AppError> {
        let mut tx = self.store.begin().await?;
        tx.scoped(&session.scope).insert_step(&session.reference, step, provider, None).await?;
        Ok(tx.commit().await?)
    }

    /// A page of a user's steps in all sessions, newest first.
    pub async fn list_steps(
        &self,
        scope: &Scope,
        user: &UserId,
        page: &PageRequest,
    ) -> Result<Page<SessionStep>, AppError> {
        self.get_user(scope, user).await?;
        Ok(self.store.scoped(scope).list_steps(user, page).await?)
    }

    /// How far the sessions came that were opened from the one day to the other, both included.
    pub async fn funnel(&self, scope: &Scope, from: Date, to: Date) -> Result<Funnel, AppError> {
        Ok(self.store.scoped(scope).funnel(from.start(), to.end()).await?)
    }
}
