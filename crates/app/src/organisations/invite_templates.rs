//! Invite templates: what invited people read.

use sahod_model::{InviteTemplate, InviteTemplateId, Right, invite_template::InviteContent};
use sahod_store::{Page, PageRequest, Scope};

use super::Organisations;
use crate::{Acting, AppError};

impl Organisations {
    /// Makes an invite template.
    pub async fn create_invite_template(
        &self,
        acting: &Acting,
        content: InviteContent,
    ) -> Result<InviteTemplate, AppError> {
        let scope = acting.may(Right::Write)?;
        let id = InviteTemplateId::new(self.services.clock.as_ref(), self.services.random.as_ref());
        let key = self.services.store.create_key(id.as_str()).await?;
        let now = self.services.clock.now();
        let template = InviteTemplate { id, created_at: now, updated_at: now, content };
        let mut tx = self.services.store.begin().await?;
        tx.scoped(scope).insert_invite_template(&template, &key).await?;
        tx.commit().await?;
        Ok(template)
    }

    /// The invite template of that id.
    pub async fn get_invite_template(
        &self,
        acting: &Acting,
        id: &InviteTemplateId,
    ) -> Result<InviteTemplate, AppError> {
        self.find_invite_template(acting.may(Right::Read)?, id).await
    }

    async fn find_invite_template(
        &self,
        scope: &Scope,
        id: &InviteTemplateId,
    ) -> Result<InviteTemplate, AppError> {
        self.services.store.scoped(scope).get_invite_template(id).await?.ok_or(AppError::Missing)
    }

    /// A page of invite templates, newest first.
    pub async fn list_invite_templates(
        &self,
        acting: &Acting,
        page: &PageRequest,
    ) -> Result<Page<InviteTemplate>, AppError> {
        let scope = acting.may(Right::Read)?;
        Ok(self.services.store.scoped(scope).list_invite_templates(page).await?)
    }

    /// Replaces what an invite template says. Whoever was invited with it reads the new text from now on.
    pub async fn update_invite_template(
        &self,
        acting: &Acting,
        id: &InviteTemplateId,
        content: InviteContent,
    ) -> Result<InviteTemplate, AppError> {
        let scope = acting.may(Right::Write)?;
        let old = self.find_invite_template(scope, id).await?;
        let key = self.services.store.key(id.as_str()).await?.ok_or(AppError::Missing)?;
        let template = InviteTemplate { updated_at: self.services.clock.now(), content, ..old };
        let mut tx = self.services.store.begin().await?;
        let updated = tx.scoped(scope).update_invite_template(&template, &key).await?;
        tx.commit().await?;
        if updated { Ok(template) } else { Err(AppError::Missing) }
    }

    /// Deletes an invite template: nobody is invited with it any more. Who was invited before still reads its text.
    pub async fn delete_invite_template(
        &self,
        acting: &Acting,
        id: &InviteTemplateId,
    ) -> Result<(), AppError> {
        let scope = acting.may(Right::Write)?;
        let mut tx = self.services.store.begin().await?;
        let deleted = tx.scoped(scope).delete_invite_template(id, self.services.clock.now()).await?;
        tx.commit().await?;
        if deleted { Ok(()) } else { Err(AppError::Missing) }
    }
}
