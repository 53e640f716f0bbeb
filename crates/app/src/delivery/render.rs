//! The body of an event as it is sent: the stored ids, and what is personal and still readable.

use bytes::Bytes;
use sahod_model::{AccountId, EventType, UserId};
use sahod_store::{Scope, StoredEvent};
use sahod_webhooks::EventBody;
use serde_json::value::RawValue;

use crate::{App, AppError};

impl App {
    /// The body of an event. `include_payload`: whether that of a finished task carries the data.
    pub(crate) async fn render_event(
        &self,
        scope: &Scope,
        event: &StoredEvent,
        include_payload: bool,
    ) -> Result<Bytes, AppError> {
        let mut body = EventBody::new(event.id.clone(), event.event_type, event.created_at, &event.body)
            .map_err(AppError::internal)?;
        match event.event_type {
            EventType::AccountConnected | EventType::AccountFailed => {
                let account = event.source_id.as_ref().and_then(|id| id.as_str().parse::<AccountId>().ok());
                if let Some(account) = account {
                    // After a revoke the name is gone for good, and the contract wants a string.
                    let login = self.store.scoped(scope).account_login(&account).await?.unwrap_or_default();
                    body = body.with("loginName", &login).map_err(AppError::internal)?;
                }
            }
            EventType::TaskFinished if include_payload => {
                if let Some(source) = &event.source_id {
                    let payload = self.source_payload(scope, source).await?;
                    body = body.with_raw("payload", raw(payload)?);
                }
            }
            // The contract has it in every such event.
            EventType::UserSessionCompleted => {
                if let Some(user) = &event.user_id {
                    body = body.with_raw("payload", raw(self.payload_of(scope, user).await?)?);
                }
            }
            _ => {}
        }
        body.render().map_err(AppError::internal)
    }

    async fn payload_of(&self, scope: &Scope, user: &UserId) -> Result<Vec<u8>, AppError> {
        match self.user_payload(scope, user).await {
            Err(AppError::Missing) => Ok(b"{}".to_vec()),
            payload => payload,
        }
    }
}

fn raw(text: Vec<u8>) -> Result<Box<RawValue>, AppError> {
    let text = String::from_utf8(text).map_err(AppError::internal)?;
    RawValue::from_string(text).map_err(AppError::internal)
}
