//! What the operations of one API have in common.

use schemars::SchemaGenerator;
use serde_json::Value;

use crate::{error::Code, urls::PublicUrls};

/// An API as a whole: what its document says beside the operations, and what all of them share.
#[derive(Debug)]
pub struct Api {
    /// Its name.
    pub title: &'static str,
    /// What it is for, in Markdown.
    pub about: &'static str,
    /// Where it is, in each mode.
    pub servers: fn(&PublicUrls) -> [Server; 2],
    /// How callers say who they are. Operations want the first one where they do not say otherwise.
    pub security: &'static [SecurityScheme],
    /// Whether callers have rights, of which each operation needs one.
    pub rights: bool,
    /// The errors that every operation may answer with.
    pub errors: &'static [ErrorCase],
    /// Faults of parameters, for the example of `INVALID_PARAMETERS`: the parameter, and what is wrong with it.
    pub faults: &'static [(&'static str, &'static str)],
    /// Whether every POST takes an `Idempotency-Key`.
    pub idempotency_keys: bool,
    /// Where the id of what a POST to a list made stands in its answer, when not at `/data/id`.
    pub made_ids: &'static [(&'static str, &'static str)],
    /// The requests that it sends by itself.
    pub webhooks: fn(&mut SchemaGenerator) -> Vec<DescribedWebhook>,
    /// The member of the recorded examples that has its operations'.
    pub examples: &'static str,
}

/// Where an API is in one mode.
#[derive(Debug)]
pub struct Server {
    /// The surface's address, without `/v1`.
    pub url: String,
    /// What is there.
    pub about: &'static str,
}

/// A way for callers to say who they are.
#[derive(Debug)]
pub struct SecurityScheme {
    /// Its name in the document.
    pub name: &'static str,
    /// The scheme of the `Authorization` header, in lower case.
    pub scheme: &'static str,
    /// Where callers get it.
    pub about: &'static str,
}

/// An error that every operation of an API may answer with.
#[derive(Clone, Copy, Debug)]
pub struct ErrorCase {
    pub(super) code: Code,
    /// When it comes.
    pub(super) when: &'static str,
}

impl ErrorCase {
    /// An error that comes then.
    pub const fn new(code: Code, when: &'static str) -> Self {
        Self { code, when }
    }

    /// Faults of what was sent.
    pub const INVALID_PARAMETERS: Self = Self::new(
        Code::InvalidParameters,
        "A parameter or a field of the body is missing or wrong. `data.errors` names every one of them.",
    );
    /// A body of another type.
    pub const UNSUPPORTED_TYPE: Self =
        Self::new(Code::UnsupportedType, "The body is not `application/json`.");
    /// A fault of the server's.
    pub const SERVER_ERROR: Self =
        Self::new(Code::ServerError, "A fault on this side. Quote the `requestId` when you report it.");
    /// Another method.
    pub const UNSUPPORTED_METHOD: Self =
        Self::new(Code::UnsupportedMethod, "The path exists, but not with this method.");
    /// Too much to do, or something that is needed is away.
    pub const SERVER_UNAVAILABLE: Self = Self::new(
        Code::ServerUnavailable,
        "The server cannot serve the request at the moment. Trying again later is safe.",
    );
    /// An answer that takes too long.
    pub const TIME_LIMIT_EXCEEDED: Self =
        Self::new(Code::TimeLimitExceeded, "The answer took too long. Trying again is safe.");
}

/// An event that is sent to a caller's own address.
#[derive(Debug)]
pub struct DescribedWebhook {
    /// The event's name.
    pub name: &'static str,
    /// What happened.
    pub summary: &'static str,
    /// How it is sent.
    pub about: &'static str,
    /// The resource that it belongs to.
    pub tag: &'static str,
    /// The schema of its body.
    pub body: Value,
}
