//! What can go wrong: when the demo starts, and when a visitor asks for something.

use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use sahod_outbound::HttpError;
use serde_json::json;

/// Why the demo cannot start.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// A setting is no web address.
    #[error("demo: {name} must be an address such as http://127.0.0.1:8080")]
    Address {
        /// The setting.
        name: &'static str,
    },
    /// The HTTP client could not be made.
    #[error("demo: {0}")]
    Client(HttpError),
    /// The API could not be reached.
    #[error("demo: the API at {url} does not answer: {cause}")]
    Unreachable {
        /// Where it should be.
        url: String,
        /// What happened instead.
        cause: HttpError,
    },
    /// The API refused to register the webhook.
    #[error("demo: the API answered {status} to \"{request}\": {message}")]
    Refused {
        /// The method and path.
        request: String,
        /// The status.
        status: u16,
        /// The message of the envelope.
        message: String,
    },
}

/// Why a visitor does not get what was asked for. The page shows the message as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Problem {
    /// The request makes no sense.
    BadRequest(&'static str),
    /// There is no such thing here.
    NotFound(&'static str),
    /// The API does not know the applicant, for instance because its data was deleted since.
    UnknownUser,
    /// The API wants us to slow down.
    RateLimited,
    /// The API does not answer.
    Unreachable(HttpError),
    /// The API refused.
    Refused { status: u16, message: String },
    /// Too many pages are open.
    Busy,
}

impl Problem {
    fn parts(&self) -> (StatusCode, &'static str, String) {
        match self {
            Self::BadRequest(why) => (StatusCode::BAD_REQUEST, "BAD_REQUEST", (*why).to_owned()),
            Self::NotFound(why) => (StatusCode::NOT_FOUND, "NOT_FOUND", (*why).to_owned()),
            Self::UnknownUser => {
                let message = "The API does not know this applicant any more.";
                (StatusCode::NOT_FOUND, "UNKNOWN_USER", message.to_owned())
            }
            Self::RateLimited => {
                let message = "The API is limiting how fast we may ask. Wait a second, then try again.";
                (StatusCode::TOO_MANY_REQUESTS, "RATE_LIMITED", message.to_owned())
            }
            Self::Unreachable(cause) => {
                let message = format!("The API does not answer ({cause}). Is the server running?");
                (StatusCode::BAD_GATEWAY, "API_UNREACHABLE", message)
            }
            Self::Refused { status, message } => {
                (StatusCode::BAD_GATEWAY, "API_REFUSED", format!("The API answered {status}: {message}"))
            }
            Self::Busy => {
                let message = "Too many pages are open for live updates. Close one, then reload.";
                (StatusCode::SERVICE_UNAVAILABLE, "BUSY", message.to_owned())
            }
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let (status, code, message) = self.parts();
        (status, Json(json!({ "error": { "code": code, "message": message } }))).into_response()
    }
}
