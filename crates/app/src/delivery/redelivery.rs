//! What a webhook's owner sees of its deliveries, and has sent again.

use sahod_model::{DeliveryAttempt, EventId, Right, Timestamp, Webhook, WebhookId};
use sahod_store::{Again, AttemptFilter, Page, PageRequest, Replayed, StreamStatus};

use super::Delivery;
use crate::{Acting, AppError};

/// What is to be sent again, of the types that the webhook wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Replay {
    /// One event.
    Event(EventId),
    /// What happened from the first moment to the second.
    Times(Timestamp, Timestamp),
    /// Events of these numbers, both included.
    Numbers(i64, i64),
    /// What was given up, and what happened while it was inactive.
    Missed,
}

/// How a webhook stands.
#[derive(Debug)]
pub struct WebhookStatus {
    /// The webhook.
    pub webhook: Webhook,
    /// How far its deliveries have come.
    pub stream: StreamStatus,
    /// The number of the last event that happened.
    pub last: i64,
}

impl Delivery {
    /// How a webhook stands.
    pub async fn webhook_status(&self, acting: &Acting, id: &WebhookId) -> Result<WebhookStatus, AppError> {
        let scope = acting.may(Right::Webhooks)?;
        let webhook = self.find_webhook(scope, id).await?;
        let store = self.services.store.scoped(scope);
        let stream = store.stream_status(id).await?.ok_or(AppError::Missing)?;
        Ok(WebhookStatus { webhook, stream, last: store.kept_events().await?.last })
    }

    /// Sends events to a webhook again, beginning now.
    pub async fn replay(
        &self,
        acting: &Acting,
        id: &WebhookId,
        replay: Replay,
    ) -> Result<Replayed, AppError> {
        let scope = acting.may(Right::Webhooks)?;
        let webhook = self.find_webhook(scope, id).await?;
        if !webhook.active {
            return Err(AppError::invalid("id", "is of a webhook that is not active; activate it first"));
        }
        let store = self.services.store.scoped(scope);
        let again = match replay {
            Replay::Event(event) => {
                let Some(event) = store.get_event(&event).await? else {
                    return Err(AppError::invalid("eventId", "is not the id of an event that is kept"));
                };
                if !webhook.wants(event.event_type) {
                    return Err(AppError::invalid(
                        "eventId",
                        "is of an event whose type the webhook does not want",
                    ));
                }
                Again::Event(event.seq)
            }
            Replay::Times(from, to) => {
                let after = Timestamp::from_micros(to.as_micros().saturating_add(1));
                Again::Range(store.first_event_at(from).await?, store.first_event_at(after).await? - 1)
            }
            Replay::Numbers(from, to) => Again::Range(from, to),
            Replay::Missed => Again::Missed,
        };
        let mut tx = self.services.store.begin().await?;
        let replayed = tx.scoped(scope).replay(id, &webhook.event_types, again).await?;
        tx.commit().await?;
        Ok(replayed)
    }

    /// A page of attempts to bring events to a webhook, newest first; `failed`: only those that failed.
    pub async fn list_webhook_attempts(
        &self,
        acting: &Acting,
        id: &WebhookId,
        failed: bool,
        page: &PageRequest,
    ) -> Result<Page<DeliveryAttempt>, AppError> {
        let scope = acting.may(Right::Webhooks)?;
        self.find_webhook(scope, id).await?;
        let filter =
            if failed { AttemptFilter::Failed(id.clone()) } else { AttemptFilter::Webhook(id.clone()) };
        Ok(self.services.store.scoped(scope).list_attempts(&filter, page).await?)
    }

    /// A page of attempts to bring an event anywhere, newest first. Of an event that is not kept any more they may be.
    pub async fn list_event_attempts(
        &self,
        acting: &Acting,
        id: &EventId,
        page: &PageRequest,
    ) -> Result<Page<DeliveryAttempt>, AppError> {
        let scope = acting.may(Right::Webhooks)?;
        let filter = AttemptFilter::Event(id.clone());
        let attempts = self.services.store.scoped(scope).list_attempts(&filter, page).await?;
        if attempts.items.is_empty() && page.after.is_none() {
            self.services.store.scoped(scope).get_event(id).await?.ok_or(AppError::Missing)?;
        }
        Ok(attempts)
    }
}
