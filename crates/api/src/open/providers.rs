//! `/providers`

use axum::extract::{RawQuery, State};
use sahod_app::{Position, ProviderFilter};
use sahod_model::{Provider, ProviderId, ProviderType, Timestamp, provider::ProviderSubType};

use crate::{
    envelope::Reply,
    error::ApiError,
    list::{Filter, ListRequest},
    params::Params,
    state::{Authenticated, Path, Surface, path_id},
    wire,
};

/// The filters of the provider list, which the Open API and the Link API share.
#[derive(Debug)]
pub struct ProviderQuery(pub ProviderFilter);

impl Filter for ProviderQuery {
    const NAMES: &'static [&'static str] =
        &["type", "subType", "active", "enabled", "accountConnection", "name", "ids", "topIds"];

    fn read(params: &mut Params) -> Self {
        const IDS: &str = "ids of providers, separated by commas";
        let id = |text: &str| text.parse::<ProviderId>().ok();
        Self(ProviderFilter {
            provider_type: params.read("type", "a provider type", ProviderType::from_name),
            sub_type: params.read("subType", "a provider sub type", ProviderSubType::from_name),
            active: params.flag("active"),
            enabled: params.flag("enabled"),
            account_connection: params.flag("accountConnection"),
            name: params.text("name"),
            ids: params.values("ids", IDS, 150, id),
            top_ids: params.values("topIds", "at most 10 ids of providers, separated by commas", 10, id),
        })
    }
}

/// `GET /providers`
pub(super) async fn list(
    State(surface): State<Surface>,
    Authenticated(caller): Authenticated,
    RawQuery(query): RawQuery,
) -> Result<Reply, ApiError> {
    let request = ListRequest::read(&surface.app, &caller.scope, "providers", query.as_deref())?;
    page(&surface, &caller.scope, &request, |provider| wire::provider(provider, &surface.app.config.web_url))
}

/// A page of providers, each written by `write`.
pub fn page(
    surface: &Surface,
    scope: &sahod_app::Scope,
    request: &ListRequest<ProviderQuery>,
    write: impl Fn(&Provider) -> serde_json::Value,
) -> Result<Reply, ApiError> {
    let after = request.page.after.as_ref().map(|position| position.id.as_str());
    let size = usize::from(request.page.size);
    let (providers, more) = surface.app.list_providers(surface.mode, &request.filter.0, size, after);
    let items: Vec<serde_json::Value> = providers.iter().map(|provider| write(provider)).collect();
    let last = providers.last().filter(|_| more);
    // The catalogue has no dates: the last provider's id alone says where its list goes on.
    let next = last.map(|last| Position { sort: Timestamp::default(), id: last.id.to_string() });
    Reply::list(&items, request.next_cursor(&surface.app, scope, next)?)
}

/// `GET /providers/{id}`
pub(super) async fn get(
    State(surface): State<Surface>,
    Authenticated(_): Authenticated,
    Path(id): Path<String>,
) -> Result<Reply, ApiError> {
    let provider = surface.app.get_provider(surface.mode, &path_id(&id)?)?;
    Reply::object(&wire::provider(provider, &surface.app.config.web_url))
}
