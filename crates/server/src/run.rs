//! Wires the rooms together and runs them until the stop.

use std::{
    io::IsTerminal as _,
    net::{SocketAddr, TcpListener},
    path::Path,
    sync::Arc,
    time::Duration,
};

use axum::Router;
use sahod_api::{ApiConfig, Front, Hosts, PublicUrls, Readiness};
use sahod_app::{
    Acting, App, AppConfig, ConsentConfig, Courier, DataSources, DeliveryConfig, LinkLimits, LoginKeys,
    Services,
};
use sahod_jobs::WorkerConfig;
use sahod_model::{Clock, Random, SystemClock, SystemRandom};
use sahod_outbound::{FileStore, HttpClient, Mailer};
use sahod_sandbox::{Pace, Sleeper, async_trait};
use sahod_store::{DatabaseUrl, Databases, StoreConfig};
use sahod_vault::{MasterKey, RsaKeys};
use sahod_webhooks::RetryPolicy;
use tokio::{
    sync::watch,
    task::{JoinHandle, JoinSet},
    time::sleep,
};

use crate::{
    config::{Config, ConfigFile, LogFormat},
    failure::Failure,
    limits::{body_limits, connections, encrypted_only, rate_limits, turn_limits},
    listen::{self, Connections, Served, Stage},
    stop::{Signals, Told},
    tls::{self, Encryption},
    urls::public_urls,
};

/// Where the keyring of a database on SQLite is when nobody says.
const KEYRING: &str = "sqlite:var/keyring.db";

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

/// What the use cases stand on beside the databases.
pub(crate) struct Ground {
    /// Wraps every data key.
    master: MasterKey,
    /// The RSA keys.
    login_keys: LoginKeys,
    /// The way out.
    http: HttpClient,
    /// Where files are kept.
    files: FileStore,
}

impl Ground {
    /// What lasts: keys and files are where the config says. A master key is made only where nothing was ever kept: a new key
    /// opens nothing that an older one sealed.
    async fn lasting(config: &Config, databases: &Databases) -> Result<Self, Failure> {
        let keys_dir = Path::new(&config.storage.keys_dir).to_owned();
        make_private_folder(&keys_dir)?;
        sahod_vault::check_private_folder(&keys_dir)?;
        let file = keys_dir.join("master.key");
        let master = if file.exists() {
            MasterKey::load(&file)?
        } else if databases.are_new().await? {
            MasterKey::load_or_create(&file, &SystemRandom)?
        } else {
            return Err(format!(
                "there is no master key at {}, and the database has data that only its own key opens: is storage.keys_dir \
                 right, and is it mounted? Every process on one database needs the same master.key; no new one is made",
                file.display()
            )
            .into());
        };
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
    let databases = databases(config).await?;
    let ground = Ground::lasting(config, &databases).await?;
    open_over(databases, ground, config, urls).await
}

/// The same with keys and files that are elsewhere than the config says.
pub(crate) async fn open_on(ground: Ground, config: &Config, urls: &PublicUrls) -> Result<App, Failure> {
    open_over(databases(config).await?, ground, config, urls).await
}

async fn databases(config: &Config) -> Result<Databases, Failure> {
    Ok(Databases::open(&store_config(config)?, Arc::new(SystemClock)).await?)
}

async fn open_over(
    databases: Databases,
    ground: Ground,
    config: &Config,
    urls: &PublicUrls,
) -> Result<App, Failure> {
    let random: Arc<dyn Random> = Arc::new(SystemRandom);
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let Ground { master, login_keys, http, files } = ground;
    let store = databases.unlock(&master, Arc::clone(&random)).await?;
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
    start_log(&config)?;
    let address = config.server.listen.parse()?;
    open(&config, &urls(&config, address)).await
}

/// A running installation.
pub(crate) struct Installation {
    signals: Signals,
    app: App,
    stop: watch::Sender<bool>,
    stage: watch::Sender<Stage>,
    readiness: Readiness,
    connections: Connections,
    front: Front,
    tls: Option<Encryption>,
    tasks: JoinSet<Result<(), Failure>>,
    /// Writes the requests log; stopped when everything else has ended.
    log_writer: (watch::Sender<bool>, JoinHandle<()>),
    drain: Duration,
    grace: Duration,
}

impl Installation {
    /// Starts serving and working, for whoever calls it by one of those names. What is served passes through `around`.
    pub(crate) async fn start(
        config: &Config,
        app: &App,
        urls: PublicUrls,
        listener: TcpListener,
        hosts: Hosts,
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
            stage: watch::Sender::new(Stage::Open),
            readiness: Readiness::default(),
            connections: connections(config),
            front: Front { hosts, encrypted_only_s: encrypted_only(config, &urls) },
            tls: tls.clone(),
            tasks: JoinSet::new(),
            log_writer,
            drain: Duration::from_millis(config.server.drain_ms),
            grace,
        };

        let base_domain = &config.server.base_domain;
        let api = ApiConfig {
            base_domain: (!base_domain.is_empty()).then(|| base_domain.clone()),
            urls,
            rate_limit: rate_limits(config),
            turns: turn_limits(config),
            bodies: body_limits(config),
            readiness: installation.readiness.clone(),
        };
        let router = around(Router::new().fallback_service(sahod_api::router(app, &api)));
        installation.serve(listener, tls.clone(), router);
        if let Some(tls) = tls {
            let (files, mut stopped) = (tls.follow_files(), stopped.clone());
            installation.tasks.spawn(async move {
                tokio::select! {
                    () = files => {}
                    _ = stopped.wait_for(|stopped| *stopped) => {}
                }
                Ok(())
            });
        }

        // SQLite has one process; on PostgreSQL another node may be working on what looks unfinished.
        let alone = matches!(config.storage.database_url.parse(), Ok(DatabaseUrl::Sqlite(_)));
        if alone {
            app.upkeep.take_back().await?;
        }
        let last_seen = app.upkeep.begin().await?;
        app.sharing.finish_revokes_since(&Acting::operator(), last_seen).await?;
        app.upkeep.start_sweeping().await?;
        app.sharing.start_erasing_idle_users().await?;
        let (upkeep, upkeep_stopped) = (app.upkeep.clone(), stopped.clone());
        installation.tasks.spawn(async move {
            upkeep.watch_time(upkeep_stopped).await;
            Ok(())
        });
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
        self.serve(listener, None, router);
    }

    fn serve(&mut self, listener: TcpListener, tls: Option<Encryption>, router: Router) {
        let served = Served {
            tls,
            router: self.front.before(router),
            connections: self.connections.clone(),
            stage: self.stage.subscribe(),
            grace: self.grace,
        };
        self.tasks.spawn(listen::serve(listener, served));
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
        let mut over = std::pin::pin!(over);
        let result = loop {
            tokio::select! {
                told = self.signals.told() => match told {
                    Told::Reload => self.reload(),
                    Told::Interrupt => break Ok(()),
                    Told::Terminate => {
                        self.drain().await;
                        break Ok(());
                    }
                },
                () = &mut over => break Ok(()),
                ended = self.tasks.join_next() => break match ended {
                    Some(Ok(Err(error))) => Err(error),
                    Some(Err(error)) => Err(error.into()),
                    Some(Ok(Ok(()))) | None => Ok(()),
                },
            }
        };
        tracing::info!("stopping");
        self.readiness.leave();
        self.stage.send_replace(Stage::Closed);
        self.stop.send_replace(true);
        on_stop();
        self.app.delivery.stop_waiting();
        self.app.linking.stop_links().await;
        while self.tasks.join_next().await.is_some() {}
        let (stop_log, log_writer) = self.log_writer;
        stop_log.send_replace(true);
        log_writer.await?;
        result
    }
}

impl Installation {
    /// Serves on, and lets everybody know that it will not for long: balancers by `/readyz`, clients by their answers. A second
    /// signal is enough of that.
    async fn drain(&mut self) {
        self.readiness.leave();
        self.stage.send_replace(Stage::Leaving);
        tokio::select! {
            () = sleep(self.drain) => {}
            () = self.signals.received() => {}
        }
    }

    /// Reads anew what may have changed.
    fn reload(&self) {
        if let Some(tls) = &self.tls {
            tls.reload();
        } else {
            tracing::info!("there is nothing to read anew: connections are not encrypted here");
        }
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

/// Where the config has the data and the keyring.
pub(crate) fn store_config(config: &Config) -> Result<StoreConfig, Failure> {
    let storage = &config.storage;
    let keyring = if storage.keyring_url.is_empty() { KEYRING } else { &storage.keyring_url };
    Ok(StoreConfig { database: storage.database_url.parse()?, keyring: keyring.parse()? })
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
            idle_user_days: config.consent.idle_user_days,
        },
        retry: RetryPolicy::new(&config.webhook_retry),
        deliveries: DeliveryConfig {
            per_webhook: config.webhooks.per_webhook,
            at_once: config.webhooks.at_once,
            per_tenant: config.webhooks.per_tenant,
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
