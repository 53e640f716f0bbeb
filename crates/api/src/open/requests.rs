//! `/requests`: the requests log. Beyond the contract.

use sahod_app::RequestFilter;
use sahod_model::{Request, RequestId, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    error::ApiError,
    list::Filter,
    nouns::{Call, Shown},
    openapi::{Endpoints, Operation, Param, Value},
    params::Params,
    record::METHODS,
};

pub(super) fn endpoints() -> Endpoints {
    Endpoints::new("Requests", "Your organisation's last requests, for looking into what went wrong.")
        .list(
            "/requests",
            Operation::new("list-requests", "List requests").about(
                "Requests are kept for 30 days, without their query, their body and what they were answered.",
            ),
            |call, RequestQuery(filter), page| async move {
                call.app.requests.list_requests(&call.acting, &filter, &page).await
            },
        )
        .get_one("/requests/{id}", Operation::new("get-request", "Get a request"), |call, id| async move {
            call.app.requests.get_request(&call.acting, id).await
        })
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

/// A request of yours in the requests log.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Request")]
pub struct RequestWire<'a> {
    /// The request's id, as its answer had it.
    id: RequestId,
    /// When it came.
    created_at: Timestamp,
    /// Its method.
    method: &'a str,
    /// Its path with names in the place of ids.
    route: &'a str,
    /// Its path, without what stood behind the question mark.
    path: &'a str,
    /// The status that it was answered with.
    status: u16,
    /// The code of the error that it was answered with; null for a success.
    error_code: Option<&'a str>,
    /// How long it took, in microseconds.
    duration_us: u64,
    /// The key that it was signed in with.
    api_key_id: &'a str,
}

impl<'a> From<&'a Request> for RequestWire<'a> {
    fn from(request: &'a Request) -> Self {
        Self {
            id: request.id,
            created_at: request.at,
            method: &request.method,
            route: &request.route,
            path: &request.path,
            status: request.status,
            error_code: request.error_code.as_deref(),
            duration_us: request.duration_us,
            api_key_id: request.api_key.as_str(),
        }
    }
}

impl Shown for Request {
    type Wire<'a> = RequestWire<'a>;

    fn show(&self, _: &Call) -> Result<RequestWire<'_>, ApiError> {
        Ok(self.into())
    }
}
