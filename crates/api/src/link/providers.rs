//! `/providers`, as the widget needs them.

use axum::extract::{RawQuery, State};
use sahod_model::{
    Provider,
    provider::{LoginField, ProviderHealth},
};
use serde::Serialize;

use crate::{
    envelope::Reply,
    error::ApiError,
    list::ListRequest,
    open::providers::page,
    state::{InSession, Path, Surface, path_id},
    wire::ProviderWire,
};

/// A provider with what the widget shows besides.
#[derive(Serialize)]
struct LinkProvider<'a> {
    #[serde(flatten)]
    provider: ProviderWire<'a>,
    country: Option<&'a str>,
    health: ProviderHealth,
}

/// And with its sign-in form.
#[derive(Serialize)]
struct WithLogin<'a> {
    #[serde(flatten)]
    provider: LinkProvider<'a>,
    login: Login<'a>,
}

#[derive(Serialize)]
struct Login<'a> {
    fields: &'a [LoginField],
}

fn link_provider<'a>(provider: &'a Provider, surface: &Surface) -> LinkProvider<'a> {
    LinkProvider {
        provider: ProviderWire::new(provider, &surface.app.config().web_url),
        country: provider.country.as_deref(),
        health: surface.app.linking.provider_health(surface.mode, provider),
    }
}

/// `GET /providers`
pub(super) async fn list(
    State(surface): State<Surface>,
    InSession(acting): InSession,
    RawQuery(query): RawQuery,
) -> Result<Reply, ApiError> {
    let request = ListRequest::read(&surface.app, &acting, "providers", query.as_deref())?;
    page(&surface, &acting, &request, |provider| link_provider(provider, &surface))
}

/// `GET /providers/{id}`: with the sign-in form.
pub(super) async fn get(
    State(surface): State<Surface>,
    InSession(acting): InSession,
    Path(id): Path<String>,
) -> Result<Reply, ApiError> {
    let provider = surface.app.linking.get_provider(&acting, &path_id(&id)?)?;
    let provider =
        WithLogin { provider: link_provider(provider, &surface), login: Login { fields: &provider.login } };
    Reply::object(&provider)
}
