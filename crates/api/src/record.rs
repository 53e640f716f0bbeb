//! Notes every call of a tenant for its requests log.

use std::{
    borrow::Cow,
    sync::{Arc, OnceLock},
    time::Instant,
};

use axum::{
    extract::{MatchedPath, Request, State},
    http::Method,
    middleware::Next,
    response::Response,
};
use sahod_app::{Acting, App};
use sahod_model::{Request as LoggedRequest, RequestId};

use crate::error::{ApiError, Code};

/// Who called what, once that is known. Filled further in than the answer is seen: also a request that was cut off has one.
#[derive(Clone, Default)]
struct Call(Arc<OnceLock<(Acting, MatchedPath)>>);

/// Notes the call when its caller is known. The address it came from is not noted: it would be personal data.
pub async fn record(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let call = Call::default();
    let (at, began) = (app.requests.now(), Instant::now());
    let id = request.extensions().get::<RequestId>().copied().unwrap_or_default();
    let (method, uri) = (method_name(request.method()), request.uri().clone());
    request.extensions_mut().insert(call.clone());
    let response = next.run(request).await;
    if let Some((acting, route)) = call.0.get() {
        let extensions = response.extensions();
        let code = extensions.get::<ApiError>().map(|error| error.code);
        let code = code.or_else(|| extensions.get::<Code>().copied());
        let noted = |api_key| LoggedRequest {
            id,
            at,
            method: Cow::Borrowed(method),
            route: route.as_str().to_owned(),
            path: ids_only(route.as_str(), uri.path()),
            status: response.status().as_u16(),
            error_code: code.map(|code| Cow::Borrowed(code.as_str())),
            duration_us: u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX),
            api_key,
        };
        app.requests.record_request(acting, noted);
    }
    response
}

/// Says who makes the call.
pub fn caller_known(request: &Request, acting: &Acting) {
    let (call, route) = (request.extensions().get::<Call>(), request.extensions().get::<MatchedPath>());
    if let (Some(call), Some(route)) = (call, route) {
        // A request has one caller; who was first stays.
        let _ = call.0.set((acting.clone(), route.clone()));
    }
}

/// The methods that a log can show.
pub const METHODS: [&str; 9] =
    ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "CONNECT"];

fn method_name(method: &Method) -> &'static str {
    // A client may make up a method, and what it makes up is not kept.
    METHODS.into_iter().find(|known| *known == method.as_str()).unwrap_or("OTHER")
}

/// The path, with ids that have our shape; anything else that stands in an id's place may be personal and is left out.
fn ids_only(route: &str, path: &str) -> String {
    let mut shown = String::with_capacity(path.len().min(256));
    let mut segments = path.split('/');
    for (number, pattern) in route.split('/').enumerate() {
        if number > 0 {
            shown.push('/');
        }
        let segment = segments.next().unwrap_or_default();
        shown.push_str(if pattern.starts_with('{') && is_id(segment) { segment } else { pattern });
    }
    shown
}

fn is_id(text: &str) -> bool {
    let Some((prefix, hex)) = text.rsplit_once('-') else { return false };
    let is_hex = hex.len() == 32 && hex.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    let is_prefix = (1..=32).contains(&prefix.len())
        && prefix.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-'));
    is_hex && is_prefix || text.parse::<RequestId>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_shows_ids_and_nothing_else() {
        let id = format!("a-{}", "0".repeat(32));
        let route = "/v1/accounts/{id}/exports/{export}";
        assert_eq!(
            ids_only(route, &format!("/v1/accounts/{id}/exports/{id}")),
            format!("/v1/accounts/{id}/exports/{id}")
        );
        for other in
            ["me@example.com", "%F0%9F%90%99", "", "a-0", "Ana Cruz", &format!("A-{}", "0".repeat(32))]
        {
            assert_eq!(ids_only(route, &format!("/v1/accounts/{other}/exports/{other}")), route, "{other}");
        }
        assert_eq!(ids_only("/v1/users", "/v1/users"), "/v1/users");
        let uuid = "0b8f0bd7-5f5c-4c0f-9d5d-1f4b8f0bd75f";
        assert_eq!(
            ids_only("/v1/requests/{id}", &format!("/v1/requests/{uuid}")),
            format!("/v1/requests/{uuid}")
        );
    }

    #[test]
    fn a_method_that_a_client_made_up_is_not_kept() {
        assert_eq!(method_name(&Method::PATCH), "PATCH");
        assert_eq!(method_name(&Method::from_bytes(b"ANA-CRUZ").unwrap()), "OTHER");
    }
}
