//! Requests that carry files: which they are, and what is in them.

use std::sync::LazyLock;

use axum::{
    extract::{FromRequestParts as _, MatchedPath, Request, State},
    http::Method,
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use sahod_app::{NewFile, Slot};
use sahod_model::FileFormat;

use crate::{
    error::ApiError,
    fields::Fields,
    file_places::{CarriesFiles, Places},
    state::{Checked, InSession, Surface},
};

/// The routes that take files.
const ROUTES: [&str; 4] =
    ["/v1/archives", "/v1/archives/classify", "/v1/archives/-/payslips/uploadRawFile", "/v1/uploads"];

/// The formats of the files that are taken, by their names, in words. Files of any of them are kept, whether or not they can
/// be read.
pub static FORMATS: LazyLock<String> = LazyLock::new(|| in_words(FileFormat::as_str));
/// The same, by their media types.
pub static MEDIA_TYPES: LazyLock<String> = LazyLock::new(|| in_words(FileFormat::media_type));

/// All formats by what `name` calls them, each once.
fn in_words(name: impl Fn(FileFormat) -> &'static str) -> String {
    let mut names: Vec<_> = FileFormat::ALL.iter().map(|format| name(*format)).collect();
    names.dedup();
    let last = names.pop().unwrap_or_default();
    format!("{} or {last}", names.join(", "))
}

/// The bytes of a file, out of the Base64 of the field `name`.
pub fn decoded(fields: &mut Fields, name: &'static str, encoded: &str) -> Option<Vec<u8>> {
    let bytes = STANDARD.decode(encoded).ok();
    if bytes.is_none() {
        fields.fault(name, "is not Base64");
    }
    bytes
}

/// A file whose bytes, of the field `name`, are what they should be.
pub fn checked(fields: &mut Fields, name: &'static str, file: NewFile) -> Option<NewFile> {
    match file.fault() {
        None => Some(file),
        Some(fault) => {
            fields.fault(name, fault);
            None
        }
    }
}

/// Lets a request with files of a person's through when there is a slot for it, and only then its body. Who it is, is judged by
/// the head: nobody else takes one.
pub async fn admit_person(
    State((surface, places)): State<(Surface, Places)>,
    request: Request,
    next: Next,
) -> Response {
    if !carries_files(&request) {
        return next.run(request).await;
    }
    let (mut parts, body) = request.into_parts();
    let slot = match InSession::from_request_parts(&mut parts, &surface).await {
        Ok(InSession(acting)) => surface.app.documents.slot_for_person(&acting).map_err(ApiError::from),
        Err(refused) => Err(refused),
    };
    run(slot, places, Request::from_parts(parts, body), next).await
}

/// The same for a request of a tenant's server, which [`authenticate`](crate::state::authenticate) has checked.
pub async fn admit_key(
    State((surface, places)): State<(Surface, Places)>,
    request: Request,
    next: Next,
) -> Response {
    if !carries_files(&request) {
        return next.run(request).await;
    }
    let slot = match request.extensions().get::<Checked>() {
        Some(Checked(Ok(acting))) => surface.app.documents.slot_for_server(acting).map_err(ApiError::from),
        Some(Checked(Err(refused))) => Err(refused.clone()),
        None => Err(ApiError::internal("a request that nobody checked")),
    };
    run(slot, places, request, next).await
}

fn carries_files(request: &Request) -> bool {
    let route = request.extensions().get::<MatchedPath>();
    *request.method() == Method::POST && route.is_some_and(|route| ROUTES.contains(&route.as_str()))
}

async fn run(slot: Result<Slot, ApiError>, places: Places, mut request: Request, next: Next) -> Response {
    match slot {
        Ok(_slot) => {
            request.extensions_mut().insert(CarriesFiles(places));
            next.run(request).await
        }
        Err(refused) => refused.into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_told_in_words() {
        assert_eq!(*FORMATS, "PDF, PNG, JPG, JPEG or TIFF");
        assert_eq!(*MEDIA_TYPES, "application/pdf, image/png, image/jpeg or image/tiff");
    }
}
