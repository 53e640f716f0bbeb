//! What every target stands on: a whole installation in this process, and what must hold for each of its answers.
//!
//! Requests go to the real router, so that parameters, paths, headers and bodies are read by what reads them in earnest.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "whatever fails is a finding, or the set-up's fault"
)]

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    num::NonZeroU32,
    sync::{Arc, OnceLock},
    time::Duration,
};

use axum::{
    body::Body,
    extract::ConnectInfo,
    http::{HeaderName, HeaderValue, Method, Request, StatusCode, header},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use http_body_util::BodyExt as _;
use sahod_api::{ApiConfig, BodyLimits, PublicUrls, Rate, RateLimitConfig, Readiness, Surfaces, TurnLimits};
use sahod_app::{Acting, App, AppConfig, DataSources, KeyPurpose, LoginKeys, Services};
use sahod_model::{Clock, ExposeSecret as _, Mode, SystemRandom, TenantId};
use sahod_outbound::{FileStore, HttpClient, HttpClientConfig};
use sahod_sandbox::{Pace, Sleeper, async_trait};
use sahod_store::testing::{TestStore, sqlite};
use sahod_vault::{MasterKey, RsaKeys};
use serde_json::Value;
use tokio::runtime::Runtime;
use tower::ServiceExt as _;

const NO_LIMIT: Rate = Rate { per_second: NonZeroU32::MAX, burst: NonZeroU32::MAX };

/// Every list, and so every sort of parameter.
pub const LISTS: [&str; 26] = [
    "providers",
    "users",
    "accounts",
    "tasks",
    "archives",
    "uploads",
    "fileTypes",
    "archives/-/payslips/listPredictions",
    "archives/-/payslips/queryPrediction",
    "consentTemplates",
    "inviteTemplates",
    "winkTemplates",
    "invites",
    "webhooks",
    "requests",
    "funnel",
    "identities",
    "ratings",
    "transactions",
    "documents",
    "employments",
    "incomes",
    "contributions",
    "liabilities",
    "eincomes",
    "insights",
];

/// Everything that takes a body.
pub const BODIES: [&str; 10] = [
    "users",
    "webhooks",
    "consentTemplates",
    "inviteTemplates",
    "winkTemplates",
    "invites",
    "archives",
    "archives/classify",
    "archives/-/payslips/uploadRawFile",
    "archives/-/payslips/sendManualResult",
];

struct World {
    runtime: Runtime,
    surfaces: Surfaces,
    authorization: HeaderValue,
    // Dropped last: its files go with it.
    _store: TestStore,
}

struct NoWait;

#[async_trait]
impl Sleeper for NoWait {
    async fn sleep(&self, _: Duration) {}
}

fn world() -> &'static World {
    static WORLD: OnceLock<World> = OnceLock::new();
    WORLD.get_or_init(|| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let (store, surfaces, authorization) = runtime.block_on(make());
        World { runtime, surfaces, authorization, _store: store }
    })
}

async fn make() -> (TestStore, Surfaces, HeaderValue) {
    let store = sqlite().await;
    let keys = store.folder().to_owned();
    let master = MasterKey::from_bytes([7; 32]);
    let clock: Arc<dyn Clock> = store.clock.clone();
    // Where everything may be called nothing is looked up; and nothing is called, as no courier runs.
    let http = HttpClientConfig { allow_private_networks: true, ..HttpClientConfig::default() };
    let services = Services {
        store: store.store.clone(),
        data_sources: DataSources::new(Pace::new(Duration::ZERO, Duration::ZERO, Arc::new(NoWait))).unwrap(),
        login_keys: LoginKeys::start(move || {
            RsaKeys::load_or_create(&keys, &MasterKey::from_bytes([7; 32]), &SystemRandom)
        }),
        http: HttpClient::new(http).unwrap(),
        files: FileStore::in_memory(),
        mailer: None,
        clock,
        random: Arc::clone(&store.random),
        config: AppConfig::default(),
    };
    let app = App::new(services, &master);
    app.delivery.stop_waiting();
    let tenant = "acme".parse::<TenantId>().unwrap();
    app.organisations.ensure_tenant(&Acting::operator(), &tenant, "Acme Lending").await.unwrap();
    let pair = app
        .organisations
        .create_api_key(&Acting::operator(), &tenant, Mode::Sandbox, KeyPurpose::everything("fuzz"))
        .await
        .unwrap();
    let basic = STANDARD.encode(format!("{}:{}", pair.key, pair.secret.expose_secret()));
    let config = ApiConfig {
        base_domain: None,
        urls: PublicUrls::default(),
        rate_limit: RateLimitConfig {
            open: NO_LIMIT,
            browsers: NO_LIMIT,
            forms: NO_LIMIT,
            session_forms: NO_LIMIT,
            trusted_proxies: 1,
        },
        turns: TurnLimits { timeout: Duration::from_secs(30), at_once: 10, at_once_of_one: 10 },
        bodies: BodyLimits::default(),
        readiness: Readiness::default(),
    };
    let surfaces = sahod_api::router(&app, &config);
    (store, surfaces, format!("Basic {basic}").parse().unwrap())
}

/// Sends a request below `/v1`, as somebody who is known unless `headers` say otherwise. What is no HTTP at all is passed over.
pub fn send(method: &Method, path: &str, headers: &[(HeaderName, HeaderValue)], body: Vec<u8>) {
    let world = world();
    let mut request = Request::builder()
        .method(method)
        .uri(format!("/sandbox/v1/{path}"))
        .header(header::HOST, "localhost")
        .extension(ConnectInfo(SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 40_000)));
    if !headers.iter().any(|(name, _)| name == header::AUTHORIZATION) {
        request = request.header(header::AUTHORIZATION, &world.authorization);
    }
    for (name, value) in headers {
        request = request.header(name, value);
    }
    let Ok(request) = request.body(Body::from(body)) else { return };
    world.runtime.block_on(async {
        let answer = world.surfaces.clone().oneshot(request).await.unwrap();
        let (head, body) = answer.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        check(head.status, &serde_json::from_slice(&body).expect("the answer is JSON"));
    });
}

/// What holds for every answer.
fn check(status: StatusCode, body: &Value) {
    assert!(status.as_u16() < 500 || status == StatusCode::NOT_IMPLEMENTED, "{status}: {body}");
    for member in ["code", "message", "requestId"] {
        assert!(body[member].is_string(), "{status}: {body}");
    }
    if body["code"] == "INVALID_PARAMETERS" {
        let faults = body["data"]["errors"].as_array().expect("all faults are listed");
        let told = |fault: &Value, member: &str| fault[member].as_str().is_some_and(|text| !text.is_empty());
        assert!(
            !faults.is_empty() && faults.iter().all(|it| told(it, "parameter") && told(it, "detail")),
            "{body}"
        );
    }
}
