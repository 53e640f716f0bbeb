//! How large the body of a request may be.

use axum::http::Extensions;

use crate::file_places::CarriesFiles;

/// The largest JSON body that is read, in bytes; one that carries files may be larger.
const MAX_JSON_BYTES: usize = 256 * 1024;
/// The largest body of a request that carries files, in bytes: one file of 15 MB in Base64, or several that are no larger
/// together, and what stands around them.
pub const MAX_FILES_BYTES: usize = 22 * 1024 * 1024;

/// The largest body that a request may have, in bytes.
pub fn max_body_bytes(request: &Extensions) -> usize {
    if request.get::<CarriesFiles>().is_some() { MAX_FILES_BYTES } else { MAX_JSON_BYTES }
}
