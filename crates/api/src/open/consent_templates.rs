//! `/consentTemplates`

use axum::{
    extract::{RawQuery, State},
    http::StatusCode,
};
use sahod_app::NewConsentTemplate;
use serde_json::Value;

use crate::{
    envelope::Reply,
    error::ApiError,
    fields::Fields,
    list::{ListRequest, NoFilter},
    state::{Authenticated, Path, Surface, path_id},
    wire,
};

/// `POST /consentTemplates`
pub(super) async fn create(
    State(surface): State<Surface>,
    Authenticated(caller): Authenticated,
    fields: Fields,
) -> Result<Reply, ApiError> {
    let template = surface.app.create_consent_template(&caller.scope, read(fields)?).await?;
    Ok(Reply::object(&wire::consent_template(&template))?.with_status(StatusCode::CREATED))
}

fn read(mut fields: Fields) -> Result<NewConsentTemplate, ApiError> {
    let consent_type = fields.required_text("consentType", 1..=200);
    let title = fields.text("title", 1..=200);
    let version = fields.required_text("version", 1..=64);
    let method = fields.text("consentMethod", 0..=200);
    let text = fields.required_text("consentText", 1..=65_535);
    let template = (|| {
        Some(NewConsentTemplate {
            consent_type: consent_type?,
            title,
            version: version?,
            method,
            text: text?,
        })
    })();
    fields.finish(template)
}

/// `GET /consentTemplates`
pub(super) async fn list(
    State(surface): State<Surface>,
    Authenticated(caller): Authenticated,
    RawQuery(query): RawQuery,
) -> Result<Reply, ApiError> {
    let request =
        ListRequest::<NoFilter>::read(&surface.app, &caller.scope, "consentTemplates", query.as_deref())?;
    let page = surface.app.list_consent_templates(&caller.scope, &request.page).await?;
    let templates: Vec<Value> = page.items.iter().map(wire::consent_template).collect();
    Reply::list(&templates, request.next_cursor(&surface.app, &caller.scope, page.next)?)
}

/// `DELETE /consentTemplates/{id}`
pub(super) async fn delete(
    State(surface): State<Surface>,
    Authenticated(caller): Authenticated,
    Path(id): Path<String>,
) -> Result<Reply, ApiError> {
    surface.app.delete_consent_template(&caller.scope, &path_id(&id)?).await?;
    Ok(Reply::nothing())
}
