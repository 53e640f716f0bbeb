//! `/requests`: the requests log. Beyond the contract.

use axum::extract::{RawQuery, State};
use sahod_app::RequestFilter;

use crate::{
    envelope::Reply,
    error::ApiError,
    list::{Filter, ListRequest},
    openapi::{Endpoints, Operation, Param, Value},
    params::Params,
    record::METHODS,
    state::{Authenticated, Path, Surface, path_id},
    wire::RequestWire,
};

pub(super) fn endpoints() -> Endpoints {
    Endpoints::new("Requests", "Your organisation's last requests, for looking into what went wrong.")
        .get(
            "/requests",
            list,
            Operation::new("list-requests", "List requests")
                .about("Requests are kept for 30 days, without their query, their body and what they were answered.")
                .page::<RequestWire<'_>, RequestQuery>(),
        )
        .get("/requests/{id}", get, Operation::new("get-request", "Get a request").one::<RequestWire<'_>>())
}

/// The methods that the log tells apart.
fn methods() -> impl Iterator<Item = &'static str> {
    METHODS.into_iter().chain(["OTHER"])
}

/// `method`, `status`, and `startDate`, `endDate` of the day of the request.
struct RequestQuery(RequestFilter);

impl Filter for RequestQuery {
    const PARAMS: &'static [Param] = &[
        Param::new("method", Value::OneOf(|| methods().collect()), "Only requests with this method."),
        Param::new("status", Value::Number(100, 599), "Only requests that were answered with this status."),
        Param::START_DATE,
        Param::END_DATE,
    ];

    fn read(params: &mut Params) -> Self {
        let method = params
            .read("method", "an HTTP method in capitals", |text| methods().find(|method| *method == text));
        let status = params.number("status", "an HTTP status from 100 to 599", 100, 599);
        let (from, to) = params.days();
        Self(RequestFilter { method, status, from, to })
    }
}

/// `GET /requests`
async fn list(
    State(surface): State<Surface>,
    Authenticated(acting): Authenticated,
    RawQuery(query): RawQuery,
) -> Result<Reply, ApiError> {
    let request = ListRequest::<RequestQuery>::read(&surface.app, &acting, "requests", query.as_deref())?;
    let page = surface.app.requests.list_requests(&acting, &request.filter.0, &request.page).await?;
    let requests: Vec<RequestWire<'_>> = page.items.iter().map(RequestWire::from).collect();
    Reply::list(&requests, request.next_cursor(&surface.app, &acting, page.next)?)
}

/// `GET /requests/{id}`
async fn get(
    State(surface): State<Surface>,
    Authenticated(acting): Authenticated,
    Path(id): Path<String>,
) -> Result<Reply, ApiError> {
    Reply::object(&RequestWire::from(&surface.app.requests.get_request(&acting, path_id(&id)?).await?))
}
