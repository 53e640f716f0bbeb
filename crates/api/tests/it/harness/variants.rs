//! The same installation, served otherwise: with other limits, at other addresses, with other keys.

use std::{
    num::NonZeroU32,
    path::Path,
    sync::{Arc, mpsc},
    time::Duration,
};

use sahod_api::{ApiConfig, BodyLimits, PublicUrls, Rate, RateLimitConfig, Readiness, TurnLimits};
use sahod_app::{App, LoginKeys};
use sahod_model::Clock;
use sahod_store::testing::open_store;
use sahod_vault::RsaKeys;

use super::{Client, World, keys::rsa_keys};

impl World {
    /// The same installation with that rate limit, nothing counted yet.
    pub(crate) fn limited(&self, burst: u32) -> Client {
        let mut config = api_config();
        config.rate_limit.open.burst = NonZeroU32::new(burst).unwrap();
        self.configured(&config)
    }

    /// The same installation with little time for a request.
    pub(crate) fn impatient(&self) -> Client {
        let mut config = api_config();
        (config.turns.timeout, config.bodies.window) =
            (Duration::from_millis(100), Duration::from_millis(100));
        self.configured(&config)
    }

    /// The same installation with so few hands, of which one address may have so many. What makes a link token takes as long as
    /// the second value lives.
    pub(crate) fn small(&self, at_once: usize, of_one: usize) -> (Client, mpsc::Sender<()>) {
        let mut config = api_config();
        (config.turns.at_once, config.turns.at_once_of_one) = (at_once, of_one);
        let (busy, done) = mpsc::channel();
        let keys = LoginKeys::start(move || {
            let _ = done.recv();
            Ok(rsa_keys())
        });
        (Client::new(sahod_api::router(&self.node(keys), &config), "sandbox"), busy)
    }

    /// The same installation where browsers, and what people type, are limited to so many at once.
    pub(crate) fn with_limits(&self, browsers: u32, forms: u32, session_forms: u32) -> Client {
        let rate = |burst| Rate { burst: NonZeroU32::new(burst).unwrap(), ..RATE };
        let mut config = api_config();
        let limits = &mut config.rate_limit;
        (limits.browsers, limits.forms, limits.session_forms) =
            (rate(browsers), rate(forms), rate(session_forms));
        self.configured(&config)
    }

    /// The same installation with its docs at that address.
    pub(crate) fn with_docs_at(&self, url: &str) -> Client {
        let urls = PublicUrls { docs: url.to_owned(), ..PublicUrls::default() };
        self.configured(&ApiConfig { urls, ..api_config() })
    }

    /// The same installation below a domain of its own, and a host there.
    pub(crate) fn at_host(&self, domain: &str, host: &'static str) -> Client {
        self.configured(&ApiConfig { base_domain: Some(domain.to_owned()), ..api_config() }).with_host(host)
    }

    fn configured(&self, config: &ApiConfig) -> Client {
        Client::new(sahod_api::router(&self.app, config), "sandbox")
    }

    /// The same installation, but its RSA keys could not be made.
    pub(crate) fn without_login_keys(&self) -> Client {
        let folder = Path::new("/nowhere");
        let master = self.master.clone();
        let keys =
            LoginKeys::start(move || RsaKeys::load_or_create(folder, &master, &sahod_model::SystemRandom));
        Client::new(sahod_api::router(&self.node(keys), &api_config()), "sandbox")
    }

    /// Another server process on the same database, and its Link API.
    pub(crate) fn another_node(&self) -> (App, Client) {
        let app = self.node(LoginKeys::start(|| Ok(rsa_keys())));
        let surfaces = sahod_api::router(&app, &api_config());
        (app, Client::new(surfaces, "link-sandbox"))
    }

    /// The Open API for Acme in sandbox mode at another server process, which has nothing in common with this one but databases
    /// and files.
    pub(crate) async fn at_another_process(&self) -> Client {
        let clock: Arc<dyn Clock> = Arc::clone(&self.clock) as Arc<dyn Clock>;
        let store = open_store(&self.config, &self.master, clock, Arc::clone(&self.random)).await;
        let app = self.node_over(&store.unwrap(), LoginKeys::start(|| Ok(rsa_keys())));
        let (key, secret) = &self.acme.sandbox;
        Client::new(sahod_api::router(&app, &api_config()), "sandbox").basic(key, secret)
    }
}

/// One comes back each second: slow enough that none does while a test counts.
const RATE: Rate = Rate { per_second: NonZeroU32::MIN, burst: NonZeroU32::new(1_000_000).unwrap() };

pub(super) fn api_config() -> ApiConfig {
    ApiConfig {
        base_domain: None,
        urls: PublicUrls::default(),
        rate_limit: RateLimitConfig {
            open: RATE,
            browsers: RATE,
            forms: RATE,
            session_forms: RATE,
            trusted_proxies: 0,
        },
        turns: TurnLimits { timeout: Duration::from_secs(30), at_once: 1_000, at_once_of_one: 1_000 },
        bodies: BodyLimits::default(),
        readiness: Readiness::default(),
    }
}
