//! `/requests`: the requests log. Beyond the contract.

use axum::extract::{RawQuery, State};
use sahod_app::RequestFilter;
use sahod_model::Date;

use crate::{
    envelope::Reply,
    error::ApiError,
    list::{Filter, ListRequest},
    params::Params,
    record::METHODS,
    state::{Authenticated, Path, Surface, path_id},
    wire::RequestWire,
};

/// `method`, `status`, and `startDate`, `endDate` of the day of the request.
struct RequestQuery(RequestFilter);

impl Filter for RequestQuery {
    const NAMES: &'static [&'static str] = &["method", "status", "startDate", "endDate"];

    fn read(params: &mut Params) -> Self {
        let method = params.read("method", "an HTTP method in capitals", |text| {
            METHODS.into_iter().chain(["OTHER"]).find(|method| *method == text)
        });
        let status = params.number("status", "an HTTP status from 100 to 599", 100, 599);
        let (start, end) = params.span(("startDate", "endDate"), Params::date);
        Self(RequestFilter { method, status, from: start.map(Date::start), to: end.map(Date::end) })
    }
}

/// `GET /requests`
pub(super) async fn list(
    State(surface): State<Surface>,
    Authenticated(caller): Authenticated,
    RawQuery(query): RawQuery,
) -> Result<Reply, ApiError> {
    let request =
        ListRequest::<RequestQuery>::read(&surface.app, &caller.scope, "requests", query.as_deref())?;
    let page = surface.app.list_requests(&caller.scope, &request.filter.0, &request.page).await?;
    let requests: Vec<RequestWire<'_>> = page.items.iter().map(RequestWire::from).collect();
    Reply::list(&requests, request.next_cursor(&surface.app, &caller.scope, page.next)?)
}

/// `GET /requests/{id}`
pub(super) async fn get(
    State(surface): State<Surface>,
    Authenticated(caller): Authenticated,
    Path(id): Path<String>,
) -> Result<Reply, ApiError> {
    Reply::object(&RequestWire::from(&surface.app.get_request(&caller.scope, path_id(&id)?).await?))
}
