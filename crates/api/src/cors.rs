//! Which pages of other origins may call the Open API from a browser: the API reference, and nobody else's.

use std::{convert::Infallible, time::Duration};

use axum::{
    extract::{Request, State},
    http::{HeaderName, HeaderValue, Method, header},
    middleware::Next,
    response::Response,
};
use tower::{Layer as _, ServiceExt as _, service_fn};
use tower_http::cors::CorsLayer;

/// What browsers are told about calls from the docs.
#[derive(Clone)]
pub struct DocsOrigin {
    origin: HeaderValue,
    rules: CorsLayer,
}

impl DocsOrigin {
    /// The origin that the docs are at, such as `https://docs.example.com`; `None` when it is no header's text.
    #[must_use]
    pub fn new(origin: &str) -> Option<Self> {
        let origin = HeaderValue::from_str(origin).ok()?;
        let rules = CorsLayer::new()
            .allow_origin(origin.clone())
            .allow_methods([Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE])
            .allow_headers([
                header::AUTHORIZATION,
                header::CONTENT_TYPE,
                HeaderName::from_static("idempotency-key"),
            ])
            .expose_headers([
                HeaderName::from_static("x-request-id"),
                HeaderName::from_static("ratelimit-limit"),
                HeaderName::from_static("ratelimit-remaining"),
                HeaderName::from_static("ratelimit-reset"),
                header::RETRY_AFTER,
            ])
            .vary([header::ORIGIN])
            .max_age(Duration::from_hours(1));
        Some(Self { origin, rules })
    }
}

/// Lets the docs' page read the answer. For any other origin nothing is added, and its preflight is a request like all
/// others: with a method that is not supported.
pub async fn for_docs(State(docs): State<DocsOrigin>, request: Request, next: Next) -> Response {
    if request.headers().get(header::ORIGIN) != Some(&docs.origin) {
        return next.run(request).await;
    }
    let inner = service_fn(move |request| {
        let next = next.clone();
        async move { Ok::<_, Infallible>(next.run(request).await) }
    });
    match docs.rules.layer(inner).oneshot(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    }
}
