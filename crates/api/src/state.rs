//! What every handler of a surface gets, and who calls it.

use axum::{
    extract::{FromRequestParts, Request, State},
    http::{HeaderMap, header, request::Parts},
    middleware::Next,
    response::Response,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use sahod_app::{Acting, App};
use sahod_model::{ExposeSecret as _, Mode, SecretString};
use serde::de::DeserializeOwned;

use crate::{
    error::{ApiError, Code},
    record,
};

/// One surface in one mode.
#[derive(Clone)]
pub struct Surface {
    /// The use cases.
    pub app: App,
    /// The mode that the surface serves.
    pub mode: Mode,
}

/// A caller of the Open API who proved who it is with an API key pair.
#[derive(Clone, Debug)]
pub struct Authenticated(pub Acting);

impl FromRequestParts<Surface> for Authenticated {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, surface: &Surface) -> Result<Self, ApiError> {
        match parts.extensions.get::<Checked>() {
            Some(Checked(checked)) => checked.clone().map(Self),
            None => check(&parts.headers, surface).await.map(Self),
        }
    }
}

/// What came of checking who calls: once for each request, before anything else that needs to know.
#[derive(Clone)]
pub struct Checked(pub Result<Acting, ApiError>);

/// Checks who calls. Whether that matters is for the handler to say: it has an [`Authenticated`] or it has none.
pub async fn authenticate(State(surface): State<Surface>, mut request: Request, next: Next) -> Response {
    let checked = check(request.headers(), &surface).await;
    if let Ok(acting) = &checked {
        record::caller_known(&request, acting);
    }
    request.extensions_mut().insert(Checked(checked));
    next.run(request).await
}

async fn check(headers: &HeaderMap, surface: &Surface) -> Result<Acting, ApiError> {
    let (key, secret) = basic_credentials(headers)
        .ok_or_else(|| ApiError::unauthenticated("Basic realm=\"Sahod\", charset=\"UTF-8\""))?;
    Ok(surface.app.organisations.authenticate(&key, &secret, surface.mode).await?)
}

fn basic_credentials(headers: &HeaderMap) -> Option<(String, SecretString)> {
    let encoded = after_scheme(headers, "basic")?;
    let decoded = String::from_utf8(STANDARD.decode(encoded).ok()?).ok()?;
    let (key, secret) = decoded.split_once(':')?;
    Some((key.to_owned(), secret.into()))
}

/// The token of a bearer.
#[derive(Debug)]
pub struct Bearer(pub SecretString);

impl<S: Send + Sync> FromRequestParts<S> for Bearer {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        after_scheme(&parts.headers, "bearer")
            .map(|token| Self(token.into()))
            .ok_or_else(|| ApiError::unauthenticated("Bearer realm=\"Sahod\""))
    }
}

/// A link token that could be spent, as far as it says itself: known before anything else is read of a stranger.
#[derive(Debug)]
pub struct LinkToken(pub SecretString);

impl FromRequestParts<Surface> for LinkToken {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, surface: &Surface) -> Result<Self, ApiError> {
        let Bearer(token) = <Bearer as FromRequestParts<Surface>>::from_request_parts(parts, surface).await?;
        surface.app.people.check_token(token.expose_secret(), surface.mode).await?;
        Ok(Self(token))
    }
}

/// The person at the widget whose session a request belongs to.
#[derive(Clone, Debug)]
pub struct InSession(pub Acting);

impl FromRequestParts<Surface> for InSession {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, surface: &Surface) -> Result<Self, ApiError> {
        let Bearer(token) = <Bearer as FromRequestParts<Surface>>::from_request_parts(parts, surface).await?;
        Ok(Self(surface.app.people.authenticate_session(&token, surface.mode).await?))
    }
}

/// What follows an authentication scheme's name, in whatever case that is written (RFC 9110, 11.1).
fn after_scheme<'a>(headers: &'a HeaderMap, scheme: &str) -> Option<&'a str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (given, rest) = value.split_once(' ')?;
    given.eq_ignore_ascii_case(scheme).then(|| rest.trim())
}

/// What stands in a path. What is no text at all (bytes that are no UTF-8) names nothing here.
#[derive(Clone, Copy, Debug)]
pub struct Path<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let found = axum::extract::Path::from_request_parts(parts, state).await;
        found.map(|axum::extract::Path(value)| Self(value)).map_err(|_| Code::MissingResource.into())
    }
}

/// The id in a path, read as what it must be; another text names nothing here.
pub fn path_id<T: std::str::FromStr>(text: &str) -> Result<T, ApiError> {
    text.parse().map_err(|_| Code::MissingResource.into())
}
