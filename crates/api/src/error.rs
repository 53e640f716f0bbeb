//! The contract's errors, and the one place that turns a use case's error into one of them.

use std::{fmt::Display, sync::Arc, time::Duration};

use axum::{
    body::Body,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use sahod_app::{AppError, Fault};
use serde_json::{Value, json};

/// An error code of the contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    InvalidCredentials,
    InvalidParameters,
    InvalidToken,
    UnauthorizedAccess,
    MissingResource,
    UnsupportedType,
    RequestLimitExceeded,
    ServerError,
    UnsupportedMethod,
    ServerUnavailable,
    TimeLimitExceeded,
}

impl Code {
    /// The code on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidCredentials => "INVALID_CREDENTIALS",
            Self::InvalidParameters => "INVALID_PARAMETERS",
            Self::InvalidToken => "INVALID_TOKEN",
            Self::UnauthorizedAccess => "UNAUTHORIZED_ACCESS",
            Self::MissingResource => "MISSING_RESOURCE",
            Self::UnsupportedType => "UNSUPPORTED_TYPE",
            Self::RequestLimitExceeded => "REQUEST_LIMIT_EXCEEDED",
            Self::ServerError => "SERVER_ERROR",
            Self::UnsupportedMethod => "UNSUPPORTED_METHOD",
            Self::ServerUnavailable => "SERVER_UNAVAILABLE",
            Self::TimeLimitExceeded => "TIME_LIMIT_EXCEEDED",
        }
    }

    /// The contract's message.
    #[must_use]
    pub const fn message(self) -> &'static str {
        match self {
            Self::InvalidCredentials => "The credentials you provided are incorrect.",
            Self::InvalidParameters => "Missing or invalid parameters were sent in your request.",
            Self::InvalidToken => "The token you provided is invalid or has expired.",
            Self::UnauthorizedAccess => "You do not have permission to access this resource.",
            Self::MissingResource => "The resource you provided cannot be found or is unavailable.",
            Self::UnsupportedType => "Please specify a valid content type for your request.",
            Self::RequestLimitExceeded => {
                "You have exceeded your rate limit for this resource. Please try again later or contact support."
            }
            Self::ServerError => {
                "Our system is currently experiencing issues. Please try again later or contact support."
            }
            Self::UnsupportedMethod => "The HTTP method you used is not supported for this resource.",
            Self::ServerUnavailable => {
                "The server is not available to handle the request. It may be down or under maintenance. Please try again later or contact support."
            }
            Self::TimeLimitExceeded => {
                "The server was not able to give a response in the allotted time. Please try again or contact support."
            }
        }
    }

    /// The HTTP status.
    #[must_use]
    pub const fn status(self) -> StatusCode {
        match self {
            Self::InvalidCredentials | Self::InvalidParameters => StatusCode::BAD_REQUEST,
            Self::InvalidToken => StatusCode::UNAUTHORIZED,
            Self::UnauthorizedAccess => StatusCode::FORBIDDEN,
            Self::MissingResource => StatusCode::NOT_FOUND,
            Self::UnsupportedType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::RequestLimitExceeded => StatusCode::TOO_MANY_REQUESTS,
            Self::ServerError => StatusCode::INTERNAL_SERVER_ERROR,
            Self::UnsupportedMethod => StatusCode::NOT_IMPLEMENTED,
            Self::ServerUnavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::TimeLimitExceeded => StatusCode::GATEWAY_TIMEOUT,
        }
    }
}

/// An error as it leaves the server. It never carries internal text.
#[derive(Clone, Debug)]
pub struct ApiError {
    /// What went wrong, in the contract's terms.
    pub code: Code,
    faults: Arc<[Fault]>,
    challenge: Option<&'static str>,
    retry_after: Option<Duration>,
}

impl From<Code> for ApiError {
    fn from(code: Code) -> Self {
        Self { code, faults: Arc::default(), challenge: None, retry_after: None }
    }
}

impl ApiError {
    /// `INVALID_PARAMETERS` with every fault.
    #[must_use]
    pub fn invalid(faults: Vec<Fault>) -> Self {
        Self { faults: faults.into(), ..Code::InvalidParameters.into() }
    }

    /// `INVALID_TOKEN` that tells the client how to authenticate.
    #[must_use]
    pub fn unauthenticated(challenge: &'static str) -> Self {
        Self { challenge: Some(challenge), ..Code::InvalidToken.into() }
    }

    /// The same error, with when it is worth while to come back.
    #[must_use]
    pub fn retry_after(self, wait: Duration) -> Self {
        Self { retry_after: Some(wait), ..self }
    }

    /// A fault of ours: logged here, told to the caller only as such.
    pub fn internal(cause: impl Display) -> Self {
        tracing::error!(%cause, "internal error");
        Code::ServerError.into()
    }

    /// The `data` of the envelope.
    #[must_use]
    pub fn data(&self) -> Value {
        if self.faults.is_empty() {
            return json!({});
        }
        let errors: Vec<Value> = self
            .faults
            .iter()
            .map(|fault| json!({ "parameter": fault.parameter, "detail": fault.detail }))
            .collect();
        json!({ "errors": errors })
    }
}

impl From<AppError> for ApiError {
    fn from(error: AppError) -> Self {
        match error {
            AppError::InvalidCredentials => Code::InvalidCredentials.into(),
            AppError::InvalidToken => Code::InvalidToken.into(),
            AppError::Forbidden => Code::UnauthorizedAccess.into(),
            AppError::Invalid(faults) => Self::invalid(faults),
            AppError::Missing => Code::MissingResource.into(),
            AppError::LimitReached(wait, fault) => {
                Self { faults: Arc::new([fault]), ..Code::RequestLimitExceeded.into() }.retry_after(wait)
            }
            AppError::Busy(wait) => Self::from(Code::ServerUnavailable).retry_after(wait),
            AppError::Unavailable(cause) => {
                tracing::error!(%cause, "unavailable");
                Code::ServerUnavailable.into()
            }
            AppError::Internal(cause) => Self::internal(cause),
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = self.code.status();
        if let Some(challenge) = self.challenge {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
        }
        if let Some(wait) = self.retry_after {
            // Whole seconds, and not too few.
            let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds.max(1)));
        }
        response.extensions_mut().insert(self);
        response
    }
}
