//! One process, many surfaces: picks the one a request is for by its host's first label or its path's first segment.

use std::{
    convert::Infallible,
    sync::Arc,
    task::{Context, Poll},
};

use axum::{
    Router,
    body::Body,
    extract::Request,
    http::{HeaderMap, Uri, header, uri::PathAndQuery},
    response::{IntoResponse, Response},
};
use futures_util::future::BoxFuture;
use tower::{Service, ServiceExt};

use crate::error::Code;

/// The surfaces and where to find each of them. Cheap to clone.
#[derive(Clone)]
pub struct Surfaces(Arc<Inner>);

struct Inner {
    /// `example.com` when hosts are `sandbox.example.com` and so on.
    base_domain: Option<String>,
    routers: Vec<(&'static str, Router)>,
    /// What answers on every host: probes.
    common: Router,
    /// What answers for a request that names no surface.
    unknown: Router,
}

impl Surfaces {
    /// Surfaces by label. `common` answers on every host, `unknown` what is for none of them.
    #[must_use]
    pub fn new(
        base_domain: Option<String>,
        routers: Vec<(&'static str, Router)>,
        common: Router,
        unknown: Router,
    ) -> Self {
        Self(Arc::new(Inner { base_domain, routers, common, unknown }))
    }
}

impl Inner {
    fn router(&self, label: &str) -> Option<&Router> {
        self.routers.iter().find(|(known, _)| *known == label).map(|(_, router)| router)
    }

    /// The router for a request, and the path below its label when that stood in the path.
    fn choose(&self, headers: &HeaderMap, uri: &Uri) -> (&Router, Option<Uri>) {
        if matches!(uri.path(), "/livez" | "/readyz") {
            return (&self.common, None);
        }
        if let Some(domain) = &self.base_domain
            && let Some(label) = host(headers, uri).and_then(|host| label_of(&host, domain))
            && let Some(router) = self.router(&label)
        {
            return (router, None);
        }
        let path = uri.path().trim_start_matches('/');
        let (label, rest) = path.split_once('/').unwrap_or((path, ""));
        match self.router(label) {
            Some(router) => (router, below(uri, rest)),
            None => (&self.unknown, None),
        }
    }
}

/// The host that a request is for, without its port.
fn host(headers: &HeaderMap, uri: &Uri) -> Option<String> {
    let given = headers.get(header::HOST).and_then(|value| value.to_str().ok()).or_else(|| uri.host())?;
    let name = given.rsplit_once(':').filter(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit()));
    Some(name.map_or(given, |(name, _)| name).to_ascii_lowercase())
}

/// The label that stands before `domain`.
fn label_of(host: &str, domain: &str) -> Option<String> {
    host.strip_suffix(domain)?.strip_suffix('.').map(ToOwned::to_owned)
}

fn below(uri: &Uri, rest: &str) -> Option<Uri> {
    let path = uri.query().map_or_else(|| format!("/{rest}"), |query| format!("/{rest}?{query}"));
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(path.parse::<PathAndQuery>().ok()?);
    Uri::from_parts(parts).ok()
}

impl Service<Request> for Surfaces {
    type Response = Response;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, mut request: Request<Body>) -> Self::Future {
        let (router, path) = self.0.choose(request.headers(), request.uri());
        let router = router.clone();
        if let Some(path) = path {
            *request.uri_mut() = path;
        }
        Box::pin(router.oneshot(request))
    }
}

/// What answers for a path that is not there.
pub async fn missing() -> Response {
    crate::error::ApiError::from(Code::MissingResource).into_response()
}

/// What answers for a known path with a method that it does not have.
pub async fn unsupported_method() -> Response {
    crate::error::ApiError::from(Code::UnsupportedMethod).into_response()
}

#[cfg(test)]
mod tests {
    use axum::routing::get;

    use super::*;

    async fn answer(base: Option<&str>, host: &str, uri: &str) -> String {
        let named = |name: &'static str| {
            Router::new().fallback(get(move |uri: Uri| async move { format!("{name} {uri}") }))
        };
        let mut surfaces = Surfaces::new(
            base.map(ToOwned::to_owned),
            vec![("sandbox", named("sandbox")), ("web", named("web"))],
            named("common"),
            named("none"),
        );
        let request = Request::builder().uri(uri).header(header::HOST, host).body(Body::empty()).unwrap();
        let response = surfaces.call(request).await.unwrap();
        let body = axum::body::to_bytes(response.into_body(), 1000).await.unwrap();
        String::from_utf8(body.to_vec()).unwrap()
    }

    #[tokio::test]
    async fn a_surface_is_chosen_by_host_or_by_path() {
        let domain = Some("example.com");
        assert_eq!(
            answer(domain, "sandbox.example.com", "/v1/users?size=1").await,
            "sandbox /v1/users?size=1"
        );
        assert_eq!(answer(domain, "SANDBOX.example.com:8443", "/v1/users").await, "sandbox /v1/users");
        assert_eq!(answer(domain, "example.com", "/web/x").await, "web /x");
        assert_eq!(answer(domain, "evilexample.com", "/v1/users").await, "none /v1/users");
        assert_eq!(answer(None, "localhost:8080", "/sandbox/v1/users?a=b").await, "sandbox /v1/users?a=b");
        assert_eq!(answer(None, "localhost", "/sandbox").await, "sandbox /");
        assert_eq!(answer(None, "sandbox.example.com", "/v1/users").await, "none /v1/users");
        assert_eq!(answer(None, "localhost", "/livez").await, "common /livez");
    }
}
