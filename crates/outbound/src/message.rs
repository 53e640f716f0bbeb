//! Requests and answers.

use std::collections::BTreeMap;

use bytes::Bytes;

/// The methods that this installation uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are HTTP's")]
pub enum Method {
    Get,
    Post,
    Put,
    Delete,
}

impl Method {
    /// As it is written on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Delete => "DELETE",
        }
    }
}

/// A request to be sent once.
#[derive(Clone)]
pub struct HttpRequest {
    pub(crate) method: Method,
    pub(crate) url: String,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Bytes,
}

impl HttpRequest {
    /// A request without headers or body.
    #[must_use]
    pub fn new(method: Method, url: impl Into<String>) -> Self {
        Self { method, url: url.into(), headers: Vec::new(), body: Bytes::new() }
    }

    /// With that header.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// With that body.
    #[must_use]
    pub fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self
    }

    /// Where it goes.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Its headers, in the order in which they were given.
    #[must_use]
    pub fn headers(&self) -> &[(&'static str, String)] {
        &self.headers
    }

    /// Its body, as [`HttpRequest::body`] set it.
    #[must_use]
    pub const fn content(&self) -> &Bytes {
        &self.body
    }
}

/// Headers and body can hold secrets and personal data, so only the sizes show.
impl std::fmt::Debug for HttpRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("HttpRequest")
            .field("method", &self.method.as_str())
            .field("headers", &self.headers.len())
            .field("body_bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// An answer, whatever its status.
#[derive(Clone)]
pub struct HttpResponse {
    /// The status code.
    pub status: u16,
    /// Those of [`HttpResponse::KEPT_HEADERS`] that were sent, by lower-case name.
    pub headers: BTreeMap<&'static str, String>,
    /// The whole body, at most `max_response_bytes` of it; longer ones are an error.
    pub body: Bytes,
}

impl HttpResponse {
    /// The headers that callers get to see.
    pub const KEPT_HEADERS: [&'static str; 5] =
        ["content-type", "etag", "location", "retry-after", "x-request-id"];

    /// Whether the status is between 200 and 299.
    #[must_use]
    pub const fn is_success(&self) -> bool {
        matches!(self.status, 200..=299)
    }

    /// A kept header, by its lower-case name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }
}

/// An answer of which only the beginning was read.
#[derive(Clone)]
pub struct HttpBeginning {
    /// The status code.
    pub status: u16,
    /// As [`HttpResponse::headers`].
    pub headers: BTreeMap<&'static str, String>,
    /// The beginning of the body.
    pub body: Bytes,
    /// Whether that is all of it.
    pub whole: bool,
}

/// The body can hold personal data, so only its size shows.
impl std::fmt::Debug for HttpBeginning {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("HttpBeginning")
            .field("status", &self.status)
            .field("body_bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// The body can hold personal data, so only its size shows.
impl std::fmt::Debug for HttpResponse {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("HttpResponse")
            .field("status", &self.status)
            .field("body_bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}
