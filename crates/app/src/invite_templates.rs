//! Invite templates: what invited people read.

use sahod_model::{InviteTemplate, InviteTemplateId, invite_template::InviteContent};
use sahod_store::{Page, PageRequest, Scope};

use crate::{App, AppError};

impl App {
    /// Makes an invite template.
    pub async fn create_invite_template(
        &self,
        scope: &Scope,
        content: InviteContent,
    ) -> Result<InviteTemplate, AppError> {
        let id = InviteTemplateId::new(self.clock.as_ref(), self.random.as_ref());
        let key = self.store.create_key(id.as_str()).await?;
        let now = self.clock.now();
        let template = InviteTemplate { id, created_at: now, updated_at: now, content };
        let mut tx = self.store.begin().await?;
        tx.scoped(scope).insert_invite_template(&template, &key).await?;
        tx.commit().await?;
        Ok(template)
    }

    /// The invite template of that id.
    pub async fn get_invite_template(
        &self,
        scope: &Scope,
        id: &InviteTemplateId,
    ) -> Result<InviteTemplate, AppError> {
        self.store.scoped(scope).get_invite_template(id).await?.ok_or(AppError::Missing)
    }

    /// A page of invite templates, newest first.
    pub async fn list_invite_templates(
        &self,
        scope: &Scope,
        page: &PageRequest,
    ) -> Result<Page<InviteTemplate>, AppError> {
        Ok(self.store.scoped(scope).list_invite_templates(page).await?)
    }

    /// Replaces what an invite template says. Whoever was invited with it reads the new text from now on.
    pub async fn update_invite_template(
        &self,
        scope: &Scope,
        id: &InviteTemplateId,
        content: InviteContent,
    ) -> Result<InviteTemplate, AppError> {
        let old = self.get_invite_template(scope, id).await?;
        let key = self.store.key(id.as_str()).await?.ok_or(AppError::Missing)?;
        let template = InviteTemplate { updated_at: self.clock.now(), content, ..old };
        let mut tx = self.store.begin().await?;
        let updated = tx.scoped(scope).update_invite_template(&template, &key).await?;
        tx.commit().await?;
        if updated { Ok(template) } else { Err(AppError::Missing) }
    }

    /// Deletes an invite template: nobody is invited with it any more. Who was invited before still reads its text.
    pub async fn delete_invite_template(&self, scope: &Scope, id: &InviteTemplateId) -> Result<(), AppError> {
        let mut tx = self.store.begin().await?;
        let deleted = tx.scoped(scope).delete_invite_template(id, self.clock.now()).await?;
        tx.commit().await?;
        if deleted { Ok(()) } else { Err(AppError::Missing) }
    }
}
