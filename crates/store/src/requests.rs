//! The requests log: what a tenant's servers called and how it was answered. Nothing in it is personal, so nothing is sealed.
//!
//! It is written for nearly every request, and so it has a database of its own, apart from what requests read.

use std::{borrow::Cow, time::Duration};

use sahod_model::{Request, RequestId, Timestamp};

use crate::{
    engine::{Params, Row, params, statements},
    error::{StoreError, corrupt},
    page::{Page, PageRequest, Position, window},
    scope::Scoped,
};

/// How long requests are kept.
pub const LIFETIME: Duration = Duration::from_hours(30 * 24);

macro_rules! columns {
    () => {
        "id, at, method, route, path, status, error_code, duration_us, api_key_id"
    };
}

statements! {
    GET_REQUEST = concat!("SELECT ", columns!(), " FROM requests WHERE scope = $1 AND id = $2");
    LIST_REQUESTS = concat!("SELECT ", columns!(), " FROM requests
        WHERE scope = $1 AND at >= $2 AND (at, id) < ($3, $4) AND ($5 = '' OR method = $5) AND (status = $6 OR $6 = 0)
        ORDER BY at DESC, id DESC LIMIT $7");
    LIST_BY_STATUS = concat!("SELECT ", columns!(), " FROM requests
        WHERE scope_status = $1 AND at >= $2 AND (at, id) < ($3, $4) AND ($5 = '' OR method = $5)
        ORDER BY at DESC, id DESC LIMIT $6");
}

/// The status of nearly every request, which has no index of its own.
const USUAL: u16 = 200;

/// A scope and a status in one number, of a status that is indexed; a status has three digits.
fn scope_status(scope: i64, status: u16) -> Option<i64> {
    (status != USUAL).then(|| scope * 1_000 + i64::from(status))
}

/// Which requests are listed.
#[derive(Clone, Debug, Default)]
pub struct RequestFilter {
    /// With this method.
    pub method: Option<&'static str>,
    /// Answered with this status.
    pub status: Option<u16>,
    /// Made at this moment or later.
    pub from: Option<Timestamp>,
    /// Made at this moment or earlier.
    pub to: Option<Timestamp>,
}

/// The parameters of a request's row, in the order of the table's columns.
pub(crate) fn row(scope: i64, request: &Request) -> Params {
    params![
        scope,
        request.at,
        request.id.to_string(),
        &*request.method,
        request.route.as_str(),
        request.path.as_str(),
        i64::from(request.status),
        request.error_code.as_deref(),
        i64::try_from(request.duration_us).unwrap_or(i64::MAX),
        &request.api_key,
        scope_status(scope, request.status),
    ]
}

fn read(row: Row<'_>) -> Result<Request, StoreError> {
    Ok(Request {
        id: row.parsed(0)?,
        at: row.timestamp(1)?,
        method: Cow::Owned(row.text(2)?.to_owned()),
        route: row.text(3)?.to_owned(),
        path: row.text(4)?.to_owned(),
        status: row.int(5)?.try_into().map_err(corrupt)?,
        error_code: row.opt_text(6)?.map(|code| Cow::Owned(code.to_owned())),
        duration_us: row.int(7)?.try_into().map_err(corrupt)?,
        api_key: row.parsed(8)?,
    })
}

impl Scoped<'_> {
    /// The request of that id.
    pub async fn get_request(&self, id: RequestId) -> Result<Option<Request>, StoreError> {
        let params = params![self.scope.number(), id.to_string()];
        self.store.log().query_opt(GET_REQUEST, params, read).await
    }

    /// A page of requests, newest first.
    pub async fn list_requests(
        &self,
        filter: &RequestFilter,
        page: &PageRequest,
    ) -> Result<Page<Request>, StoreError> {
        let scope = self.scope.number();
        let indexed = filter.status.and_then(|status| scope_status(scope, status));
        let mut params = window(indexed.unwrap_or(scope), filter.from, filter.to, page.after.as_ref());
        params.push(filter.method.unwrap_or_default().into());
        let sql = if indexed.is_some() {
            LIST_BY_STATUS
        } else {
            params.push(i64::from(filter.status.unwrap_or(0)).into());
            LIST_REQUESTS
        };
        self.store.log().page(sql, params, page, read, |request| Position::of(request.at, &request.id)).await
    }
}
