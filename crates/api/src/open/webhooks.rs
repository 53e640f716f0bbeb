//! `/webhooks`

use axum::extract::{RawQuery, State};
use sahod_app::NewWebhook;
use sahod_model::EventType;
use serde_json::Value;

use crate::{
    envelope::Reply,
    error::ApiError,
    fields::Fields,
    list::{ListRequest, NoFilter},
    state::{Authenticated, Path, Surface, path_id},
    wire,
};

/// `POST /webhooks`
pub(super) async fn create(
    State(surface): State<Surface>,
    Authenticated(caller): Authenticated,
    fields: Fields,
) -> Result<Reply, ApiError> {
    let webhook = surface.app.create_webhook(&caller.scope, read(fields)?).await?;
    Reply::object(&wire::webhook(&webhook))
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
pub(super) async fn list(
    State(surface): State<Surface>,
    Authenticated(caller): Authenticated,
    RawQuery(query): RawQuery,
) -> Result<Reply, ApiError> {
    let request = ListRequest::<NoFilter>::read(&surface.app, &caller.scope, "webhooks", query.as_deref())?;
    let page = surface.app.list_webhooks(&caller.scope, &request.page).await?;
    let webhooks: Vec<Value> = page.items.iter().map(wire::webhook).collect();
    Reply::list(&webhooks, request.next_cursor(&surface.app, &caller.scope, page.next)?)
}

/// `GET /webhooks/{id}`
pub(super) async fn get(
    State(surface): State<Surface>,
    Authenticated(caller): Authenticated,
    Path(id): Path<String>,
) -> Result<Reply, ApiError> {
    Reply::object(&wire::webhook(&surface.app.get_webhook(&caller.scope, &path_id(&id)?).await?))
}

/// `DELETE /webhooks/{id}`
pub(super) async fn delete(
    State(surface): State<Surface>,
    Authenticated(caller): Authenticated,
    Path(id): Path<String>,
) -> Result<Reply, ApiError> {
    surface.app.delete_webhook(&caller.scope, &path_id(&id)?).await?;
    Ok(Reply::nothing())
}
