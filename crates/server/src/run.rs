//! Wires the rooms together and runs them until the stop.

use std::{
    io::IsTerminal as _,
    net::{SocketAddr, TcpListener},
    path::Path,
    sync::Arc,
    time::Duration,
};

use axum::Router;
use axum_server::Handle;
use sahod_api::{ApiConfig, PublicUrls, RateLimitConfig};
use sahod_app::{
    App, AppConfig, ConsentConfig, Courier, DataSources, DeliveryConfig, LinkLimits, LoginKeys, Services,
};
use sahod_jobs::WorkerConfig;
use sahod_model::{Clock, Random, SystemClock, SystemRandom};
use sahod_outbound::{FileStore, HttpClient, Mailer};
use sahod_sandbox::{Pace, Sleeper, async_trait};
use sahod_store::{DatabaseUrl, Store, StoreConfig};
use sahod_vault::{MasterKey, RsaKeys};
use sahod_webhooks::RetryPolicy;
use tokio::{
    sync::watch,
    task::{JoinHandle, JoinSet},
};

use crate::{
    config::{Config, ConfigFile, LogFormat},
    failure::Failure,
    listen,
    stop::Signals,
    tls,
    urls::public_urls,
};

/// Sends log lines to standard error.
pub(crate) fn start_log(config: &Config) -> Result<(), Failure> {
    let filter = tracing_subscriber::EnvFilter::try_new(&config.log.filter)
        .map_err(|error| format!("log.filter is not a filter: {error}"))?;
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        // Colours are for people, not for files.
        .with_ansi(std::io::stderr().is_terminal());
    match config.log.format {
        LogFormat::Json => log.json().init(),
        LogFormat::Text => log.init(),
    }
    Ok(())
}

/// What the use cases stand on beside the database.
pub(crate) struct Ground {
    /// Wraps every data key.
    pub(crate) master: MasterKey,
    /// The RSA keys.
    pub(crate) login_keys: LoginKeys,
    /// The way out.
    pub(crate) http: HttpClient,
    /// Where files are kept.
    pub(crate) files: FileStore,
}

impl Ground {
    /// What lasts: keys and files are where the config says.
    fn lasting(config: &Config) -> Result<Self, Failure> {
        let keys_dir = Path::new(&config.storage.keys_dir).to_owned();
        make_private_folder(&keys_dir)?;
        let master = MasterKey::load_or_create(&keys_dir.join("master.key"), &SystemRandom)?;
        let login_keys = LoginKeys::start({
            let master = master.clone();
            move || RsaKeys::load_or_create(&keys_dir, &master, &SystemRandom)
        });
        let (http, files) = (HttpClient::new(config.outbound.clone())?, FileStore::open(&config.files)?);
        Ok(Self { master, login_keys, http, files })
    }

    /// What ends with the process: keys and files are in memory only.
    pub(crate) fn passing(http: HttpClient) -> Self {
        let random: &dyn Random = &SystemRandom;
        Self {
            master: MasterKey::from_bytes(random.array()),
            login_keys: LoginKeys::start(RsaKeys::passing),
            http,
            files: FileStore::in_memory(),
        }
    }
}

/// The use cases over the config's storage, without anything running yet.
pub(crate) async fn open(config: &Config, urls: &PublicUrls) -> Result<App, Failure> {
    open_on(Ground::lasting(config)?, config, urls).await
}

/// The same with keys and files that are elsewhere than the config says.
pub(crate) async fn open_on(ground: Ground, config: &Config, urls: &PublicUrls) -> Result<App, Failure> {
    let random: Arc<dyn Random> = Arc::new(SystemRandom);
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let Ground { master, login_keys, http, files } = ground;
    let store =
        Store::open(&store_config(config)?, master.clone(), Arc::clone(&clock), Arc::clone(&random)).await?;
    let pace = Pace::new(
        Duration::from_millis(config.sandbox.shortest_step_ms),
        Duration::from_millis(config.sandbox.longest_step_ms),
        Arc::new(RealSleeper),
    )
    .resending_after(Duration::from_secs(config.sandbox.resend_after_s));
    let services = Services {
        store,
        data_sources: DataSources::new(pace)?,
        login_keys,
        http,
        files,
        mailer: Mailer::new(&config.mail)?,
        clock,
        random,
        config: app_config(config, urls),
    };
    Ok(App::new(services, &master))
}

/// The use cases over the storage of a config file, for a command that does one thing.
pub(crate) async fn installation(file: &ConfigFile) -> Result<App, Failure> {
    let config = file.load()?;
    let address = config.server.listen.parse()?;
    open(&config, &urls(&config, address)).await
}

/// A running installation.
pub(crate) struct Installation {
    signals: Signals,
    app: App,
    stop: watch::Sender<bool>,
    handle: Handle<SocketAddr>,
    tasks: JoinSet<Result<(), Failure>>,
    /// Writes the requests log; stopped when everything else has ended.
    log_writer: (watch::Sender<bool>, JoinHandle<()>),
    grace: Duration,
}

impl Installation {
    /// Starts serving and working. What is served passes through `around`.
    pub(crate) async fn start(
        config: &Config,
        app: &App,
        urls: PublicUrls,
        listener: TcpListener,
        around: impl FnOnce(Router) -> Router,
    ) -> Result<Self, Failure> {
        // Before anybody is told that it runs: from now on a signal means an orderly end.
        let signals = Signals::catch()?;
        let tls = tls::load(config).await?;
        let (stop, stopped) = watch::channel(false);
        let grace = Duration::from_millis(config.server.grace_ms);
        let (stop_log, log_stopped) = watch::channel(false);
        let log_writer = (stop_log, tokio::spawn(app.requests.clone().write_requests(log_stopped)));
        let mut installation = Self {
            signals,
            app: app.clone(),
            stop,
            handle: Handle::new(),
            tasks: JoinSet::new(),
            log_writer,
            grace,
        };

        let base_domain = &config.server.base_domain;
        let api = ApiConfig {
            base_domain: (!base_domain.is_empty()).then(|| base_domain.clone()),
            urls,
            rate_limit: RateLimitConfig {
                per_second: config.rate_limit.per_second,
                burst: config.rate_limit.burst,
                trusted_proxies: config.rate_limit.trusted_proxies,
            },
            timeout: Duration::from_millis(config.server.timeout_ms),
            max_requests: config.server.max_requests,
        };
        let router = around(Router::new().fallback_service(sahod_api::router(app, &api)));
        let handle = installation.handle.clone();
        installation.tasks.spawn(listen::serve(listener, tls, router, handle));

        // SQLite has one process; on PostgreSQL another node may be working on what looks unfinished.
        let alone = matches!(config.storage.database_url.parse(), Ok(DatabaseUrl::Sqlite(_)));
        if alone {
            app.upkeep.take_back().await?;
        }
        app.upkeep.start_sweeping().await?;
        let worker = app.worker(WorkerConfig {
            concurrency: config.jobs.concurrency,
            grace,
            ..WorkerConfig::default()
        });
        let worker_stopped = stopped.clone();
        installation.tasks.spawn(async move {
            worker.run(worker_stopped).await;
            Ok(())
        });
        let (courier, courier_stopped) = (Courier::new(app.delivery.clone()), stopped.clone());
        installation.tasks.spawn(async move {
            courier.run(courier_stopped).await;
            Ok(())
        });
        let recovering = app.linking.clone();
        installation.tasks.spawn(async move {
            recovering.end_abandoned_links(alone, stopped).await;
            Ok(())
        });
        Ok(installation)
    }

    /// Serves something else beside the surfaces, such as the demo page.
    pub(crate) fn serve_too(&mut self, listener: TcpListener, router: Router) {
        let handle = self.handle.clone();
        self.tasks.spawn(listen::serve(listener, None, router, handle));
    }

    /// Runs until a signal to stop comes or a part fails, then ends in order. `on_stop` ends what was served too.
    pub(crate) async fn run(self, on_stop: impl FnOnce()) -> Result<(), Failure> {
        self.run_until(std::future::pending(), on_stop).await
    }

    /// The same, or until `over`.
    pub(crate) async fn run_until(
        mut self,
        over: impl Future<Output = ()>,
        on_stop: impl FnOnce(),
    ) -> Result<(), Failure> {
        let result = tokio::select! {
            () = self.signals.received() => Ok(()),
            () = over => Ok(()),
            ended = self.tasks.join_next() => match ended {
                Some(Ok(Err(error))) => Err(error),
                Some(Err(error)) => Err(error.into()),
                Some(Ok(Ok(()))) | None => Ok(()),
            },
        };
        self.stop.send_replace(true);
        on_stop();
        self.handle.graceful_shutdown(Some(self.grace));
        self.app.delivery.stop_waiting();
        self.app.linking.stop_links().await;
        while self.tasks.join_next().await.is_some() {}
        let (stop_log, log_writer) = self.log_writer;
        stop_log.send_replace(true);
        log_writer.await?;
        result
    }
}

/// The public addresses by the config, for a server that listens at `address`.
pub(crate) fn urls(config: &Config, address: SocketAddr) -> PublicUrls {
    let server = &config.server;
    let root = if server.public_url.is_empty() {
        let encrypted = config.tls.self_signed || !config.tls.certificate.is_empty();
        let scheme = if encrypted { "https" } else { "http" };
        let host = if server.base_domain.is_empty() { "localhost" } else { &server.base_domain };
        format!("{scheme}://{host}:{}", address.port())
    } else {
        server.public_url.clone()
    };
    let base_domain = (!server.base_domain.is_empty()).then_some(server.base_domain.as_str());
    public_urls(&root, base_domain)
}

fn store_config(config: &Config) -> Result<StoreConfig, Failure> {
    let storage = &config.storage;
    let database: DatabaseUrl = storage.database_url.parse()?;
    let keyring = if storage.keyring_url.is_empty() { &storage.database_url } else { &storage.keyring_url };
    Ok(StoreConfig { database, keyring: keyring.parse()? })
}

fn app_config(config: &Config, urls: &PublicUrls) -> AppConfig {
    AppConfig {
        web_url: urls.web.clone(),
        sandbox_url: urls.sandbox.clone(),
        production_url: urls.open.clone(),
        link_sandbox_url: urls.link_sandbox.clone(),
        link_url: urls.link.clone(),
        user_url: urls.user.clone(),
        token_lifetime: Duration::from_secs(config.links.token_lifetime_s),
        link_lifetime: Duration::from_secs(config.links.link_lifetime_s),
        max_links: config.links.max_at_once,
        link_limits: LinkLimits {
            at_once: config.links.max_of_person,
            per_session: config.links.max_of_session,
            new_accounts_a_day: config.links.new_accounts_a_day,
            wrong_sign_ins: config.links.wrong_sign_ins,
        },
        max_upload_bytes_a_day: config.uploads.max_bytes_a_day,
        consent: ConsentConfig {
            version: config.consent.version.clone(),
            purpose: config.consent.purpose.clone(),
            retention_days: config.consent.retention_days,
        },
        retry: RetryPolicy::new(&config.webhook_retry),
        deliveries: DeliveryConfig {
            per_webhook: config.webhooks.per_webhook,
            at_once: config.webhooks.at_once,
            switch_off_after: Duration::from_secs(config.webhooks.switch_off_after_s),
            grace: Duration::from_millis(config.server.grace_ms),
            ..DeliveryConfig::default()
        },
        ..AppConfig::default()
    }
}

/// A folder that only its owner may enter.
pub(crate) fn make_private_folder(folder: &Path) -> Result<(), Failure> {
    use std::os::unix::fs::DirBuilderExt as _;

    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
        .map_err(|error| format!("cannot make the folder {}: {error}", folder.display()).into())
}

/// Waits in real time.
struct RealSleeper;

#[async_trait]
impl Sleeper for RealSleeper {
    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}
