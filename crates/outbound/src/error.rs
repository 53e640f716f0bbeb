//! What went wrong, in words for people.

use crate::address::NetworkKind;

/// Why there is no answer. The texts are fit to be shown to the customer whose server was called.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HttpError {
    /// The URL cannot be used.
    #[error("address is not valid: {0}")]
    InvalidUrl(&'static str),
    /// A header cannot be sent.
    #[error("header cannot be sent: {0}")]
    InvalidHeader(&'static str),
    /// The address lies in a network that is not called.
    #[error("address is in {0}")]
    RefusedAddress(NetworkKind),
    /// The host name has no address.
    #[error("host name was not found")]
    UnknownHost,
    /// Nothing listens at the address.
    #[error("refused connection")]
    RefusedConnection,
    /// There is no way to the address.
    #[error("address cannot be reached")]
    Unreachable,
    /// Time ran out.
    #[error("timed out after {after_ms} ms")]
    TimedOut {
        /// The limit that was reached.
        after_ms: u64,
    },
    /// The TLS handshake failed.
    #[error("secure connection failed: {0}")]
    Tls(String),
    /// The other side hung up, or its answer stopped half way.
    #[error("closed the connection before the answer was complete")]
    Closed,
    /// The answer is larger than is read.
    #[error("answer is larger than {limit_bytes} bytes")]
    TooLarge {
        /// The limit that was reached.
        limit_bytes: usize,
    },
    /// What came back is no HTTP.
    #[error("answer is not valid HTTP")]
    NotHttp,
    /// The client could not be made.
    #[error("HTTP client could not be set up: {0}")]
    Setup(String),
}
