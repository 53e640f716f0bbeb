//! Embedded files over HTTP: how long they may be kept, and whether they have changed.

use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use sahod_web::Asset;

/// For files that keep their address for ever: they are checked for a newer one each hour.
pub const HOURLY: &str = "public, max-age=3600";
/// For files whose name holds a hash of their content, which never changes.
pub const FOREVER: &str = "public, max-age=31536000, immutable";
/// For pages: they are checked each time.
pub const ALWAYS_CHECKED: &str = "no-cache";

/// A file, or only that the browser's copy is still right, or that there is none.
pub fn asset(request: &HeaderMap, asset: Option<Asset>, cache: &'static str) -> Response {
    let Some(asset) = asset else { return StatusCode::NOT_FOUND.into_response() };
    let unchanged =
        request.get(header::IF_NONE_MATCH).is_some_and(|tag| tag.as_bytes() == asset.tag.as_bytes());
    let mut response = if unchanged {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let mut response = Response::new(Body::from(asset.bytes));
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(asset.content_type));
        response
    };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    if let Ok(tag) = HeaderValue::from_str(&asset.tag) {
        headers.insert(header::ETAG, tag);
    }
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}
