//! Webhooks. Name, address and secret are sealed together under the webhook's own key.

use sahod_model::{EventType, ExposeSecret as _, SecretString, Timestamp, Webhook, WebhookId};
use sahod_vault::{Aad, DataKey};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::{
    Store,
    engine::{Row, params, statements},
    error::{StoreError, corrupt},
    page::{Page, PageRequest, Position, limit, window},
    scope::{Scoped, ScopedTx},
    sealing::{WEBHOOK_DETAILS, open_json, to_json},
};

macro_rules! columns {
    () => {
        "id, event_types, active, include_payload, created_at, updated_at, details"
    };
}

statements! {
    GET_WEBHOOK = concat!("SELECT ", columns!(), " FROM webhooks WHERE id = $1 AND scope = $2");
    LIST_WEBHOOKS = concat!("SELECT ", columns!(), " FROM webhooks
        WHERE scope = $1 AND created_at >= $2 AND (created_at, id) < ($3, $4)
        ORDER BY created_at DESC, id DESC LIMIT $5");
    INSERT_WEBHOOK = "INSERT INTO webhooks (scope, id, event_types, active, include_payload, created_at, updated_at, details)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    DELETE_WEBHOOK = "DELETE FROM webhooks WHERE id = $1 AND scope = $2";
}

#[derive(Serialize)]
struct DetailsRef<'a> {
    name: &'a str,
    url: &'a str,
    secret: &'a str,
}

#[derive(Deserialize)]
struct Details {
    name: String,
    url: String,
    secret: SecretString,
}

struct SealedWebhook {
    id: WebhookId,
    event_types: Vec<EventType>,
    active: bool,
    include_payload: bool,
    created_at: Timestamp,
    updated_at: Timestamp,
    details: Vec<u8>,
}

pub(crate) fn split_event_types(text: &str) -> Result<Vec<EventType>, StoreError> {
    let names = text.split(',').filter(|name| !name.is_empty());
    names.map(|name| EventType::from_name(name).ok_or_else(|| corrupt(name))).collect()
}

fn read(row: Row<'_>) -> Result<SealedWebhook, StoreError> {
    Ok(SealedWebhook {
        id: row.parsed(0)?,
        event_types: split_event_types(row.text(1)?)?,
        active: row.int(2)? != 0,
        include_payload: row.int(3)? != 0,
        created_at: row.timestamp(4)?,
        updated_at: row.timestamp(5)?,
        details: row.blob(6)?.to_vec(),
    })
}

/// Opens webhooks; those whose key was destroyed are left out, as if deleted.
async fn open(store: &Store, scope: i64, webhooks: Vec<SealedWebhook>) -> Result<Vec<Webhook>, StoreError> {
    let keys = store.keys_by_id(webhooks.iter().map(|webhook| webhook.id.as_str())).await?;
    let open = |webhook: &SealedWebhook, key: &DataKey| {
        let aad = Aad { scope, kind: WEBHOOK_DETAILS, id: webhook.id.as_str() };
        let details: Details = open_json(key, &aad, &webhook.details)?;
        Ok(Webhook {
            id: webhook.id.clone(),
            name: details.name,
            url: details.url,
            secret: details.secret,
            event_types: webhook.event_types.clone(),
            active: webhook.active,
            include_payload: webhook.include_payload,
            created_at: webhook.created_at,
            updated_at: webhook.updated_at,
        })
    };
    webhooks
        .iter()
        .filter_map(|webhook| keys.get(webhook.id.as_str()).map(|key| open(webhook, key)))
        .collect()
}

/// The webhook of that id in the scope of that number, with its secret.
pub(crate) async fn get(store: &Store, scope: i64, id: &WebhookId) -> Result<Option<Webhook>, StoreError> {
    let webhook = store.engine().query_opt(GET_WEBHOOK, params![id, scope], read).await?;
    Ok(open(store, scope, webhook.into_iter().collect()).await?.pop())
}

impl Scoped<'_> {
    /// The webhook of that id, with its secret.
    pub async fn get_webhook(&self, id: &WebhookId) -> Result<Option<Webhook>, StoreError> {
        get(self.store, self.scope.number(), id).await
    }

    /// A page of webhooks with their secrets, newest first.
    pub async fn list_webhooks(&self, page: &PageRequest) -> Result<Page<Webhook>, StoreError> {
        let mut params = window(self.scope.number(), None, None, page.after.as_ref());
        params.push(limit(page).into());
        let rows = self.store.engine().query(LIST_WEBHOOKS, params, read).await?;
        let page = Page::cut(rows, page.size, |webhook| Position {
            sort: webhook.created_at,
            id: webhook.id.as_str().to_owned(),
        });
        Ok(Page { items: open(self.store, self.scope.number(), page.items).await?, next: page.next })
    }
}

impl ScopedTx<'_> {
    /// Inserts a webhook; `key` is its own, made before.
    pub async fn insert_webhook(&mut self, webhook: &Webhook, key: &DataKey) -> Result<(), StoreError> {
        let scope = self.scope.number();
        let details =
            DetailsRef { name: &webhook.name, url: &webhook.url, secret: webhook.secret.expose_secret() };
        let aad = Aad { scope, kind: WEBHOOK_DETAILS, id: webhook.id.as_str() };
        let sealed = key.seal(self.tx.random(), &aad, Zeroizing::new(to_json(&details)?).as_bytes());
        let names: Vec<_> = webhook.event_types.iter().map(|event_type| event_type.as_str()).collect();
        let params = params![
            scope,
            &webhook.id,
            names.join(","),
            i64::from(webhook.active),
            i64::from(webhook.include_payload),
            webhook.created_at,
            webhook.updated_at,
            sealed,
        ];
        self.tx.execute(INSERT_WEBHOOK, params).await.map(|_| ())
    }

    /// Deletes a webhook; whether there was one. Its key is to be destroyed after the commit.
    pub async fn delete_webhook(&mut self, id: &WebhookId) -> Result<bool, StoreError> {
        Ok(self.tx.execute(DELETE_WEBHOOK, params![id, self.scope.number()]).await? > 0)
    }
}
