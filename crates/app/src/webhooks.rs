//! Webhook endpoints.

use sahod_model::{
    EventData, EventType, Mode, SecretString, SwitchedOff, SwitchedOffReason, Timestamp, Webhook, WebhookId,
};
use sahod_store::{Page, PageRequest, Scope};

use crate::{App, AppError};

/// A webhook endpoint that a tenant wants.
#[derive(Debug)]
pub struct NewWebhook {
    /// The tenant's name for it.
    pub name: String,
    /// Where events are posted.
    pub url: String,
    /// Keys the signature.
    pub secret: SecretString,
    /// What it wants.
    pub event_types: Vec<EventType>,
    /// Whether it receives anything.
    pub active: bool,
    /// Whether finished tasks carry the data itself.
    pub include_payload: bool,
}

impl App {
    /// Makes a webhook endpoint.
    pub async fn create_webhook(&self, scope: &Scope, new: NewWebhook) -> Result<Webhook, AppError> {
        self.http
            .check_destination(&new.url)
            .await
            .map_err(|error| AppError::invalid("url", error.to_string()))?;
        // Where private networks are called, development included, TLS is the operator's matter.
        let encrypted = new.url.get(..8).is_some_and(|start| start.eq_ignore_ascii_case("https://"));
        if scope.mode() == Mode::Production && !encrypted && !self.http.allows_private_networks() {
            return Err(AppError::invalid("url", "must begin with https:// in production mode".to_owned()));
        }
        let id = WebhookId::new(self.clock.as_ref(), self.random.as_ref());
        let key = self.store.create_key(id.as_str()).await?;
        let now = self.clock.now();
        let webhook = Webhook {
            id,
            name: new.name,
            url: new.url,
            secret: new.secret,
            event_types: new.event_types,
            active: new.active,
            include_payload: new.include_payload,
            created_at: now,
            updated_at: now,
            previous_secret: None,
            switched_off: None,
        };
        let mut tx = self.store.begin().await?;
        tx.scoped(scope).insert_webhook(&webhook, &key).await?;
        tx.commit().await?;
        Ok(webhook)
    }

    /// The webhook endpoint of that id.
    pub async fn get_webhook(&self, scope: &Scope, id: &WebhookId) -> Result<Webhook, AppError> {
        self.store.scoped(scope).get_webhook(id).await?.ok_or(AppError::Missing)
    }

    /// A page of webhook endpoints, newest first.
    pub async fn list_webhooks(&self, scope: &Scope, page: &PageRequest) -> Result<Page<Webhook>, AppError> {
        Ok(self.store.scoped(scope).list_webhooks(page).await?)
    }

    /// Ends a webhook endpoint; what was still to be sent to it is not.
    pub async fn delete_webhook(&self, scope: &Scope, id: &WebhookId) -> Result<(), AppError> {
        let mut tx = self.store.begin().await?;
        let deleted = tx.scoped(scope).delete_webhook(id).await?;
        tx.commit().await?;
        if !deleted {
            return Err(AppError::Missing);
        }
        self.store.destroy_key(id.as_str()).await?;
        Ok(())
    }

    /// Switches a webhook endpoint off because of its receiver, and tells its owner.
    pub(crate) async fn switch_webhook_off(
        &self,
        scope: &Scope,
        id: &WebhookId,
        reason: SwitchedOffReason,
        failing_since: Option<Timestamp>,
    ) -> Result<(), AppError> {
        let mut tx = self.store.begin().await?;
        let mut scoped = tx.scoped(scope);
        if scoped.switch_webhook_off(id, SwitchedOff { at: self.clock.now(), reason }).await? {
            let event = EventData::WebhookDisabled { webhook_id: id.clone(), reason, failing_since };
            scoped.append_event(&event, None).await?;
        }
        Ok(tx.commit().await?)
    }
}
