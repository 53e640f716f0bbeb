//! `/files?address=…`: the files that answers give addresses of. The address itself is the right to fetch one, so it stands
//! where it is not logged.

use axum::{
    body::Body,
    extract::{RawQuery, State},
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};

use crate::{error::ApiError, params::Params, state::Surface};

/// `GET /files`
pub(super) async fn get(State(surface): State<Surface>, RawQuery(query): RawQuery) -> Response {
    let address = Params::parse(query.as_deref()).text("address").unwrap_or_default();
    let file = match surface.app.documents.open_file(surface.mode, &address).await {
        Ok(file) => file,
        Err(error) => return ApiError::from(error).into_response(),
    };
    let mut response = Response::new(Body::from(file.bytes));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(file.media_type));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    // A file that somebody handed over must not act as a page of this server.
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox"));
    if let Ok(name) = HeaderValue::from_str(&format!("attachment; filename=\"{}\"", file.name)) {
        headers.insert(header::CONTENT_DISPOSITION, name);
    }
    response
}
