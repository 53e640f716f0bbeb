//! One session's callbacks, API answers and webhooks: written to a file ([`Recorder`]), and served again ([`Replayer`]).
//!
//! The file has ids and times as they were, and no secret: tokens, passwords, keys and what is encrypted are replaced by names
//! before anything is written, the same name wherever the same secret stood. `Authorization` and the other headers of
//! requests are not even looked at.
//!
//! Everything that happened has an order: requests are numbered as they came, and whatever followed (a webhook, a callback,
//! a part of a stream, another request) says `after` which request it came. Only requests that can change something count
//! there, since how often somebody polls is chance.

mod line;
mod mask;
mod replay;
mod sent;
mod tap;
mod tape;
mod tee;

pub use replay::{LoadError, Replayer, WebhookReceiver};
pub use tape::Recorder;

/// The surfaces that are recorded and served again.
const APIS: [&str; 3] = ["sandbox", "open-sandbox", "link-sandbox"];
/// The surface that the widget calls.
const LINK_API: &str = "link-sandbox";
/// The scripts that customers' pages load.
const SCRIPTS: [&str; 2] = ["/web/v2/smile.v2.js", "/web/v1/smile.v1.js"];
/// The headers of an answer that tell a client something.
const KEPT_HEADERS: [&str; 7] = [
    "content-type",
    "content-disposition",
    "idempotent-replayed",
    "location",
    "retry-after",
    "www-authenticate",
    "x-request-id",
];

/// The surface that a path leads to.
fn surface(path: &str) -> &str {
    path.trim_start_matches('/').split('/').next().unwrap_or_default()
}

/// Whether a path leads to one of the APIs.
fn is_api(path: &str) -> bool {
    APIS.contains(&surface(path))
}
