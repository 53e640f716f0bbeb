//! Invite templates. What one says is sealed under the template's own key.

use sahod_model::{InviteTemplate, InviteTemplateId, Timestamp};
use sahod_vault::{Aad, DataKey, Sealed};

use crate::{
    Store,
    engine::{Row, params, statements},
    error::StoreError,
    page::{Page, PageRequest, Position, window},
    scope::{Scoped, ScopedTx},
    sealing::{INVITE_CONTENT, open_json, to_json},
};

statements! {
    GET_TEMPLATE = "SELECT id, created_at, updated_at, content FROM invite_templates
        WHERE id = $1 AND scope = $2 AND deleted_at IS NULL";
    LIST_TEMPLATES = "SELECT id, created_at, updated_at, content FROM invite_templates
        WHERE scope = $1 AND created_at >= $2 AND (created_at, id) < ($3, $4) AND deleted_at IS NULL
        ORDER BY created_at DESC, id DESC LIMIT $5";
    INSERT_TEMPLATE = "INSERT INTO invite_templates (scope, id, created_at, updated_at, content)
        VALUES ($1, $2, $3, $4, $5)";
    UPDATE_TEMPLATE = "UPDATE invite_templates SET updated_at = $1, content = $2
        WHERE id = $3 AND scope = $4 AND deleted_at IS NULL";
    DELETE_TEMPLATE = "UPDATE invite_templates SET deleted_at = $1
        WHERE id = $2 AND scope = $3 AND deleted_at IS NULL";
}

struct SealedTemplate {
    id: InviteTemplateId,
    created_at: Timestamp,
    updated_at: Timestamp,
    content: Vec<u8>,
}

fn read(row: Row<'_>) -> Result<SealedTemplate, StoreError> {
    Ok(SealedTemplate {
        id: row.parsed(0)?,
        created_at: row.timestamp(1)?,
        updated_at: row.timestamp(2)?,
        content: row.blob(3)?.to_vec(),
    })
}

fn aad(scope: i64, id: &InviteTemplateId) -> Aad<'_> {
    Aad { scope, kind: INVITE_CONTENT, id: id.as_str() }
}

/// Opens templates; those whose key was destroyed are left out, as if deleted.
async fn open(
    store: &Store,
    scope: i64,
    templates: Vec<SealedTemplate>,
) -> Result<Vec<InviteTemplate>, StoreError> {
    let keys = store.live_keys_by_id(templates.iter().map(|template| template.id.as_str())).await?;
    let open = |template: &SealedTemplate, key: &DataKey| {
        Ok(InviteTemplate {
            id: template.id.clone(),
            created_at: template.created_at,
            updated_at: template.updated_at,
            content: open_json(key, &aad(scope, &template.id), &template.content)?,
        })
    };
    templates
        .iter()
        .filter_map(|template| keys.get(template.id.as_str()).map(|key| open(template, key)))
        .collect()
}

impl Scoped<'_> {
    /// The invite template of that id, unless it was deleted.
    pub async fn get_invite_template(
        &self,
        id: &InviteTemplateId,
    ) -> Result<Option<InviteTemplate>, StoreError> {
        let scope = self.scope.number();
        let template = self.store.data().query_opt(GET_TEMPLATE, params![id, scope], read).await?;
        Ok(open(self.store, scope, template.into_iter().collect()).await?.pop())
    }

    /// A page of invite templates, newest first.
    pub async fn list_invite_templates(
        &self,
        page: &PageRequest,
    ) -> Result<Page<InviteTemplate>, StoreError> {
        let scope = self.scope.number();
        let params = window(scope, None, None, page.after.as_ref());
        let page = self
            .store
            .data()
            .page(LIST_TEMPLATES, params, page, read, |template| {
                Position::of(template.created_at, &template.id)
            })
            .await?;
        Ok(Page { items: open(self.store, scope, page.items).await?, next: page.next })
    }
}

impl ScopedTx<'_> {
    fn seal_content(&self, template: &InviteTemplate, key: &DataKey) -> Result<Sealed, StoreError> {
        let content = to_json(&template.content)?;
        Ok(key.seal(self.tx.random(), &aad(self.scope.number(), &template.id), content.as_bytes()))
    }

    /// Inserts an invite template; `key` is its own, made before.
    pub async fn insert_invite_template(
        &mut self,
        template: &InviteTemplate,
        key: &DataKey,
    ) -> Result<(), StoreError> {
        let sealed = self.seal_content(template, key)?;
        let params =
            params![self.scope.number(), &template.id, template.created_at, template.updated_at, sealed,];
        self.tx.execute(INSERT_TEMPLATE, params).await.map(|_| ())
    }

    /// Replaces what an invite template says; whether there is one.
    pub async fn update_invite_template(
        &mut self,
        template: &InviteTemplate,
        key: &DataKey,
    ) -> Result<bool, StoreError> {
        let sealed = self.seal_content(template, key)?;
        let params = params![template.updated_at, sealed, &template.id, self.scope.number()];
        Ok(self.tx.execute(UPDATE_TEMPLATE, params).await? > 0)
    }

    /// Takes an invite template out of sight; whether there was one. It is kept for the invites that were made with it.
    pub async fn delete_invite_template(
        &mut self,
        id: &InviteTemplateId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        Ok(self.tx.execute(DELETE_TEMPLATE, params![now, id, self.scope.number()]).await? > 0)
    }
}
