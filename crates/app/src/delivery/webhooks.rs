//! Webhook endpoints.

use std::time::Duration;

use sahod_model::{
    EventData, EventType, ExposeSecret as _, Mode, PreviousSecret, Right, SwitchedOff, SwitchedOffReason,
    Timestamp, Webhook, WebhookId, WebhookSecret, WebhookUrl,
};
use sahod_outbound::HttpError;
use sahod_store::{Page, PageRequest, Scope};

use super::{Delivery, notices};
use crate::{Acting, AppError};

/// A webhook endpoint that a tenant wants.
#[derive(Debug)]
pub struct NewWebhook {
    /// The tenant's name for it.
    pub name: String,
    /// Where events are posted.
    pub url: WebhookUrl,
    /// Keys the signature.
    pub secret: WebhookSecret,
    /// What it wants.
    pub event_types: Vec<EventType>,
    /// Whether it receives anything.
    pub active: bool,
    /// Whether finished tasks carry the data itself.
    pub include_payload: bool,
}

/// What is to be different about a webhook endpoint.
#[derive(Clone, Debug, Default)]
pub struct WebhookChange {
    /// The tenant's name for it.
    pub name: Option<String>,
    /// Where events are posted.
    pub url: Option<WebhookUrl>,
    /// What it wants.
    pub event_types: Option<Vec<EventType>>,
    /// Whether it receives anything.
    pub active: Option<bool>,
    /// Whether finished tasks carry the data itself.
    pub include_payload: Option<bool>,
}

/// A change is tried so often while others change the same webhook.
const TRIES: usize = 5;

impl Delivery {
    /// Makes a webhook endpoint.
    pub async fn create_webhook(&self, acting: &Acting, new: NewWebhook) -> Result<Webhook, AppError> {
        let scope = acting.may(Right::Webhooks)?;
        self.check_url(scope, &new.url).await?;
        let id = WebhookId::new(self.services.clock.as_ref(), self.services.random.as_ref());
        let key = self.services.store.create_key(id.as_str()).await?;
        let now = self.services.clock.now();
        let webhook = Webhook {
            id,
            name: new.name,
            url: new.url,
            secret: new.secret.into_inner(),
            event_types: new.event_types,
            active: new.active,
            include_payload: new.include_payload,
            created_at: now,
            updated_at: now,
            previous_secret: None,
            switched_off: None,
        };
        let mut tx = self.services.store.begin().await?;
        let most = self.services.config.deliveries.per_tenant;
        if !tx.scoped(scope).insert_webhook(&webhook, &key, most).await? {
            tx.rollback();
            self.services.store.destroy_key(webhook.id.as_str()).await?;
            let detail =
                format!("are {most} already, which is the most in one mode; delete one to make another");
            return Err(AppError::invalid("webhooks", detail));
        }
        tx.commit().await?;
        Ok(webhook)
    }

    /// The webhook endpoint of that id.
    pub async fn get_webhook(&self, acting: &Acting, id: &WebhookId) -> Result<Webhook, AppError> {
        self.find_webhook(acting.may(Right::Webhooks)?, id).await
    }

    pub(super) async fn find_webhook(&self, scope: &Scope, id: &WebhookId) -> Result<Webhook, AppError> {
        self.services.store.scoped(scope).get_webhook(id).await?.ok_or(AppError::Missing)
    }

    /// A page of webhook endpoints, newest first.
    pub async fn list_webhooks(
        &self,
        acting: &Acting,
        page: &PageRequest,
    ) -> Result<Page<Webhook>, AppError> {
        let scope = acting.may(Right::Webhooks)?;
        Ok(self.services.store.scoped(scope).list_webhooks(page).await?)
    }

    /// Changes a webhook endpoint. One that was inactive gets what happens from now on.
    pub async fn change_webhook(
        &self,
        acting: &Acting,
        id: &WebhookId,
        change: WebhookChange,
    ) -> Result<Webhook, AppError> {
        let scope = acting.may(Right::Webhooks)?;
        if let Some(url) = &change.url {
            self.check_url(scope, url).await?;
        }
        self.rewrite_webhook(scope, id, |webhook, _| {
            let WebhookChange { name, url, event_types, active, include_payload } = change.clone();
            webhook.name = name.unwrap_or_else(|| std::mem::take(&mut webhook.name));
            webhook.url = url.unwrap_or_else(|| webhook.url.clone());
            webhook.event_types = event_types.unwrap_or_else(|| std::mem::take(&mut webhook.event_types));
            webhook.include_payload = include_payload.unwrap_or(webhook.include_payload);
            if let Some(active) = active {
                webhook.active = active;
                // From now on it is as its owner says.
                webhook.switched_off = None;
            }
            Ok(())
        })
        .await
    }

    /// Gives a webhook endpoint another secret; one that is made here when there is none. The one before signs beside it
    /// for `overlap`.
    pub async fn rotate_webhook_secret(
        &self,
        acting: &Acting,
        id: &WebhookId,
        secret: Option<WebhookSecret>,
        overlap: Duration,
    ) -> Result<Webhook, AppError> {
        let scope = acting.may(Right::Webhooks)?;
        let made = || sahod_webhooks::new_secret(self.services.random.as_ref());
        let secret = secret.map_or_else(made, WebhookSecret::into_inner);
        self.rewrite_webhook(scope, id, |webhook, now| {
            if webhook.secret.expose_secret() == secret.expose_secret() {
                return Err(AppError::invalid("secret", "is the one that the webhook has"));
            }
            let previous = std::mem::replace(&mut webhook.secret, secret.clone());
            let previous = PreviousSecret { secret: previous, expires_at: now.plus(overlap) };
            webhook.previous_secret = Some(previous).filter(|_| !overlap.is_zero());
            Ok(())
        })
        .await
    }

    /// Reads a webhook endpoint, changes it and writes it, anew when somebody else changed it meanwhile.
    async fn rewrite_webhook(
        &self,
        scope: &Scope,
        id: &WebhookId,
        change: impl Fn(&mut Webhook, Timestamp) -> Result<(), AppError>,
    ) -> Result<Webhook, AppError> {
        for _ in 0..TRIES {
            let before = self.find_webhook(scope, id).await?;
            let key = self.services.store.key(id.as_str()).await?.ok_or(AppError::Missing)?;
            let (mut webhook, now) = (before.clone(), self.services.clock.now());
            change(&mut webhook, now)?;
            // Later than before, whatever the clock says: by this a change is noticed.
            webhook.updated_at = now.max(before.updated_at.plus(Duration::from_micros(1)));
            let mut tx = self.services.store.begin().await?;
            let written = tx.scoped(scope).update_webhook(&before, &webhook, &key).await?;
            tx.commit().await?;
            if written {
                return Ok(webhook);
            }
        }
        Err(AppError::Unavailable("the webhook is being changed by others all the time".to_owned()))
    }

    /// Whether events may be posted there.
    async fn check_url(&self, scope: &Scope, url: &WebhookUrl) -> Result<(), AppError> {
        let (refused, url) = (|error: HttpError| AppError::invalid("url", error.to_string()), url.address());
        self.services.http.check_destination(url).await.map_err(refused)?;
        // Where private networks are called, development included, TLS is the operator's matter.
        let encrypted = url.get(..8).is_some_and(|start| start.eq_ignore_ascii_case("https://"));
        if scope.mode() == Mode::Production && !encrypted && !self.services.http.allows_private_networks() {
            return Err(AppError::invalid("url", "must begin with https:// in production mode"));
        }
        Ok(())
    }

    /// Ends a webhook endpoint; what was still to be sent to it is not.
    pub async fn delete_webhook(&self, acting: &Acting, id: &WebhookId) -> Result<(), AppError> {
        let scope = acting.may(Right::Webhooks)?;
        let mut tx = self.services.store.begin().await?;
        let deleted = tx.scoped(scope).delete_webhook(id).await?;
        tx.commit().await?;
        if !deleted {
            return Err(AppError::Missing);
        }
        self.services.store.destroy_key(id.as_str()).await?;
        Ok(())
    }

    /// Switches a webhook endpoint off because of its receiver, and tells its owner.
    pub(super) async fn switch_webhook_off(
        &self,
        scope: &Scope,
        id: &WebhookId,
        reason: SwitchedOffReason,
        failing_since: Option<Timestamp>,
    ) -> Result<(), AppError> {
        let mut tx = self.services.store.begin().await?;
        let mut scoped = tx.scoped(scope);
        if scoped.switch_webhook_off(id, SwitchedOff { at: self.services.clock.now(), reason }).await? {
            let event = EventData::WebhookDisabled { webhook_id: id.clone(), reason, failing_since };
            scoped.append_event(&event, None).await?;
            if let Some(job) = notices::switched_off(&self.services, scope, id)? {
                tx.enqueue(&job).await?;
            }
        }
        Ok(tx.commit().await?)
    }
}
