//! All surfaces together, with the layers that every request passes.

use std::any::Any;

use axum::{
    Extension, Router,
    body::Body,
    extract::State,
    http::StatusCode,
    middleware,
    response::{IntoResponse, Response},
    routing::get,
};
use sahod_app::App;
use sahod_model::Mode;
use tower_http::{catch_panic::CatchPanicLayer, compression::CompressionLayer};

use crate::{
    bodies::{Bodies, BodyLimits},
    client_address,
    cors::{self, DocsOrigin},
    envelope,
    error::ApiError,
    link, open, pages,
    rate_limit::{self, FormLimits, RateLimit, RateLimitConfig},
    readiness::Readiness,
    record, reference, request_id,
    state::Surface,
    surfaces::{Surfaces, missing, unsupported_method},
    turns::{self, TurnLimits, Turns},
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
    /// How often one client may ask.
    pub rate_limit: RateLimitConfig,
    /// How much is worked on at the same time, and for how long.
    pub turns: TurnLimits,
    /// How bodies are waited for.
    pub bodies: BodyLimits,
    /// Whether the server is to be asked.
    pub readiness: Readiness,
}

/// Every surface.
#[must_use]
pub fn router(app: &App, config: &ApiConfig) -> Surfaces {
    let limit = RateLimit::announced(config.rate_limit.open);
    let forms = FormLimits::new(&config.rate_limit);
    let bounds = Bounds {
        trusted_proxies: config.rate_limit.trusted_proxies,
        browsers: RateLimit::silent(config.rate_limit.browsers),
        turns: Turns::new(&config.turns),
        bodies: Bodies::new(config.bodies),
    };
    let docs_origin = origin(&config.urls.docs).and_then(|origin| DocsOrigin::new(&origin));
    let open_api = |mode| {
        let router = enveloped(open::router(Surface { app: app.clone(), mode }), &limit, &bounds, app);
        match &docs_origin {
            Some(docs) => router.layer(middleware::from_fn_with_state(docs.clone(), cors::for_docs)),
            None => router,
        }
    };
    let link_api = |mode| {
        let router = link::router(Surface { app: app.clone(), mode }, &forms);
        enveloped(router, &bounds.browsers, &bounds, app).layer(link::any_origin())
    };
    // Pages have no envelope: what they are refused with is a status.
    let for_people = |router: Router| bounds.known(limited(bounds.in_turn(router), &bounds.browsers));
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
        ("web", for_people(web::router(app.clone(), &origins([&urls.link_sandbox, &urls.link])))),
        ("user", for_people(pages::user())),
        ("portal", for_people(pages::portal(urls))),
        ("docs", for_people(docs)),
    ];
    Surfaces::new(
        config.base_domain.clone(),
        routers,
        bounds.known(limited(probes(app.clone(), config.readiness.clone()), &bounds.browsers)),
        enveloped(Router::new(), &bounds.browsers, &bounds, app),
    )
}

/// What keeps one client from taking what is for all.
struct Bounds {
    trusted_proxies: usize,
    browsers: RateLimit,
    turns: Turns,
    bodies: Bodies,
}

impl Bounds {
    /// Whose requests they are is known below this.
    fn known(&self, router: Router) -> Router {
        router.layer(middleware::from_fn_with_state(self.trusted_proxies, client_address::note))
    }

    /// Each request in its turn.
    fn in_turn(&self, router: Router) -> Router {
        let in_turn = middleware::from_fn_with_state(self.turns.clone(), turns::in_turn);
        router.layer(in_turn).layer(Extension(self.bodies.clone()))
    }
}

/// The envelope, and the layers that an API needs: nothing that happens below them leaves without it.
fn enveloped(router: Router, limit: &RateLimit, bounds: &Bounds, app: &App) -> Router {
    let router = router
        .fallback(missing)
        .method_not_allowed_fallback(unsupported_method)
        .layer(CatchPanicLayer::custom(panicked));
    let router = limited(bounds.in_turn(router), limit)
        .layer(middleware::from_fn_with_state(app.clone(), record::record))
        .layer(middleware::from_fn_with_state((), envelope::wrap))
        .layer(middleware::from_fn_with_state(app.clone(), request_id::assign));
    bounds.known(router)
}

/// No more requests of one client than that.
fn limited(router: Router, limit: &RateLimit) -> Router {
    router.layer(middleware::from_fn_with_state(limit.clone(), rate_limit::enforce))
}

/// A panic is a fault of ours. Its message may hold anything, so it goes nowhere.
fn panicked(_: Box<dyn Any + Send + 'static>) -> Response<Body> {
    ApiError::internal("a handler panicked").into_response()
}

/// Whether the process lives, and whether it can serve.
fn probes(app: App, readiness: Readiness) -> Router {
    Router::new()
        .route("/livez", get(|| async { "ok" }))
        .route(
            "/readyz",
            get(|State((app, readiness)): State<(App, Readiness)>| async move {
                if readiness.is_leaving() {
                    return (StatusCode::SERVICE_UNAVAILABLE, "the server is stopping");
                }
                match app.upkeep.ping().await {
                    Ok(()) => (StatusCode::OK, "ok"),
                    Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer"),
                }
            }),
        )
        .with_state((app, readiness))
}

/// The scheme and authority of an address.
fn origin(url: &str) -> Option<String> {
    let (scheme, rest) = url.split_once("://")?;
    Some(format!("{scheme}://{}", rest.split('/').next()?))
}
