//! `/consentTemplates`

use axum::{
    extract::{RawQuery, State},
    http::StatusCode,
};
use sahod_app::NewConsentTemplate;
use sahod_model::{ConsentTemplate, ConsentTemplateId, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    envelope::Reply,
    error::ApiError,
    fields::Fields,
    list::{ListRequest, NoFilter},
    openapi::{Endpoints, Operation},
    state::{Authenticated, Path, Surface, path_id},
};

pub(super) fn endpoints() -> Endpoints {
    Endpoints::new("Consent Templates", "Your organisation's own consent texts.")
        .post(
            "/consentTemplates",
            create,
            Operation::new("create-consent-template", "Make a consent template")
                .about("A text that was published is not changed; make another version instead.")
                .body::<CreateConsentTemplate>()
                .one::<ConsentTemplateWire<'_>>()
                .created(),
        )
        .get(
            "/consentTemplates",
            list,
            Operation::new("list-consent-templates", "List consent templates")
                .page::<ConsentTemplateWire<'_>, NoFilter>(),
        )
        .delete(
            "/consentTemplates/{id}",
            delete,
            Operation::new("delete-consent-template", "Delete a consent template"),
        )
}

/// A consent text of your organisation's own.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "ConsentTemplate")]
struct ConsentTemplateWire<'a> {
    /// The template's id.
    id: &'a ConsentTemplateId,
    /// When it was made.
    created_at: Timestamp,
    /// What people consent to, in a word of yours.
    consent_type: &'a str,
    /// Its title.
    title: Option<&'a str>,
    /// Its version; one of each for a type.
    version: &'a str,
    /// How people give it, such as by ticking a box.
    consent_method: Option<&'a str>,
    /// The wording.
    consent_text: &'a str,
}

impl<'a> From<&'a ConsentTemplate> for ConsentTemplateWire<'a> {
    fn from(template: &'a ConsentTemplate) -> Self {
        Self {
            id: &template.id,
            created_at: template.created_at,
            consent_type: &template.consent_type,
            title: template.title.as_deref(),
            version: &template.version,
            consent_method: template.method.as_deref(),
            consent_text: &template.text,
        }
    }
}

/// What a consent template is made of.
#[derive(JsonSchema)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "only its shape is of use; `read` reads it")]
struct CreateConsentTemplate {
    /// What people consent to, in a word of yours.
    #[schemars(length(min = 1, max = 200))]
    consent_type: String,
    /// Its title.
    #[schemars(length(min = 1, max = 200))]
    title: Option<String>,
    /// Its version; one of each for a type.
    #[schemars(length(min = 1, max = 64))]
    version: String,
    /// How people give it, such as by ticking a box.
    #[schemars(length(max = 200))]
    consent_method: Option<String>,
    /// The wording.
    #[schemars(length(min = 1, max = 65_535))]
    consent_text: String,
}

/// `POST /consentTemplates`
async fn create(
    State(surface): State<Surface>,
    Authenticated(acting): Authenticated,
    fields: Fields,
) -> Result<Reply, ApiError> {
    let template = surface.app.organisations.create_consent_template(&acting, read(fields)?).await?;
    Ok(Reply::object(&ConsentTemplateWire::from(&template))?.with_status(StatusCode::CREATED))
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
async fn list(
    State(surface): State<Surface>,
    Authenticated(acting): Authenticated,
    RawQuery(query): RawQuery,
) -> Result<Reply, ApiError> {
    let request = ListRequest::<NoFilter>::read(&surface.app, &acting, "consentTemplates", query.as_deref())?;
    let page = surface.app.organisations.list_consent_templates(&acting, &request.page).await?;
    let templates: Vec<ConsentTemplateWire<'_>> = page.items.iter().map(ConsentTemplateWire::from).collect();
    Reply::list(&templates, request.next_cursor(&surface.app, &acting, page.next)?)
}

/// `DELETE /consentTemplates/{id}`
async fn delete(
    State(surface): State<Surface>,
    Authenticated(acting): Authenticated,
    Path(id): Path<String>,
) -> Result<Reply, ApiError> {
    surface.app.organisations.delete_consent_template(&acting, &path_id(&id)?).await?;
    Ok(Reply::nothing())
}
