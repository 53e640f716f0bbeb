//! `/winkTemplates`

use axum::http::Method;
use sahod_model::{
    Mode, ProviderId, Timestamp, WinkContent, WinkTemplate, WinkTemplateId,
    texts::{check_name, check_picture_url},
    wink_template::{Language, WinkOptions, WinkTheme},
};
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    error::ApiError,
    fields::Fields,
    list::NoFilter,
    nouns::{Call, Shown},
    openapi::{Endpoints, Operation},
};

/// Providers that stand first, at most: as many as a page may name.
const MAX_TOP_PROVIDERS: usize = 10;
/// Providers to choose from, at most.
const MAX_PROVIDERS: usize = 150;

pub(super) fn endpoints() -> Endpoints {
    Endpoints::new("Wink Templates", "How the widget looks and behaves, without a change to your pages.")
        .list(
            "/winkTemplates",
            Operation::new("list-wink-templates", "List Wink templates"),
            |call, NoFilter, page| async move {
                call.app.organisations.list_wink_templates(&call.acting, &page).await
            },
        )
        .make(
            "/winkTemplates",
            Operation::new("create-wink-template", "Make a Wink template")
                .about(
                    "Give its id to the widget as `templateId`. What your page sets in code wins over the \
                     template; what neither sets is as the widget has it.",
                )
                .body::<WinkTemplateBody>()
                .created(),
            |fields, _| read(fields),
            |call, new| async move { call.app.organisations.create_wink_template(&call.acting, new).await },
        )
        .get_one(
            "/winkTemplates/{id}",
            Operation::new("get-wink-template", "Get a Wink template"),
            |call, id| async move { call.app.organisations.get_wink_template(&call.acting, &id).await },
        )
        .change(
            (Method::PUT, "/winkTemplates/{id}"),
            Operation::new("update-wink-template", "Replace a Wink template")
                .about(
                    "Everything that it sets is replaced. It holds for widgets that are opened from then \
                     on.",
                )
                .body::<WinkTemplateBody>(),
            |fields, _| read(fields),
            |call, id, new| async move {
                call.app.organisations.update_wink_template(&call.acting, &id, new).await
            },
        )
        .act(
            (Method::DELETE, "/winkTemplates/{id}"),
            Operation::new("delete-wink-template", "Delete a Wink template")
                .about("Widgets that name it open as without a template."),
            |call, id| async move { call.app.organisations.delete_wink_template(&call.acting, &id).await },
        )
}

/// How the widget looks and behaves where your page does not say otherwise.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "WinkTemplate")]
pub struct WinkTemplateWire<'a> {
    /// The template's id.
    id: &'a WinkTemplateId,
    /// When it was made.
    created_at: Timestamp,
    /// When it last changed.
    updated_at: Timestamp,
    /// What it sets.
    #[serde(flatten)]
    content: &'a WinkContent,
}

impl<'a> From<&'a WinkTemplate> for WinkTemplateWire<'a> {
    fn from(template: &'a WinkTemplate) -> Self {
        Self {
            id: &template.id,
            created_at: template.created_at,
            updated_at: template.updated_at,
            content: &template.content,
        }
    }
}

impl Shown for WinkTemplate {
    type Wire<'a> = WinkTemplateWire<'a>;

    fn show(&self, _: &Call) -> Result<WinkTemplateWire<'_>, ApiError> {
        Ok(self.into())
    }
}

/// What a Wink template sets.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "only its shape is of use; `read` reads it")]
struct WinkTemplateBody {
    /// Your name for the template.
    #[schemars(length(min = 1, max = 64))]
    name: String,
    /// The language that the widget speaks; null: the browser's.
    language: Option<Language>,
    /// How the widget behaves.
    options: Option<WinkOptions>,
    /// How the widget looks.
    theme: Option<WinkTheme>,
}

fn read(mut fields: Fields) -> Result<WinkContent, ApiError> {
    let name = fields.required_checked("name", 1..=64, check_name);
    let language = fields.one_of("language", "en, fil, id, zh-Hans or hi", Language::from_name);
    let options = fields.object("options", |fields| Some(read_options(fields))).unwrap_or_default();
    let theme = fields.object("theme", |fields| Some(read_theme(fields))).unwrap_or_default();
    fields.finish(name.map(|name| WinkContent { name, language, options, theme }))
}

fn read_options(fields: &mut Fields) -> WinkOptions {
    let mut providers =
        |name, most| fields.texts(name, most, "the id of a provider", |text| text.parse::<ProviderId>().ok());
    WinkOptions {
        top_providers: providers("topProviders", MAX_TOP_PROVIDERS),
        providers: providers("providers", MAX_PROVIDERS),
        enable_search_bar: fields.flag("enableSearchBar"),
        enable_type_bar: fields.flag("enableTypeBar"),
        enable_upload: fields.flag("enableUpload"),
        enable_consent_page: fields.flag("enableConsentPage"),
        company_name: fields.checked("companyName", 1..=200, check_name),
    }
}

fn read_theme(fields: &mut Fields) -> WinkTheme {
    WinkTheme {
        primary_color: fields
            .one_of("primaryColor", "a colour written #rrggbb, such as #0a7d5c", |text| text.parse().ok()),
        // The widget's page may load no other picture, in whatever mode.
        logo_url: fields.checked("logoUrl", 1..=200, |text| check_picture_url(text, Mode::Production)),
        rounded: fields.flag("rounded"),
    }
}
