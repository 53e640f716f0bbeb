//! `/webhooks`

use axum::extract::{RawQuery, State};
use sahod_app::NewWebhook;
use sahod_model::EventType;
use schemars::JsonSchema;
use serde_json::Value;

use crate::{
    envelope::Reply,
    error::ApiError,
    fields::Fields,
    list::{ListRequest, NoFilter},
    openapi::{Endpoints, Operation},
    state::{Authenticated, Path, Surface, path_id},
    wire::WebhookWire,
};

/// Event types of a webhook at most: more than there are.
const MAX_EVENT_TYPES: usize = 100;

pub(super) fn endpoints() -> Endpoints {
    Endpoints::new("Webhooks", "The addresses of yours to which events are sent.")
        .post(
            "/webhooks",
            create,
            Operation::new("create-webhook", "Make a webhook")
                .about("Events that happen from now on are posted to its address, signed with its secret.")
                .body::<CreateWebhook>()
                .one::<WebhookWire<'_>>(),
        )
        .get(
            "/webhooks",
            list,
            Operation::new("list-webhooks", "List webhooks").page::<WebhookWire<'_>, NoFilter>(),
        )
        .get("/webhooks/{id}", get, Operation::new("get-webhook", "Get a webhook").one::<WebhookWire<'_>>())
        .delete(
            "/webhooks/{id}",
            delete,
            Operation::new("delete-webhook", "Delete a webhook")
                .about("Nothing is sent to it any more, not even what is due to be tried again."),
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
    /// Where events are posted. In production mode it must begin with `https://` and lead to a public address.
    #[schemars(length(min = 1, max = 500), extend("format" = "uri"))]
    url: String,
    /// What signs the events. Choose a long random text.
    #[schemars(length(min = 1, max = 64))]
    secret: String,
    /// The events that it wants; `ALL_EVENTS` stands for all of them.
    #[schemars(length(min = 1, max = 100))]
    event_types: Vec<EventType>,
    /// Whether it receives anything yet.
    active: bool,
    /// Whether events of finished tasks carry the data itself.
    include_payload: Option<bool>,
}

/// `POST /webhooks`
async fn create(
    State(surface): State<Surface>,
    Authenticated(caller): Authenticated,
    fields: Fields,
) -> Result<Reply, ApiError> {
    let webhook = surface.app.create_webhook(&caller.scope, read(fields)?).await?;
    Reply::object(&WebhookWire::from(&webhook))
}

fn read(mut fields: Fields) -> Result<NewWebhook, ApiError> {
    let name = fields.required_text("name", 1..=200);
    let url = fields.required_text("url", 1..=500);
    let secret = fields.required_text("secret", 1..=64);
    let event_types = event_types(&mut fields);
    let active = fields.required_flag("active");
    let include_payload = fields.flag("includePayload").unwrap_or(false);
    let webhook = (|| {
        Some(NewWebhook {
            name: name?,
            url: url?,
            secret: secret?.into(),
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

/// `GET /webhooks`
async fn list(
    State(surface): State<Surface>,
    Authenticated(caller): Authenticated,
    RawQuery(query): RawQuery,
) -> Result<Reply, ApiError> {
    let request = ListRequest::<NoFilter>::read(&surface.app, &caller.scope, "webhooks", query.as_deref())?;
    let page = surface.app.list_webhooks(&caller.scope, &request.page).await?;
    let webhooks: Vec<WebhookWire<'_>> = page.items.iter().map(WebhookWire::from).collect();
    Reply::list(&webhooks, request.next_cursor(&surface.app, &caller.scope, page.next)?)
}

/// `GET /webhooks/{id}`
async fn get(
    State(surface): State<Surface>,
    Authenticated(caller): Authenticated,
    Path(id): Path<String>,
) -> Result<Reply, ApiError> {
    Reply::object(&WebhookWire::from(&surface.app.get_webhook(&caller.scope, &path_id(&id)?).await?))
}

/// `DELETE /webhooks/{id}`
async fn delete(
    State(surface): State<Surface>,
    Authenticated(caller): Authenticated,
    Path(id): Path<String>,
) -> Result<Reply, ApiError> {
    surface.app.delete_webhook(&caller.scope, &path_id(&id)?).await?;
    Ok(Reply::nothing())
}
