//! The body of an event as it is sent: the stored ids, and what is personal and still readable.

use bytes::Bytes;
use sahod_model::{AccountId, EventType, UserId};
use sahod_store::{Scope, StoredEvent};
use sahod_webhooks::EventBody;
use serde_json::value::RawValue;

use super::Delivery;
use crate::AppError;

/// Which bodies carry the data itself, where it is still readable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PayloadIn {
    /// None: lists of events.
    None,
    /// Those of a completed session, as the contract has it.
    CompletedSessions,
    /// Those of finished tasks, too.
    Every,
}

impl Delivery {
    /// The body of an event, as bytes to be signed. `payload`: what of it carries the data itself.
    pub(super) async fn render_event(
        &self,
        scope: &Scope,
        event: &StoredEvent,
        payload: PayloadIn,
    ) -> Result<Bytes, AppError> {
        self.event_body(scope, event, payload).await?.render().map_err(AppError::internal)
    }

    /// The body of an event. `payload`: what of it carries the data itself.
    pub(super) async fn event_body(
        &self,
        scope: &Scope,
        event: &StoredEvent,
        payload: PayloadIn,
    ) -> Result<EventBody, AppError> {
        let mut body = EventBody::new(event.id.clone(), event.event_type, event.created_at, &event.body)
            .map_err(AppError::internal)?;
        match event.event_type {
            EventType::AccountConnected | EventType::AccountFailed => {
                let account = event.source_id.as_ref().and_then(|id| id.as_str().parse::<AccountId>().ok());
                if let Some(account) = account {
                    // After a revoke the name is gone for good, and the contract wants a string.
                    let login =
                        self.services.store.scoped(scope).account_login(&account).await?.unwrap_or_default();
                    body = body.with("loginName", &login).map_err(AppError::internal)?;
                }
            }
            EventType::TaskFinished | EventType::AccountSyncTaskFinished if payload == PayloadIn::Every => {
                if let Some(source) = &event.source_id {
                    let payload = self.sources.source_payload(scope, source).await?;
                    body = body.with_raw("payload", raw(payload)?);
                }
            }
            EventType::UserSessionCompleted if payload != PayloadIn::None => {
                if let Some(user) = &event.user_id {
                    body = body.with_raw("payload", raw(self.payload_of(scope, user).await?)?);
                }
            }
            _ => {}
        }
        Ok(body)
    }

    async fn payload_of(&self, scope: &Scope, user: &UserId) -> Result<Vec<u8>, AppError> {
        match self.sources.user_payload_in(scope, user).await {
            Err(AppError::Missing) => Ok(b"{}".to_vec()),
            payload => payload,
        }
    }
}

fn raw(text: Vec<u8>) -> Result<Box<RawValue>, AppError> {
    let text = String::from_utf8(text).map_err(AppError::internal)?;
    RawValue::from_string(text).map_err(AppError::internal)
}
