//! `/webhooks`

use std::{ops::RangeInclusive, time::Duration};

use axum::{extract::State, http::Method};
use sahod_app::{NewWebhook, WebhookChange};
use sahod_model::{EventType, ExposeSecret as _, Right, Timestamp, WebhookId, WebhookSecret};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::{
    envelope::Reply,
    error::ApiError,
    fields::Fields,
    list::NoFilter,
    openapi::{Endpoints, Operation},
    state::{Authenticated, Path, Surface, path_id},
};

/// How long an address may be.
const URL: RangeInclusive<usize> = 1..=500;
/// How long a secret may be: the longest is `whsec_` and base64 of 64 bytes.
const SECRET: RangeInclusive<usize> = 1..=94;
/// Event types of a webhook at most: more than there are.
const MAX_EVENT_TYPES: usize = 100;

pub(super) fn endpoints() -> Endpoints {
    Endpoints::new("Webhooks", "The addresses of yours to which events are sent.")
        .make(
            "/webhooks",
            Operation::new("create-webhook", "Make a webhook")
                .needs(Right::Webhooks)
                .about(
                    "Events that happen from now on are posted to its address, signed with its secret. There are \
                     50 webhooks in each mode at most, if your operator has not chosen another number.",
                )
                .body::<CreateWebhook>(),
            |fields, _| read(fields),
            |call, new| async move { call.app.delivery.create_webhook(&call.acting, new).await },
        )
        .list(
            "/webhooks",
            Operation::new("list-webhooks", "List webhooks").needs(Right::Webhooks),
            |call, NoFilter, page| async move { call.app.delivery.list_webhooks(&call.acting, &page).await },
        )
        .get_one(
            "/webhooks/{id}",
            Operation::new("get-webhook", "Get a webhook").needs(Right::Webhooks),
            |call, id| async move { call.app.delivery.get_webhook(&call.acting, &id).await },
        )
        .change(
            (Method::PATCH, "/webhooks/{id}"),
            Operation::new("update-webhook", "Change a webhook")
                .needs(Right::Webhooks)
                .about(
                    "What is left out stays as it is. One that becomes active gets what happens from then \
                     on; what it missed can be replayed. The secret has a call of its own.",
                )
                .optional_body::<UpdateWebhook>(),
            |fields, _| read_change(fields),
            |call, id, new| async move { call.app.delivery.change_webhook(&call.acting, &id, new).await },
        )
        .post(
            "/webhooks/{id}/rotateSecret",
            rotate_secret,
            Operation::new("rotate-webhook-secret", "Replace a webhook's secret")
                .needs(Right::Webhooks)
                .about(
                    "Both secrets sign for a while, so that your server can go over to the new one in \
                     between: `webhook-signature` has both signatures, `Smile-Signature` the new one, \
                     `Smile-Signature-Previous` the old one. The new secret is shown only here.",
                )
                .optional_body::<RotateSecret>()
                .one::<NewSecret<'_>>(),
        )
        .act(
            (Method::DELETE, "/webhooks/{id}"),
            Operation::new("delete-webhook", "Delete a webhook")
                .needs(Right::Webhooks)
                .about("Nothing is sent to it any more, not even what is due to be tried again."),
            |call, id| async move { call.app.delivery.delete_webhook(&call.acting, &id).await },
        )
}

/// What a webhook is made of.
#[derive(JsonSchema)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "only its shape is of use; `read` reads it")]
struct CreateWebhook {
    /// Your name for it.
    #[schemars(length(min = 1, max = 200))]
    name: String,
    /// Where events are posted. In production mode it must begin with `https://` and lead to a public address. A user name and
    /// a password in it are sent as HTTP's Basic authorization, and shown as `***` from then on.
    #[schemars(length(min = 1, max = 500), extend("format" = "uri"))]
    url: String,
    /// What signs the events: `whsec_` and base64 of 24 to 64 random bytes, or a plain text of 1 to 64 characters. One with
    /// fewer than 24 is taken, but could be guessed.
    #[schemars(length(min = 1, max = 94))]
    secret: String,
    /// The events that it wants; `ALL_EVENTS` stands for all of them.
    #[schemars(length(min = 1, max = 100))]
    event_types: Vec<EventType>,
    /// Whether it receives anything yet.
    active: bool,
    /// Whether events of finished tasks carry the data itself.
    include_payload: Option<bool>,
}

fn read(mut fields: Fields) -> Result<NewWebhook, ApiError> {
    let name = fields.required_text("name", 1..=200);
    let url = fields.required_parsed("url", URL, str::parse);
    let secret = fields.required_parsed("secret", SECRET, WebhookSecret::new);
    let event_types = event_types(&mut fields);
    let active = fields.required_flag("active");
    let include_payload = fields.flag("includePayload").unwrap_or(false);
    let webhook = (|| {
        Some(NewWebhook {
            name: name?,
            url: url?,
            secret: secret?,
            event_types: event_types?,
            active: active?,
            include_payload,
        })
    })();
    fields.finish(webhook)
}

fn event_types(fields: &mut Fields) -> Option<Vec<EventType>> {
    let Some(value) = fields.value("eventTypes") else {
        fields.fault("eventTypes", "is required");
        return None;
    };
    let Value::Array(values) = value else {
        fields.fault("eventTypes", "must be a list of event types");
        return None;
    };
    if values.is_empty() {
        fields.fault("eventTypes", "must name at least one event type; ALL_EVENTS stands for all of them");
        return None;
    }
    // Each one's fault is told: the answer to a body must not be many times as long.
    if values.len() > MAX_EVENT_TYPES {
        fields.fault("eventTypes", format!("must have at most {MAX_EVENT_TYPES} members"));
        return None;
    }
    let mut types = Vec::with_capacity(values.len());
    for (index, value) in values.iter().enumerate() {
        match value.as_str().and_then(EventType::from_name) {
            Some(event_type) if types.contains(&event_type) => {}
            Some(event_type) => types.push(event_type),
            None => fields.fault(format!("eventTypes[{index}]"), "is not an event type"),
        }
    }
    Some(types)
}

/// What is to be different about a webhook.
#[derive(JsonSchema)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "only its shape is of use; `read_change` reads it")]
struct UpdateWebhook {
    /// Your name for it.
    #[schemars(length(min = 1, max = 200))]
    name: Option<String>,
    /// Where events are posted. In production mode it must begin with `https://` and lead to a public address. A user name and
    /// a password in it are sent as HTTP's Basic authorization, and shown as `***` from then on.
    #[schemars(length(min = 1, max = 500), extend("format" = "uri"))]
    url: Option<String>,
    /// The events that it wants; `ALL_EVENTS` stands for all of them.
    #[schemars(length(min = 1, max = 100))]
    event_types: Option<Vec<EventType>>,
    /// Whether it receives anything.
    active: Option<bool>,
    /// Whether events of finished tasks carry the data itself.
    include_payload: Option<bool>,
}

fn read_change(mut fields: Fields) -> Result<WebhookChange, ApiError> {
    let change = WebhookChange {
        name: fields.text("name", 1..=200),
        url: fields.parsed("url", URL, str::parse),
        event_types: if fields.has("eventTypes") { event_types(&mut fields) } else { None },
        active: fields.flag("active"),
        include_payload: fields.flag("includePayload"),
    };
    fields.finish(Some(change))
}

/// Both secrets sign for so long when the caller does not say, and at most.
const OVERLAP_S: u64 = 24 * 3600;
const LONGEST_OVERLAP_S: u64 = 7 * 24 * 3600;

/// How to replace a secret.
#[derive(JsonSchema)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "only its shape is of use; `rotate_secret` reads it")]
struct RotateSecret {
    /// The new secret, as for a new webhook; left out: one is made.
    #[schemars(length(min = 1, max = 94))]
    secret: Option<String>,
    /// For how many seconds the old one signs beside it; left out: for a day. 0 for one that somebody else may know.
    #[schemars(range(min = 0, max = 604_800))]
    overlap_seconds: Option<u32>,
}

/// A secret that was replaced.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "WebhookSecret")]
struct NewSecret<'a> {
    /// The webhook's id.
    id: &'a WebhookId,
    /// The new secret. It is shown only here.
    secret: &'a str,
    /// Whether it is so short that it could be guessed: choose one of at least 24 characters, or have one made.
    secret_is_weak: bool,
    /// Until when the old one signs beside it; null when it does not.
    previous_secret_expires_at: Option<Timestamp>,
}

/// `POST /webhooks/{id}/rotateSecret`
async fn rotate_secret(
    State(surface): State<Surface>,
    Authenticated(acting): Authenticated,
    Path(id): Path<String>,
    mut fields: Fields,
) -> Result<Reply, ApiError> {
    let id: WebhookId = path_id(&id)?;
    let secret = fields.parsed("secret", SECRET, WebhookSecret::new);
    let overlap_s = fields.read("overlapSeconds", "a number of seconds from 0 to 604800 (7 days)", |value| {
        value.as_u64().filter(|seconds| *seconds <= LONGEST_OVERLAP_S)
    });
    fields.finish(Some(()))?;
    let overlap = Duration::from_secs(overlap_s.unwrap_or(OVERLAP_S));
    let webhook = surface.app.delivery.rotate_webhook_secret(&acting, &id, secret, overlap).await?;
    Reply::object(&NewSecret {
        id: &webhook.id,
        secret: webhook.secret.expose_secret(),
        secret_is_weak: WebhookSecret::is_weak(&webhook.secret),
        previous_secret_expires_at: webhook.previous_secret.as_ref().map(|previous| previous.expires_at),
    })
}
