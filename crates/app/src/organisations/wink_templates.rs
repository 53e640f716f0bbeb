//! Wink templates: made, replaced, deleted, and found for a widget's session.

use sahod_model::{ProviderId, Right, WinkContent, WinkTemplate, WinkTemplateId};
use sahod_store::{Page, PageRequest, Scope};

use super::Organisations;
use crate::{Acting, AppError, Fault};

impl Organisations {
    /// Makes a Wink template.
    pub async fn create_wink_template(
        &self,
        acting: &Acting,
        content: WinkContent,
    ) -> Result<WinkTemplate, AppError> {
        let scope = acting.may(Right::Write)?;
        self.check_wink_content(scope, &content)?;
        let id = WinkTemplateId::new(self.services.clock.as_ref(), self.services.random.as_ref());
        let now = self.services.clock.now();
        let template = WinkTemplate { id, created_at: now, updated_at: now, content };
        let mut tx = self.services.store.begin().await?;
        tx.scoped(scope).insert_wink_template(&template).await?;
        tx.commit().await?;
        Ok(template)
    }

    /// The Wink template of that id.
    pub async fn get_wink_template(
        &self,
        acting: &Acting,
        id: &WinkTemplateId,
    ) -> Result<WinkTemplate, AppError> {
        self.find_wink_template(acting.may(Right::Read)?, id).await
    }

    async fn find_wink_template(&self, scope: &Scope, id: &WinkTemplateId) -> Result<WinkTemplate, AppError> {
        self.services.store.scoped(scope).get_wink_template(id).await?.ok_or(AppError::Missing)
    }

    /// A page of Wink templates, newest first.
    pub async fn list_wink_templates(
        &self,
        acting: &Acting,
        page: &PageRequest,
    ) -> Result<Page<WinkTemplate>, AppError> {
        let scope = acting.may(Right::Read)?;
        Ok(self.services.store.scoped(scope).list_wink_templates(page).await?)
    }

    /// Replaces what a Wink template sets. It holds for widgets that are opened from now on.
    pub async fn update_wink_template(
        &self,
        acting: &Acting,
        id: &WinkTemplateId,
        content: WinkContent,
    ) -> Result<WinkTemplate, AppError> {
        let scope = acting.may(Right::Write)?;
        self.check_wink_content(scope, &content)?;
        let old = self.find_wink_template(scope, id).await?;
        let template = WinkTemplate { updated_at: self.services.clock.now(), content, ..old };
        let mut tx = self.services.store.begin().await?;
        let updated = tx.scoped(scope).update_wink_template(&template).await?;
        tx.commit().await?;
        if updated { Ok(template) } else { Err(AppError::Missing) }
    }

    /// Deletes a Wink template. Widgets that name it look and behave as without one.
    pub async fn delete_wink_template(&self, acting: &Acting, id: &WinkTemplateId) -> Result<(), AppError> {
        let scope = acting.may(Right::Write)?;
        let mut tx = self.services.store.begin().await?;
        let deleted = tx.scoped(scope).delete_wink_template(id).await?;
        tx.commit().await?;
        if deleted { Ok(()) } else { Err(AppError::Missing) }
    }

    /// A provider that is in no list would leave the widget's list empty, and nobody would know why.
    fn check_wink_content(&self, scope: &Scope, content: &WinkContent) -> Result<(), AppError> {
        let unknown = |name: &'static str, ids: &Option<Vec<ProviderId>>| {
            let ids = ids.iter().flatten().enumerate();
            let unknown =
                ids.filter(|(_, id)| self.services.data_sources.catalogue.get(scope.mode(), id).is_none());
            let fault = |(at, _): (usize, &ProviderId)| {
                Fault::new(format!("options.{name}[{at}]"), "is not in the list of providers")
            };
            unknown.map(fault).collect::<Vec<_>>()
        };
        let mut faults = unknown("topProviders", &content.options.top_providers);
        faults.extend(unknown("providers", &content.options.providers));
        if faults.is_empty() { Ok(()) } else { Err(AppError::Invalid(faults)) }
    }
}
