//! `/sessions`

use axum::{extract::State, http::StatusCode};
use sahod_app::{Acting, test_inputs, test_people};
use sahod_model::{ExposeSecret, Mode, SecretString, WinkContent, WinkTemplate, WinkTemplateId};
use serde::Serialize;
use serde_json::{Value, json};

use crate::{
    envelope::Reply,
    error::ApiError,
    fields::Fields,
    state::{Bearer, InSession, Surface},
};

/// What the widget needs of a Wink template.
#[derive(Serialize)]
struct TemplateWire<'a> {
    id: &'a WinkTemplateId,
    #[serde(flatten)]
    content: &'a WinkContent,
}

impl<'a> From<&'a WinkTemplate> for TemplateWire<'a> {
    fn from(template: &'a WinkTemplate) -> Self {
        Self { id: &template.id, content: &template.content }
    }
}

/// `POST /sessions`: spends a link token for a session.
pub(super) async fn create(
    State(surface): State<Surface>,
    Bearer(token): Bearer,
    mut fields: Fields,
) -> Result<Reply, ApiError> {
    // Whatever a page gives as its template: a wrong one must not keep people from sharing.
    let template = fields.value("templateId").as_ref().and_then(Value::as_str).and_then(|id| id.parse().ok());
    let opened =
        surface.app.people.redeem_token(token.expose_secret(), surface.mode, template.as_ref()).await?;
    let data = session_data(&surface, &opened.acting, Some(&opened.token)).await?;
    Ok(Reply::object(&data)?.with_status(StatusCode::CREATED))
}

/// `GET /sessions/current`: the session that the request is in.
pub(super) async fn current(
    State(surface): State<Surface>,
    InSession(acting): InSession,
) -> Result<Reply, ApiError> {
    Reply::object(&session_data(&surface, &acting, None).await?)
}

async fn session_data(
    surface: &Surface,
    acting: &Acting,
    token: Option<&SecretString>,
) -> Result<Value, ApiError> {
    let (app, session) = (&surface.app, acting.person()?);
    let (consent, template) = (&app.config().consent, app.people.session_template(acting).await?);
    Ok(json!({
        "sessionToken": token.map(ExposeSecret::expose_secret),
        "expiresAt": session.expires_at,
        "mode": surface.mode,
        "userId": session.user_id,
        "organisation": { "name": session.tenant_name },
        "template": template.as_ref().map(TemplateWire::from),
        "consent": {
            "version": consent.version,
            "purpose": consent.purpose,
            "datapoints": session.datapoints().collect::<Vec<_>>(),
            "retentionDays": consent.retention_days,
            "continuous": session.monitors && app.linking.reads_again(surface.mode),
        },
        "encryptionKey": app.people.encryption_key().await?,
        "testPeople": match surface.mode {
            Mode::Sandbox => Some(test_people()),
            Mode::Production => None,
        },
        "sandbox": match surface.mode {
            Mode::Sandbox => Some(json!({ "inputs": test_inputs() })),
            Mode::Production => None,
        },
    }))
}
