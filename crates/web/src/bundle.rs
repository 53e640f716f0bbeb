//! Built files of `ui/`.

use std::borrow::Cow;

use aws_lc_rs::digest::{SHA384, digest};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use rust_embed::{EmbeddedFile, RustEmbed};

#[derive(RustEmbed)]
#[folder = "../../ui/dist/sdk"]
struct Sdk;

#[derive(RustEmbed)]
#[folder = "../../ui/dist/wink"]
struct Wink;

#[derive(RustEmbed)]
#[folder = "../../ui/dist/docs"]
struct Reference;

/// A part of the user interface that was built on its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bundle {
    /// The scripts that customers' pages load.
    Sdk,
    /// The widget in its frame.
    Wink,
    /// The API reference.
    Reference,
}

/// A file as a browser gets it.
#[derive(Clone, Debug)]
pub struct Asset {
    /// Its content.
    pub bytes: Cow<'static, [u8]>,
    /// Its media type.
    pub content_type: &'static str,
    /// Its entity tag, quotes included.
    pub tag: String,
}

impl Asset {
    /// What a page gives as `integrity` to have its browser refuse any other content (W3C Subresource Integrity).
    #[must_use]
    pub fn integrity(&self) -> String {
        format!("sha384-{}", STANDARD.encode(digest(&SHA384, &self.bytes)))
    }
}

impl Bundle {
    /// The file of that path within the bundle.
    #[must_use]
    pub fn file(self, path: &str) -> Option<Asset> {
        let file = match self {
            Self::Sdk => Sdk::get(path),
            Self::Wink => Wink::get(path),
            Self::Reference => Reference::get(path),
        }?;
        Some(Asset { content_type: content_type(path), tag: tag(&file), bytes: file.data })
    }
}

fn tag(file: &EmbeddedFile) -> String {
    use std::fmt::Write as _;

    let mut tag = String::from("\"");
    for byte in &file.metadata.sha256_hash()[..12] {
        // Writing to a string cannot fail.
        let _ = write!(tag, "{byte:02x}");
    }
    tag.push('"');
    tag
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("woff2") => "font/woff2",
        Some("png") => "image/png",
        Some("json" | "map") => "application/json",
        _ => "application/octet-stream",
    }
}
