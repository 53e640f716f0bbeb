//! Webhooks. Name, address and secret are sealed together under the webhook's own key.

use sahod_model::{
    EventType, ExposeSecret as _, PreviousSecret, Random, SecretString, SwitchedOff, SwitchedOffReason,
    Timestamp, Webhook, WebhookId,
};
use sahod_vault::{Aad, DataKey, Sealed};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::{
    Store,
    engine::{Row, params, statements},
    error::{StoreError, corrupt},
    page::{Page, PageRequest, Position, window},
    scope::{Scoped, ScopedTx},
    sealing::{WEBHOOK_DETAILS, open_json, to_json},
};

macro_rules! columns {
    () => {
        "id, event_types, active, include_payload, created_at, updated_at, switched_off_at, switched_off_reason, details"
    };
}

statements! {
    GET_WEBHOOK = concat!("SELECT ", columns!(), " FROM webhooks WHERE id = $1 AND scope = $2");
    LIST_WEBHOOKS = concat!("SELECT ", columns!(), " FROM webhooks
        WHERE scope = $1 AND created_at >= $2 AND (created_at, id) < ($3, $4)
        ORDER BY created_at DESC, id DESC LIMIT $5");
    COUNT_WEBHOOKS = "SELECT count(*) FROM webhooks WHERE scope = $1";
    INSERT_WEBHOOK = "INSERT INTO webhooks (scope, id, event_types, active, include_payload, created_at, updated_at, details)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    UPDATE_WEBHOOK = "UPDATE webhooks SET event_types = $1, active = $2, include_payload = $3, updated_at = $4,
            switched_off_at = $5, switched_off_reason = $6, details = $7
        WHERE id = $8 AND scope = $9 AND updated_at = $10";
    SWITCH_OFF = "UPDATE webhooks SET active = 0, updated_at = $1, switched_off_at = $2, switched_off_reason = $3
        WHERE id = $4 AND scope = $5 AND active = 1";
    DELETE_WEBHOOK = "DELETE FROM webhooks WHERE id = $1 AND scope = $2";
}

#[derive(Serialize)]
struct DetailsRef<'a> {
    name: &'a str,
    url: &'a str,
    secret: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    previous: Option<PreviousRef<'a>>,
}

#[derive(Serialize)]
struct PreviousRef<'a> {
    secret: &'a str,
    expires_at: i64,
}

#[derive(Deserialize)]
struct Details {
    name: String,
    url: String,
    secret: SecretString,
    previous: Option<Previous>,
}

#[derive(Deserialize)]
struct Previous {
    secret: SecretString,
    expires_at: i64,
}

struct SealedWebhook {
    id: WebhookId,
    event_types: Vec<EventType>,
    active: bool,
    include_payload: bool,
    created_at: Timestamp,
    updated_at: Timestamp,
    switched_off: Option<SwitchedOff>,
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
        switched_off: row
            .opt_timestamp(6)?
            .zip(row.opt_named(7, SwitchedOffReason::from_name)?)
            .map(|(at, reason)| SwitchedOff { at, reason }),
        details: row.blob(8)?.to_vec(),
    })
}

/// Opens webhooks; those whose key was destroyed are left out, as if deleted.
async fn open(store: &Store, scope: i64, webhooks: Vec<SealedWebhook>) -> Result<Vec<Webhook>, StoreError> {
    let keys = store.live_keys_by_id(webhooks.iter().map(|webhook| webhook.id.as_str())).await?;
    let open = |webhook: &SealedWebhook, key: &DataKey| {
        let aad = Aad { scope, kind: WEBHOOK_DETAILS, id: webhook.id.as_str() };
        let details: Details = open_json(key, &aad, &webhook.details)?;
        Ok(Webhook {
            id: webhook.id.clone(),
            name: details.name,
            url: Zeroizing::new(details.url).parse().map_err(corrupt)?,
            secret: details.secret,
            previous_secret: details.previous.map(|previous| PreviousSecret {
                secret: previous.secret,
                expires_at: Timestamp::from_micros(previous.expires_at),
            }),
            event_types: webhook.event_types.clone(),
            active: webhook.active,
            include_payload: webhook.include_payload,
            created_at: webhook.created_at,
            updated_at: webhook.updated_at,
            switched_off: webhook.switched_off,
        })
    };
    webhooks
        .iter()
        .filter_map(|webhook| keys.get(webhook.id.as_str()).map(|key| open(webhook, key)))
        .collect()
}

/// The webhook of that id in the scope of that number, with its secret.
pub(crate) async fn get(store: &Store, scope: i64, id: &WebhookId) -> Result<Option<Webhook>, StoreError> {
    let webhook = store.data().query_opt(GET_WEBHOOK, params![id, scope], read).await?;
    Ok(open(store, scope, webhook.into_iter().collect()).await?.pop())
}

impl Scoped<'_> {
    /// The webhook of that id, with its secret.
    pub async fn get_webhook(&self, id: &WebhookId) -> Result<Option<Webhook>, StoreError> {
        get(self.store, self.scope.number(), id).await
    }

    /// A page of webhooks with their secrets, newest first.
    pub async fn list_webhooks(&self, page: &PageRequest) -> Result<Page<Webhook>, StoreError> {
        let params = window(self.scope.number(), None, None, page.after.as_ref());
        let page = self
            .store
            .data()
            .page(LIST_WEBHOOKS, params, page, read, |webhook| Position::of(webhook.created_at, &webhook.id))
            .await?;
        Ok(Page { items: open(self.store, self.scope.number(), page.items).await?, next: page.next })
    }
}

/// What of a webhook is sealed.
fn seal(scope: i64, webhook: &Webhook, key: &DataKey, random: &dyn Random) -> Result<Sealed, StoreError> {
    let previous = webhook.previous_secret.as_ref().map(|previous| PreviousRef {
        secret: previous.secret.expose_secret(),
        expires_at: previous.expires_at.as_micros(),
    });
    let secret = webhook.secret.expose_secret();
    let url = webhook.url.whole();
    let details = DetailsRef { name: &webhook.name, url: &url, secret, previous };
    let aad = Aad { scope, kind: WEBHOOK_DETAILS, id: webhook.id.as_str() };
    Ok(key.seal(random, &aad, Zeroizing::new(to_json(&details)?).as_bytes()))
}

fn names(event_types: &[EventType]) -> String {
    let names: Vec<_> = event_types.iter().map(|event_type| event_type.as_str()).collect();
    names.join(",")
}

impl ScopedTx<'_> {
    /// Inserts a webhook, which gets what happens from now on; `key` is its own, made before. `false`, and nothing inserted, when
    /// there are `most` already.
    pub async fn insert_webhook(
        &mut self,
        webhook: &Webhook,
        key: &DataKey,
        most: usize,
    ) -> Result<bool, StoreError> {
        let scope = self.scope.number();
        // Two that come at once must not both count what was there before them.
        self.tx.lock(&format!("webhooks of {scope}")).await?;
        let count = self.tx.query_opt(COUNT_WEBHOOKS, params![scope], |row| row.int(0)).await?;
        if count.is_some_and(|count| usize::try_from(count).unwrap_or(usize::MAX) >= most) {
            return Ok(false);
        }
        let params = params![
            scope,
            &webhook.id,
            names(&webhook.event_types),
            i64::from(webhook.active),
            i64::from(webhook.include_payload),
            webhook.created_at,
            webhook.updated_at,
            seal(scope, webhook, key, self.tx.random())?,
        ];
        self.tx.execute(INSERT_WEBHOOK, params).await?;
        self.insert_stream(&webhook.id).await?;
        Ok(true)
    }

    /// Writes a webhook anew, unless it was deleted or has changed since it was `before`; whether it was written. One that
    /// was inactive and is active now gets what happens from now on.
    pub async fn update_webhook(
        &mut self,
        before: &Webhook,
        webhook: &Webhook,
        key: &DataKey,
    ) -> Result<bool, StoreError> {
        let scope = self.scope.number();
        let params = params![
            names(&webhook.event_types),
            i64::from(webhook.active),
            i64::from(webhook.include_payload),
            webhook.updated_at,
            webhook.switched_off.map(|off| off.at),
            webhook.switched_off.map(|off| off.reason.as_str()),
            seal(scope, webhook, key, self.tx.random())?,
            &webhook.id,
            scope,
            before.updated_at,
        ];
        let written = self.tx.execute(UPDATE_WEBHOOK, params).await? > 0;
        if written {
            self.touch_stream(&webhook.id, webhook.active && !before.active).await?;
        }
        Ok(written)
    }

    /// Switches a webhook off; whether it was on.
    pub async fn switch_webhook_off(&mut self, id: &WebhookId, off: SwitchedOff) -> Result<bool, StoreError> {
        let params = params![off.at, off.at, off.reason.as_str(), id, self.scope.number()];
        let was_on = self.tx.execute(SWITCH_OFF, params).await? > 0;
        self.touch_stream(id, false).await?;
        Ok(was_on)
    }

    /// Deletes a webhook; whether there was one. Its key is to be destroyed after the commit.
    pub async fn delete_webhook(&mut self, id: &WebhookId) -> Result<bool, StoreError> {
        self.delete_stream(id).await?;
        Ok(self.tx.execute(DELETE_WEBHOOK, params![id, self.scope.number()]).await? > 0)
    }
}
