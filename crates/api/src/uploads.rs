//! Requests that carry files: which they are, and what is in them.

use std::sync::LazyLock;

use axum::{
    extract::{MatchedPath, Request, State},
    http::Method,
    middleware::Next,
    response::Response,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use sahod_app::NewFile;
use sahod_model::FileFormat;

use crate::{
    fields::Fields,
    file_places::{CarriesFiles, Places},
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

/// Says of a request with files that it is one.
pub async fn admit(State(places): State<Places>, mut request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>();
    let carries =
        *request.method() == Method::POST && route.is_some_and(|route| ROUTES.contains(&route.as_str()));
    if carries {
        request.extensions_mut().insert(CarriesFiles(places));
    }
    next.run(request).await
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
