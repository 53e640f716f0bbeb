//! The job that brings one event to one webhook.

use futures_util::future::BoxFuture;
use sahod_jobs::{ClaimedJob, Handler, Outcome};
use sahod_model::{AccountId, EventType, WebhookId};
use sahod_store::{DELIVER_WEBHOOK, StoredEvent};
use sahod_webhooks::{EventBody, Message, deliver};
use serde::Deserialize;

use crate::{App, AppError};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Payload {
    scope: i64,
    seq: i64,
    webhook_id: WebhookId,
}

/// Brings one event to one webhook.
pub(crate) struct DeliverWebhook(App);

impl DeliverWebhook {
    pub(crate) const fn new(app: App) -> Self {
        Self(app)
    }

    async fn attempt(&self, job: &ClaimedJob) -> Result<Outcome, AppError> {
        let payload: Payload = serde_json::from_str(&job.payload).map_err(AppError::internal)?;
        let store = &self.0.store;
        let webhook = store.webhook_for_delivery(payload.scope, &payload.webhook_id).await?;
        let Some(webhook) = webhook.filter(|webhook| webhook.active) else { return Ok(Outcome::Done) };
        let Some(event) = store.event(payload.scope, payload.seq).await? else { return Ok(Outcome::Done) };
        let id = event.id.clone();
        let body = self.render(payload.scope, event).await?.render().map_err(AppError::internal)?;
        let message = Message { id: &id, body, at: self.0.clock.now() };

        Ok(match deliver(&self.0.http, &webhook, message).await.outcome {
            sahod_webhooks::Outcome::Delivered { .. } => Outcome::Done,
            sahod_webhooks::Outcome::Failed { reason } => self.later(job, reason),
        })
    }

    /// Another try by the schedule, or none once that has ended.
    fn later(&self, job: &ClaimedJob, reason: String) -> Outcome {
        match self.0.config.retry.next_delay(job.attempt, self.0.random.as_ref()) {
            Some(after) => Outcome::Retry { after, reason: reason.into() },
            None => Outcome::Fail { reason: reason.into() },
        }
    }

    /// The body as it is sent: the stored ids, and what is personal and still readable.
    async fn render(&self, scope: i64, event: StoredEvent) -> Result<EventBody, AppError> {
        let body = EventBody::new(event.id, event.event_type, event.created_at, &event.body)
            .map_err(AppError::internal)?;
        let named = matches!(event.event_type, EventType::AccountConnected | EventType::AccountFailed);
        let account = event.source_id.and_then(|id| id.as_str().parse::<AccountId>().ok());
        let (true, Some(account)) = (named, account) else { return Ok(body) };
        let store = &self.0.store;
        let login = match store.scope_by_number(scope).await? {
            Some(scope) => store.scoped(&scope).account_login(&account).await?,
            None => None,
        };
        // After a revoke the name is gone for good, and the contract wants a string.
        body.with("loginName", &login.unwrap_or_default()).map_err(AppError::internal)
    }
}

impl Handler for DeliverWebhook {
    fn kind(&self) -> &'static str {
        DELIVER_WEBHOOK
    }

    fn run<'a>(&'a self, job: &'a ClaimedJob) -> BoxFuture<'a, Outcome> {
        Box::pin(async { self.attempt(job).await.unwrap_or_else(|error| self.later(job, error.to_string())) })
    }
}
