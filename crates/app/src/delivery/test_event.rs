//! A made-up event for one webhook, so that its owner sees what its receiver does with it.

use sahod_model::{DeliveryAttempt, EventId, EventType, WebhookId};
use sahod_store::Scope;
use sahod_webhooks::{EventBody, Message, Target, deliver};

use super::record::record;
use crate::{App, AppError};

impl App {
    /// Posts an event with that data, a JSON object, to a webhook, active or not, signed as always. It has an id, but no
    /// number, as it is in no log.
    pub async fn test_webhook(
        &self,
        scope: &Scope,
        id: &WebhookId,
        event_type: EventType,
        data: &str,
    ) -> Result<DeliveryAttempt, AppError> {
        let webhook = self.get_webhook(scope, id).await?;
        let at = self.clock.now();
        let event_id = EventId::new(self.clock.as_ref(), self.random.as_ref());
        let body = EventBody::new(event_id.clone(), event_type, at, data).map_err(AppError::internal)?;
        let body = body.render().map_err(AppError::internal)?;
        let message = Message { id: &event_id, sequence: None, body, at };
        let attempt = deliver(&self.http, Target::of(&webhook, at), message).await;
        let record = record(self, &webhook, (event_id.clone(), event_type, None), Some(attempt), at, 1);
        self.store.insert_attempts(scope.number(), id, &[(record.clone(), None)]).await?;
        Ok(record)
    }
}
