//! Opens what a config names: databases, keys and files, and the use cases over them.

use std::{path::Path, sync::Arc, time::Duration};

use sahod_api::PublicUrls;
use sahod_app::{
    App, AppConfig, ConsentConfig, DataSources, DeliveryConfig, LinkLimits, LoginKeys, Services,
};
use sahod_model::{Clock, Random, SystemClock, SystemRandom};
use sahod_outbound::{FileStore, HttpClient, Mailer};
use sahod_sandbox::{Pace, Sleeper, async_trait};
use sahod_store::{Databases, StoreConfig};
use sahod_vault::{MasterKey, RsaKeys};
use sahod_webhooks::RetryPolicy;

use crate::{
    config::{Config, ConfigFile},
    failure::Failure,
    run::start_log,
    urls::urls,
};

/// Where the keyring of a database on SQLite is when nobody says.
const KEYRING: &str = "sqlite:var/keyring.db";

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
