//! All surfaces together, with the layers that every request passes.

use std::{any::Any, sync::Arc, time::Duration};

use axum::{
    Router,
    body::Body,
    extract::{Request, State},
    http::StatusCode,
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::get,
};
use sahod_app::App;
use sahod_model::Mode;
use tokio::sync::Semaphore;
use tower_http::{catch_panic::CatchPanicLayer, compression::CompressionLayer};

use crate::{
    cors::{self, DocsOrigin},
    envelope,
    error::{ApiError, Code},
    link, open, pages,
    rate_limit::{self, RateLimit, RateLimitConfig},
    record, reference, request_id,
    state::Surface,
    surfaces::{Surfaces, missing, unsupported_method},
    urls::PublicUrls,
    web,
};

/// What the operator decides about the surfaces.
#[derive(Clone, Debug)]
pub struct ApiConfig {
    /// `example.com` when surfaces are told apart by their host's first label.
    pub base_domain: Option<String>,
    /// Where the outside finds each surface.
    pub urls: PublicUrls,
    /// The limit of the Open API.
    pub rate_limit: RateLimitConfig,
    /// The longest time that an answer may take.
    pub timeout: Duration,
    /// How many requests are worked on at the same time; more are told to come back later.
    pub max_requests: usize,
}

/// Every surface.
#[must_use]
pub fn router(app: &App, config: &ApiConfig) -> Surfaces {
    let limit = RateLimit::new(config.rate_limit);
    let bounds = Bounds { timeout: config.timeout, places: Arc::new(Semaphore::new(config.max_requests)) };
    let docs_origin = origin(&config.urls.docs).and_then(|origin| DocsOrigin::new(&origin));
    let open_api = |mode| {
        let limited = middleware::from_fn_with_state(limit.clone(), rate_limit::enforce);
        let router = enveloped(open::router(Surface { app: app.clone(), mode }).layer(limited), &bounds, app);
        match &docs_origin {
            Some(docs) => router.layer(middleware::from_fn_with_state(docs.clone(), cors::for_docs)),
            None => router,
        }
    };
    let link_api = |mode| {
        let router = link::router(Surface { app: app.clone(), mode });
        enveloped(router, &bounds, app).layer(link::any_origin())
    };
    let urls = &config.urls;
    let origins = |urls: [&String; 2]| urls.into_iter().filter_map(|url| origin(url)).collect::<Vec<_>>();
    let docs = pages::docs(urls)
        .merge(reference::router(&origins([&urls.sandbox, &urls.open])))
        .layer(CompressionLayer::new());
    let routers = vec![
        ("sandbox", open_api(Mode::Sandbox)),
        ("open-sandbox", open_api(Mode::Sandbox)),
        ("open", open_api(Mode::Production)),
        ("link-sandbox", link_api(Mode::Sandbox)),
        ("link", link_api(Mode::Production)),
        ("web", web::router(app.clone(), &origins([&urls.link_sandbox, &urls.link]))),
        ("user", pages::user()),
        ("portal", pages::portal(urls)),
        ("docs", docs),
    ];
    Surfaces::new(
        config.base_domain.clone(),
        routers,
        probes(app.clone()),
        enveloped(Router::new(), &bounds, app),
    )
}

/// The envelope, and the layers that an API needs: nothing that happens below them leaves without it.
fn enveloped(router: Router, bounds: &Bounds, app: &App) -> Router {
    router
        .fallback(missing)
        .method_not_allowed_fallback(unsupported_method)
        .layer(CatchPanicLayer::custom(panicked))
        .layer(middleware::from_fn_with_state(bounds.clone(), within_bounds))
        .layer(middleware::from_fn_with_state(app.clone(), record::record))
        .layer(middleware::from_fn_with_state((), envelope::wrap))
        .layer(middleware::from_fn_with_state(app.clone(), request_id::assign))
}

/// A panic is a fault of ours. Its message may hold anything, so it goes nowhere.
fn panicked(_: Box<dyn Any + Send + 'static>) -> Response<Body> {
    ApiError::internal("a handler panicked").into_response()
}

/// What keeps one server from taking on more than it can do.
#[derive(Clone)]
struct Bounds {
    timeout: Duration,
    /// One for each request that may be worked on at the same time.
    places: Arc<Semaphore>,
}

/// Answers at once when all places are taken, and in time when the work takes too long.
async fn within_bounds(State(bounds): State<Bounds>, request: Request, next: Next) -> Response {
    let Ok(_place) = bounds.places.try_acquire() else {
        return ApiError::from(Code::ServerUnavailable).into_response();
    };
    match tokio::time::timeout(bounds.timeout, next.run(request)).await {
        Ok(response) => response,
        Err(_) => ApiError::from(Code::TimeLimitExceeded).into_response(),
    }
}

/// Whether the process lives, and whether it can serve.
fn probes(app: App) -> Router {
    Router::new()
        .route("/livez", get(|| async { "ok" }))
        .route(
            "/readyz",
            get(|State(app): State<App>| async move {
                match app.upkeep.ping().await {
                    Ok(()) => (StatusCode::OK, "ok"),
                    Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer"),
                }
            }),
        )
        .with_state(app)
}

/// The scheme and authority of an address.
fn origin(url: &str) -> Option<String> {
    let (scheme, rest) = url.split_once("://")?;
    Some(format!("{scheme}://{}", rest.split('/').next()?))
}
