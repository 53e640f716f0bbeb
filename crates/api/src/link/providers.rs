//! `/providers`, as the widget needs them.

use axum::extract::{RawQuery, State};
use sahod_model::Provider;
use serde_json::{Value, json};

use crate::{
    envelope::Reply,
    error::ApiError,
    list::ListRequest,
    open::providers::page,
    state::{InSession, Path, Surface, path_id},
    wire,
};

fn with_country(provider: &Provider, surface: &Surface) -> Value {
    let mut value = wire::provider(provider, &surface.app.config.web_url);
    value["country"] = json!(provider.country);
    value
}

/// `GET /providers`
pub(super) async fn list(
    State(surface): State<Surface>,
    InSession(session): InSession,
    RawQuery(query): RawQuery,
) -> Result<Reply, ApiError> {
    let request = ListRequest::read(&surface.app, &session.scope, "providers", query.as_deref())?;
    page(&surface, &session.scope, &request, |provider| with_country(provider, &surface))
}

/// `GET /providers/{id}`: with the sign-in form.
pub(super) async fn get(
    State(surface): State<Surface>,
    InSession(_): InSession,
    Path(id): Path<String>,
) -> Result<Reply, ApiError> {
    let provider = surface.app.get_provider(surface.mode, &path_id(&id)?)?;
    let mut value = with_country(provider, &surface);
    value["login"] = json!({ "fields": provider.login });
    Reply::object(&value)
}
