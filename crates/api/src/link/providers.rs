//! `/providers`, as the widget needs them.

use axum::extract::{RawQuery, State};
use sahod_model::{
    Provider,
    provider::{LoginField, ProviderHealth},
};
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    envelope::Reply,
    error::ApiError,
    list::ListRequest,
    open::providers::{ProviderQuery, page},
    openapi::{Endpoints, Operation},
    state::{InSession, Path, Surface, path_id},
    wire::ProviderWire,
};

pub(super) fn endpoints() -> Endpoints {
    Endpoints::new("Providers", "The platforms, employers and institutions that a person can connect.")
        .get(
            "/providers",
            list,
            Operation::new("list-providers", "List providers")
                .about("The providers that `topIds` names come first, in that order, then the others by name.")
                .page::<LinkProvider<'_>, ProviderQuery>(),
        )
        .get(
            "/providers/{id}",
            get,
            Operation::new("get-provider", "Get a provider with its sign-in form")
                .about(
                    "`login.fields` is the form to show. What the person fills in is sent under the fields' names, encrypted: \
                     see `POST /accounts`.",
                )
                .one::<WithLogin<'_>>(),
        )
}

/// A platform, employer or institution that data can be read from.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Provider")]
struct LinkProvider<'a> {
    #[serde(flatten)]
    provider: ProviderWire<'a>,
    /// The country that it is in (ISO 3166 alpha-2); null for one that serves many.
    country: Option<&'a str>,
    /// How well it can be reached at present. Where it is `DOWN`, connecting it is refused.
    health: ProviderHealth,
}

/// A provider with its sign-in form.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ProviderWithLogin")]
struct WithLogin<'a> {
    #[serde(flatten)]
    provider: LinkProvider<'a>,
    /// How people sign in to it.
    login: Login<'a>,
}

/// A sign-in form.
#[derive(Serialize, JsonSchema)]
struct Login<'a> {
    /// Its fields, in the order in which they are shown.
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
