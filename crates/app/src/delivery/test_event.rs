//! A made-up event for one webhook, so that its owner sees what its receiver does with it.

use sahod_model::{DeliveryAttempt, EventId, EventType, Right, WebhookId};
use sahod_vault::KeysUsed;
use sahod_webhooks::{EventBody, Message, Target, deliver};

use super::{Delivery, attempt::record};
use crate::{Acting, AppError};

impl Delivery {
    /// Posts an event with that data, a JSON object, to a webhook, active or not, signed as always. It has an id, but no
    /// number, as it is in no log.
    pub async fn test_webhook(
        &self,
        acting: &Acting,
        id: &WebhookId,
        event_type: EventType,
        data: &str,
    ) -> Result<DeliveryAttempt, AppError> {
        let scope = acting.may(Right::Webhooks)?;
        let webhook = self.find_webhook(scope, id).await?;
        // The caller waits for the receiver, so what it calls is bounded as all deliveries are.
        let Some(_place) = self.places.try_take(scope.number(), id) else {
            return Err(AppError::Unavailable(format!("too many deliveries to webhook {id} are under way")));
        };
        let at = self.services.clock.now();
        let event_id = EventId::new(self.services.clock.as_ref(), self.services.random.as_ref());
        let body = EventBody::new(event_id.clone(), event_type, at, data).map_err(AppError::internal)?;
        let body = body.render().map_err(AppError::internal)?;
        let message = Message { id: &event_id, sequence: None, body, at };
        let attempt = deliver(&self.services.http, Target::of(&webhook, at), message).await;
        let record =
            record(&self.services, &webhook, (event_id.clone(), event_type, None), Some(attempt), at, 1);
        self.services
            .store
            .insert_attempts(scope.number(), id, &[(record.clone(), KeysUsed::default())])
            .await?;
        Ok(record)
    }
}
