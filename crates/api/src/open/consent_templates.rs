//! `/consentTemplates`

use axum::http::Method;
use sahod_app::NewConsentTemplate;
use sahod_model::{ConsentTemplate, ConsentTemplateId, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    error::ApiError,
    fields::Fields,
    list::NoFilter,
    nouns::{Call, Shown},
    openapi::{Endpoints, Operation},
};

pub(super) fn endpoints() -> Endpoints {
    Endpoints::new("Consent Templates", "Your organisation's own consent texts.")
        .make("/consentTemplates", Operation::new("create-consent-template", "Make a consent template")
                .about("A text that was published is not changed; make another version instead.")
                .body::<CreateConsentTemplate>()
                .created(), |fields, _| read(fields), |call, new| async move { call.app.organisations.create_consent_template(&call.acting, new).await })
        .list("/consentTemplates", Operation::new("list-consent-templates", "List consent templates"), |call, NoFilter, page| async move { call.app.organisations.list_consent_templates(&call.acting, &page).await })
        .act((Method::DELETE, "/consentTemplates/{id}"), Operation::new("delete-consent-template", "Delete a consent template"), |call, id| async move { call.app.organisations.delete_consent_template(&call.acting, &id).await })
}

/// A consent text of your organisation's own.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "ConsentTemplate")]
pub struct ConsentTemplateWire<'a> {
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

impl Shown for ConsentTemplate {
    type Wire<'a> = ConsentTemplateWire<'a>;

    fn show(&self, _: &Call) -> Result<ConsentTemplateWire<'_>, ApiError> {
        Ok(self.into())
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
