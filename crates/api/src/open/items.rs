//! Data points of every kind: list and get. The kinds differ only in what they can be filtered by.

use axum::{
    Router,
    extract::{RawQuery, State},
    routing::get,
};
use sahod_app::ItemFilter;
use sahod_model::{Datapoint, ItemId, SourceId};

use crate::{
    envelope::Reply,
    error::{ApiError, Code},
    list::{Filter, ListRequest},
    params::Params,
    state::{Authenticated, Path, Surface},
};

/// `userId`, `sourceId` and its deprecated twin `accountId`.
struct BySource(ItemFilter);

impl Filter for BySource {
    const NAMES: &'static [&'static str] = &["userId", "sourceId", "accountId"];

    fn read(params: &mut Params) -> Self {
        Self(by_source(params))
    }
}

/// And `startDate`, `endDate`, both ends included.
struct ByDate(ItemFilter);

impl Filter for ByDate {
    const NAMES: &'static [&'static str] = &["userId", "sourceId", "accountId", "startDate", "endDate"];

    fn read(params: &mut Params) -> Self {
        let (start, end) = params.span(("startDate", "endDate"), Params::date);
        Self(ItemFilter {
            from: start.map(sahod_model::Date::start),
            to: end.map(sahod_model::Date::end),
            ..by_source(params)
        })
    }
}

/// And `startMonth`, `endMonth`, both ends included.
struct ByMonth(ItemFilter);

impl Filter for ByMonth {
    const NAMES: &'static [&'static str] = &["userId", "sourceId", "accountId", "startMonth", "endMonth"];

    fn read(params: &mut Params) -> Self {
        let (start, end) = params.span(("startMonth", "endMonth"), Params::month);
        Self(ItemFilter {
            from: start.map(|month| month.first_day().start()),
            to: end.map(|month| month.last_day().end()),
            ..by_source(params)
        })
    }
}

fn by_source(params: &mut Params) -> ItemFilter {
    let read = |params: &mut Params, name| {
        params.read(name, "the id of an account or an archive", |text| text.parse::<SourceId>().ok())
    };
    let user_id = params.read("userId", "a user's id", |text| text.parse().ok());
    let source_id = read(params, "sourceId");
    let account_id = read(params, "accountId");
    if source_id.is_some() && account_id.is_some() && source_id != account_id {
        params.fault("accountId", "must not differ from sourceId");
    }
    ItemFilter { user_id, source_id: source_id.or(account_id), from: None, to: None }
}

impl From<BySource> for ItemFilter {
    fn from(filter: BySource) -> Self {
        filter.0
    }
}

impl From<ByDate> for ItemFilter {
    fn from(filter: ByDate) -> Self {
        filter.0
    }
}

impl From<ByMonth> for ItemFilter {
    fn from(filter: ByMonth) -> Self {
        filter.0
    }
}

/// The routes of a kind without a date of its own.
pub(super) fn routes(name: &'static str, kind: Datapoint) -> Router<Surface> {
    routes_of::<BySource>(name, kind)
}

/// The routes of a kind that has a date.
pub(super) fn dated_routes(name: &'static str, kind: Datapoint) -> Router<Surface> {
    routes_of::<ByDate>(name, kind)
}

/// The routes of a kind that has a month.
pub(super) fn monthly_routes(name: &'static str, kind: Datapoint) -> Router<Surface> {
    routes_of::<ByMonth>(name, kind)
}

fn routes_of<F>(name: &'static str, kind: Datapoint) -> Router<Surface>
where
    F: Filter + Into<ItemFilter> + Send + 'static,
{
    let list_items = move |surface, caller, query| list::<F>(surface, caller, query, name, kind);
    let get_item = move |surface, caller, id| get_one(surface, caller, id, kind);
    Router::new()
        .route(&format!("/v1/{name}"), get(list_items))
        .route(&format!("/v1/{name}/{{id}}"), get(get_item))
}

async fn list<F: Filter + Into<ItemFilter> + Send>(
    State(surface): State<Surface>,
    Authenticated(caller): Authenticated,
    RawQuery(query): RawQuery,
    name: &'static str,
    kind: Datapoint,
) -> Result<Reply, ApiError> {
    let request = ListRequest::<F>::read(&surface.app, &caller.scope, name, query.as_deref())?;
    let (filter, request) = request.split();
    let page = surface.app.list_items(&caller.scope, kind, &filter.into(), &request.page).await?;
    let next = request.next_cursor(&surface.app, &caller.scope, page.next)?;
    Ok(Reply::page(page.body, next))
}

async fn get_one(
    State(surface): State<Surface>,
    Authenticated(caller): Authenticated,
    Path(id): Path<String>,
    kind: Datapoint,
) -> Result<Reply, ApiError> {
    let id = ItemId::parse(kind, &id).map_err(|_| ApiError::from(Code::MissingResource))?;
    Ok(Reply::text(surface.app.get_item(&caller.scope, kind, &id).await?))
}
