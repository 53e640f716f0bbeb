//! Consent templates. They are shown to everybody whom a tenant asks, so they are kept in clear.

use sahod_model::{ConsentTemplate, ConsentTemplateId};

use crate::{
    engine::{Row, params, statements},
    error::StoreError,
    page::{Page, PageRequest, Position, window},
    scope::{Scoped, ScopedTx},
};

statements! {
    LIST_TEMPLATES = "SELECT id, created_at, type, version, title, method, content FROM consent_templates
        WHERE scope = $1 AND created_at >= $2 AND (created_at, id) < ($3, $4)
        ORDER BY created_at DESC, id DESC LIMIT $5";
    INSERT_TEMPLATE = "INSERT INTO consent_templates (scope, id, created_at, type, version, title, method, content)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    DELETE_TEMPLATE = "DELETE FROM consent_templates WHERE id = $1 AND scope = $2";
}

fn read(row: Row<'_>) -> Result<ConsentTemplate, StoreError> {
    Ok(ConsentTemplate {
        id: row.parsed(0)?,
        created_at: row.timestamp(1)?,
        consent_type: row.text(2)?.to_owned(),
        version: row.text(3)?.to_owned(),
        title: row.opt_text(4)?.map(str::to_owned),
        method: row.opt_text(5)?.map(str::to_owned),
        text: row.text(6)?.to_owned(),
    })
}

impl Scoped<'_> {
    /// A page of consent templates, newest first.
    pub async fn list_consent_templates(
        &self,
        page: &PageRequest,
    ) -> Result<Page<ConsentTemplate>, StoreError> {
        let params = window(self.scope.number(), None, None, page.after.as_ref());
        self.store
            .data()
            .page(LIST_TEMPLATES, params, page, read, |template| {
                Position::of(template.created_at, &template.id)
            })
            .await
    }
}

impl ScopedTx<'_> {
    /// Inserts a consent template. [`StoreError::Conflict`] when its type has that version already.
    pub async fn insert_consent_template(&mut self, template: &ConsentTemplate) -> Result<(), StoreError> {
        let params = params![
            self.scope.number(),
            &template.id,
            template.created_at,
            template.consent_type.as_str(),
            template.version.as_str(),
            template.title.as_deref(),
            template.method.as_deref(),
            template.text.as_str(),
        ];
        self.tx.execute(INSERT_TEMPLATE, params).await.map(|_| ())
    }

    /// Deletes a consent template; whether there was one.
    pub async fn delete_consent_template(&mut self, id: &ConsentTemplateId) -> Result<bool, StoreError> {
        Ok(self.tx.execute(DELETE_TEMPLATE, params![id, self.scope.number()]).await? > 0)
    }
}
