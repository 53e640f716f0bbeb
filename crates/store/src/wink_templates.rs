//! Wink templates. The widget shows what they set to everybody whom a tenant asks, so they are kept in clear.

use sahod_model::{WinkTemplate, WinkTemplateId};

use crate::{
    engine::{Row, params, statements},
    error::{StoreError, corrupt},
    page::{Page, PageRequest, Position, window},
    scope::{Scoped, ScopedTx},
    sealing::to_json,
};

statements! {
    GET_TEMPLATE = "SELECT id, created_at, updated_at, content FROM wink_templates WHERE id = $1 AND scope = $2";
    LIST_TEMPLATES = "SELECT id, created_at, updated_at, content FROM wink_templates
        WHERE scope = $1 AND created_at >= $2 AND (created_at, id) < ($3, $4)
        ORDER BY created_at DESC, id DESC LIMIT $5";
    INSERT_TEMPLATE = "INSERT INTO wink_templates (scope, id, created_at, updated_at, content)
        VALUES ($1, $2, $3, $4, $5)";
    UPDATE_TEMPLATE = "UPDATE wink_templates SET updated_at = $1, content = $2 WHERE id = $3 AND scope = $4";
    DELETE_TEMPLATE = "DELETE FROM wink_templates WHERE id = $1 AND scope = $2";
}

fn read(row: Row<'_>) -> Result<WinkTemplate, StoreError> {
    Ok(WinkTemplate {
        id: row.parsed(0)?,
        created_at: row.timestamp(1)?,
        updated_at: row.timestamp(2)?,
        content: serde_json::from_str(row.text(3)?).map_err(corrupt)?,
    })
}

impl Scoped<'_> {
    /// The Wink template of that id.
    pub async fn get_wink_template(&self, id: &WinkTemplateId) -> Result<Option<WinkTemplate>, StoreError> {
        self.store.data().query_opt(GET_TEMPLATE, params![id, self.scope.number()], read).await
    }

    /// A page of Wink templates, newest first.
    pub async fn list_wink_templates(&self, page: &PageRequest) -> Result<Page<WinkTemplate>, StoreError> {
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
    /// Inserts a Wink template.
    pub async fn insert_wink_template(&mut self, template: &WinkTemplate) -> Result<(), StoreError> {
        let content = to_json(&template.content)?;
        let params = params![
            self.scope.number(),
            &template.id,
            template.created_at,
            template.updated_at,
            content.as_str(),
        ];
        self.tx.execute(INSERT_TEMPLATE, params).await.map(|_| ())
    }

    /// Replaces what a Wink template sets; whether there is one.
    pub async fn update_wink_template(&mut self, template: &WinkTemplate) -> Result<bool, StoreError> {
        let content = to_json(&template.content)?;
        let params = params![template.updated_at, content.as_str(), &template.id, self.scope.number()];
        Ok(self.tx.execute(UPDATE_TEMPLATE, params).await? > 0)
    }

    /// Deletes a Wink template; whether there was one.
    pub async fn delete_wink_template(&mut self, id: &WinkTemplateId) -> Result<bool, StoreError> {
        Ok(self.tx.execute(DELETE_TEMPLATE, params![id, self.scope.number()]).await? > 0)
    }
}
