//! `/steps`: what only the widget sees of how far a person comes.

use std::borrow::Cow;

use axum::{extract::State, http::StatusCode};
use sahod_model::{ProviderId, Step};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use crate::{
    envelope::Reply,
    error::ApiError,
    fields::Fields,
    openapi::{Endpoints, Operation},
    state::{InSession, Surface},
};

pub(super) fn endpoints() -> Endpoints {
    Endpoints::new("Steps", "How far people come, for the organisation to see where they give up.").post(
        "/steps",
        create,
        Operation::new("create-step", "Tell a step that only the widget sees")
            .about(
                "The server notes the others by itself: `OPENED`, `SUBMITTED`, `CHALLENGED`, `CONNECTED`, `FAILED`. At most \
                 some 500 steps of a session are kept; what comes after is taken and forgotten. A widget need not wait for \
                 the answer.",
            )
            .body::<NewStep>()
            .accepted(),
    )
}

/// A step that only the widget sees.
#[derive(JsonSchema)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "only its shape is of use; `create` reads it")]
struct NewStep {
    /// Which step.
    step: WidgetStep,
    /// The provider that it is about, where it is about one.
    provider_id: Option<ProviderId>,
}

/// Those of [`Step`] that a widget may tell.
struct WidgetStep;

impl JsonSchema for WidgetStep {
    fn schema_name() -> Cow<'static, str> {
        "WidgetStep".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "enum": Step::OF_WIDGET.map(Step::as_str),
            "description": "`CONSENTED` and `DECLINED` on the page about the consent; `SEARCHED` for a provider, but never what \
                for; `NOT_FOUND` when theirs was not in the list; `CHOSEN` a provider; `CLOSED` the widget.",
        })
    }
}

/// `POST /steps`
pub(super) async fn create(
    State(surface): State<Surface>,
    InSession(acting): InSession,
    mut fields: Fields,
) -> Result<Reply, ApiError> {
    let step = fields.required_one_of(
        "step",
        "CONSENTED, DECLINED, SEARCHED, NOT_FOUND, CHOSEN or CLOSED",
        |name| Step::from_name(name).filter(|step| Step::OF_WIDGET.contains(step)),
    );
    let known = |id: &ProviderId| surface.app.linking.find_provider(surface.mode, id).is_some();
    let provider =
        fields.one_of("providerId", "the id of a provider", |text| text.parse().ok().filter(known));
    let step = fields.finish(step)?;
    surface.app.people.record_step(&acting, step, provider.as_ref()).await?;
    Ok(Reply::nothing().with_status(StatusCode::ACCEPTED))
}
