//! `/providers`

use axum::extract::{RawQuery, State};
use sahod_app::{Acting, Position, ProviderFilter};
use sahod_model::{Provider, ProviderId, ProviderType, Timestamp, provider::ProviderSubType};
use serde::Serialize;

use crate::{
    envelope::Reply,
    error::ApiError,
    list::{Filter, ListRequest},
    openapi::{Endpoints, Operation, Param, Value},
    params::Params,
    state::{Authenticated, Path, Surface, path_id},
    wire::ProviderWire,
};

pub(super) fn endpoints() -> Endpoints {
    Endpoints::new("Providers", "The platforms, employers and institutions that data can be read from.")
        .get(
            "/providers",
            list,
            Operation::new("list-providers", "List providers").page::<ProviderWire<'_>, ProviderQuery>(),
        )
        .get(
            "/providers/{id}",
            get,
            Operation::new("get-provider", "Get a provider").one::<ProviderWire<'_>>(),
        )
}

fn names<T: Copy>(values: &[T], name: impl Fn(T) -> &'static str) -> Vec<&'static str> {
    values.iter().map(|value| name(*value)).collect()
}

/// The filters of the provider list, which the Open API and the Link API share.
#[derive(Debug)]
pub struct ProviderQuery(pub ProviderFilter);

impl Filter for ProviderQuery {
    const PARAMS: &'static [Param] = &[
        Param::new(
            "type",
            Value::OneOf(|| names(ProviderType::ALL, ProviderType::as_str)),
            "Only this kind.",
        ),
        Param::new(
            "subType",
            Value::OneOf(|| names(ProviderSubType::ALL, ProviderSubType::as_str)),
            "Only this line of business.",
        ),
        Param::new("active", Value::Flag, "Only those that can be used at present, or only the others."),
        Param::new("enabled", Value::Flag, "Only those that your organisation may use, or only the others."),
        Param::new(
            "accountConnection",
            Value::Flag,
            "Only those that people connect by signing in, or only the others.",
        ),
        Param::new("name", Value::Text, "Only those with this text in their name."),
        Param::new("ids", Value::List(150), "Only these: ids separated by commas."),
        Param::new("topIds", Value::List(10), "These first: ids separated by commas."),
    ];

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
async fn list(
    State(surface): State<Surface>,
    Authenticated(acting): Authenticated,
    RawQuery(query): RawQuery,
) -> Result<Reply, ApiError> {
    let request = ListRequest::read(&surface.app, &acting, "providers", query.as_deref())?;
    page(&surface, &acting, &request, |provider| ProviderWire::new(provider, &surface.app.config().web_url))
}

/// A page of providers, each written by `write`.
pub fn page<'a, T: Serialize>(
    surface: &'a Surface,
    acting: &Acting,
    request: &ListRequest<ProviderQuery>,
    write: impl Fn(&'a Provider) -> T,
) -> Result<Reply, ApiError> {
    let after = request.page.after.as_ref().map(|position| position.id.as_str());
    let size = usize::from(request.page.size);
    let (providers, more) = surface.app.linking.list_providers(acting, &request.filter.0, size, after)?;
    let items: Vec<T> = providers.iter().map(|provider| write(provider)).collect();
    let last = providers.last().filter(|_| more);
    // The catalogue has no dates: the last provider's id alone says where its list goes on.
    let next = last.map(|last| Position { sort: Timestamp::default(), id: last.id.to_string() });
    Reply::list(&items, request.next_cursor(&surface.app, acting, next)?)
}

/// `GET /providers/{id}`
async fn get(
    State(surface): State<Surface>,
    Authenticated(acting): Authenticated,
    Path(id): Path<String>,
) -> Result<Reply, ApiError> {
    let provider = surface.app.linking.get_provider(&acting, &path_id(&id)?)?;
    Reply::object(&ProviderWire::new(provider, &surface.app.config().web_url))
}
