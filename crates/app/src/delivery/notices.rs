//! Mail to the owner of a tenant about what would otherwise go unseen.

use std::time::Duration;

use futures_util::future::BoxFuture;
use sahod_jobs::{ClaimedJob, Handler, Outcome};
use sahod_model::{SwitchedOffReason, Webhook, WebhookId};
use sahod_outbound::{Mail, MailError};
use sahod_store::{NewJob, Scope};
use serde::{Deserialize, Serialize};

use super::Delivery;
use crate::{AppError, services::Services};

const TELL_SWITCHED_OFF: &str = "tell_switched_off.v1";
/// Mail servers that do not take a mail now are asked again after so long, each time twice as long.
const FIRST_RETRY: Duration = Duration::from_mins(1);
const LONGEST_RETRY: Duration = Duration::from_hours(6);
/// So often: about five days.
const TRIES: u32 = 30;

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Payload {
    scope: i64,
    webhook_id: WebhookId,
}

/// The job that tells the owner that a webhook was switched off, for the transaction that does it. `None` when this
/// installation sends no mail.
pub(crate) fn switched_off(
    services: &Services,
    scope: &Scope,
    id: &WebhookId,
) -> Result<Option<NewJob>, AppError> {
    if services.mailer.is_none() {
        return Ok(None);
    }
    let payload = Payload { scope: scope.number(), webhook_id: id.clone() };
    let payload = serde_json::to_string(&payload).map_err(AppError::internal)?;
    Ok(Some(NewJob { kind: TELL_SWITCHED_OFF, payload, run_at: services.clock.now() }))
}

fn text(scope: &Scope, webhook: &Webhook, reason: SwitchedOffReason) -> String {
    let why = match reason {
        SwitchedOffReason::Failing => "Its receiver did not take anything for days.",
        SwitchedOffReason::Gone => "Its receiver answered 410, which says that it wants nothing any more.",
    };
    format!(
        "The webhook \"{name}\" ({id}) of {tenant} in {mode} mode was switched off. {why}\n\n\
         Nothing is lost: what happened since is kept, and so is every attempt with what your server answered.\n\n\
         Once your server is well again:\n\
         1. GET /v1/webhooks/{id}/attempts?failed=true shows what went wrong.\n\
         2. POST /v1/webhooks/{id}/test tries it.\n\
         3. PATCH /v1/webhooks/{id} with {{\"active\": true}} switches it on.\n\
         4. POST /v1/webhooks/{id}/replay with {{\"missed\": true}} sends what it missed.\n",
        name = webhook.name,
        id = webhook.id,
        tenant = scope.tenant(),
        mode = scope.mode().as_str().to_lowercase(),
    )
}

impl Delivery {
    async fn tell_switched_off(&self, payload: &Payload) -> Result<Result<(), MailError>, AppError> {
        let Some(mailer) = &self.services.mailer else { return Ok(Ok(())) };
        let Some(scope) = self.services.store.scope_by_number(payload.scope).await? else {
            return Ok(Ok(()));
        };
        let Some(to) = self.services.store.tenant_contact(scope.tenant()).await? else { return Ok(Ok(())) };
        let webhook = self.services.store.scoped(&scope).get_webhook(&payload.webhook_id).await?;
        // Switched on again, or deleted, meanwhile: its owner knows.
        let Some((webhook, off)) = webhook.and_then(|webhook| {
            let off = webhook.switched_off?;
            Some((webhook, off))
        }) else {
            return Ok(Ok(()));
        };
        let subject = format!("Webhook \"{}\" was switched off", webhook.name);
        Ok(mailer.send(Mail { to, subject, text: text(&scope, &webhook, off.reason) }).await)
    }
}

/// Tells the owner of a webhook that it was switched off.
pub(crate) struct TellSwitchedOff(Delivery);

impl TellSwitchedOff {
    pub(crate) const fn new(delivery: Delivery) -> Self {
        Self(delivery)
    }
}

impl Handler for TellSwitchedOff {
    fn kind(&self) -> &'static str {
        TELL_SWITCHED_OFF
    }

    fn run<'a>(&'a self, job: &'a ClaimedJob) -> BoxFuture<'a, Outcome> {
        Box::pin(async move {
            let Ok(payload) = serde_json::from_str(&job.payload) else {
                return Outcome::Fail { reason: "unreadable payload".into() };
            };
            let reason = match self.0.tell_switched_off(&payload).await {
                Ok(Ok(())) => return Outcome::Done,
                Ok(Err(error)) if error.is_permanent() || job.attempt >= TRIES => {
                    return Outcome::Fail { reason: error.to_string().into() };
                }
                Ok(Err(error)) => error.to_string(),
                Err(error) => error.to_string(),
            };
            let after = FIRST_RETRY.saturating_mul(1 << job.attempt.min(10)).min(LONGEST_RETRY);
            Outcome::Retry { after, reason: reason.into() }
        })
    }
}
