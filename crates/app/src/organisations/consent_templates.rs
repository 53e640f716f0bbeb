//! Consent templates: a tenant's own consent texts, version by version.

use sahod_model::{ConsentTemplate, ConsentTemplateId, Right};
use sahod_store::{Page, PageRequest, StoreError};

use super::Organisations;
use crate::{Acting, AppError};

/// A consent text that a tenant wants to keep.
#[derive(Debug)]
pub struct NewConsentTemplate {
    /// What the consent is for, in the tenant's words.
    pub consent_type: String,
    /// What people see above the text.
    pub title: Option<String>,
    /// Names this wording among those of its type.
    pub version: String,
    /// How people agree, in the tenant's words.
    pub method: Option<String>,
    /// What people agree to.
    pub text: String,
}

impl Organisations {
    /// Makes a consent template.
    pub async fn create_consent_template(
        &self,
        acting: &Acting,
        new: NewConsentTemplate,
    ) -> Result<ConsentTemplate, AppError> {
        let scope = acting.may(Right::Write)?;
        let template = ConsentTemplate {
            id: ConsentTemplateId::new(self.services.clock.as_ref(), self.services.random.as_ref()),
            created_at: self.services.clock.now(),
            consent_type: new.consent_type,
            title: new.title,
            version: new.version,
            method: new.method,
            text: new.text,
        };
        let mut tx = self.services.store.begin().await?;
        match tx.scoped(scope).insert_consent_template(&template).await {
            Err(StoreError::Conflict(_)) => {
                return Err(AppError::invalid(
                    "version",
                    "is taken by another template of this consentType; a new wording needs a new version",
                ));
            }
            inserted => inserted?,
        }
        tx.commit().await?;
        Ok(template)
    }

    /// A page of consent templates, newest first.
    pub async fn list_consent_templates(
        &self,
        acting: &Acting,
        page: &PageRequest,
    ) -> Result<Page<ConsentTemplate>, AppError> {
        let scope = acting.may(Right::Read)?;
        Ok(self.services.store.scoped(scope).list_consent_templates(page).await?)
    }

    /// Deletes a consent template. Consents that people gave stay, with the version that they agreed to.
    pub async fn delete_consent_template(
        &self,
        acting: &Acting,
        id: &ConsentTemplateId,
    ) -> Result<(), AppError> {
        let scope = acting.may(Right::Write)?;
        let mut tx = self.services.store.begin().await?;
        let deleted = tx.scoped(scope).delete_consent_template(id).await?;
        tx.commit().await?;
        if deleted { Ok(()) } else { Err(AppError::Missing) }
    }
}
