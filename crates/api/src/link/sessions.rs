//! `/sessions`

use axum::{extract::State, http::StatusCode};
use sahod_app::{test_inputs, test_people};
use sahod_model::{ExposeSecret, Mode};
use serde_json::json;

use crate::{
    envelope::Reply,
    error::ApiError,
    fields::Fields,
    state::{Bearer, Surface},
};

/// `POST /sessions`: spends a link token for a session.
pub(super) async fn create(
    State(surface): State<Surface>,
    Bearer(token): Bearer,
    _fields: Fields,
) -> Result<Reply, ApiError> {
    let opened = surface.app.redeem_token(token.expose_secret(), surface.mode).await?;
    let consent = &surface.app.config.consent;
    let data = json!({
        "sessionToken": opened.token.expose_secret(),
        "expiresAt": opened.session.expires_at,
        "mode": surface.mode,
        "userId": opened.session.user_id,
        "organisation": { "name": opened.session.tenant_name },
        "consent": {
            "version": consent.version,
            "purpose": consent.purpose,
            "datapoints": opened.session.datapoints().collect::<Vec<_>>(),
            "retentionDays": consent.retention_days,
        },
        "encryptionKey": opened.encryption_key,
        "testPeople": match surface.mode {
            Mode::Sandbox => Some(test_people()),
            Mode::Production => None,
        },
        "sandbox": match surface.mode {
            Mode::Sandbox => Some(json!({ "inputs": test_inputs() })),
            Mode::Production => None,
        },
    });
    Ok(Reply::object(&data)?.with_status(StatusCode::CREATED))
}
