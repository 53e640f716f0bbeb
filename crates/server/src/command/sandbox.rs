//! `sahod sandbox`: a sandbox for test suites. It needs nothing, leaves nothing, and ends with whoever started it.

use std::{convert::identity, num::NonZeroU32};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use sahod_api::PublicUrls;
use sahod_model::{ExposeSecret as _, Mode, Random, SystemRandom, TenantId};
use sahod_outbound::HttpClient;
use serde::Serialize;

use crate::{
    command::Failure,
    config::{Config, LogFormat},
    listen,
    run::{Ground, Installation, open_on, start_log, urls},
    scratch::Scratch,
    stop::Parent,
};

const TENANT: &str = "sandbox";
const ORGANISATION: &str = "Sandbox Lending";
/// A test suite asks as often as it likes.
const NO_LIMIT: NonZeroU32 = NonZeroU32::new(1_000_000).unwrap();
/// How long the source takes for a step: the suite waits for it.
const STEP_MS: (u64, u64) = (10, 40);
/// Whoever started it waits for its end.
const GRACE_MS: u64 = 2_000;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Port on 127.0.0.1; 0 for a free one.
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// Goes on when whoever started it ends or closes its standard input; SIGTERM and SIGINT end it.
    #[arg(long)]
    keep: bool,
    /// What to log on standard error, such as `info`.
    #[arg(long, value_name = "FILTER", default_value = "warn")]
    log: String,
}

/// The line that says ready.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Ready {
    version: &'static str,
    url: String,
    sandbox_url: String,
    link_sandbox_url: String,
    web_url: String,
    user_url: String,
    docs_url: String,
    api_key: String,
    api_secret: String,
    webhook_secret: String,
    signature_header: &'static str,
}

impl Ready {
    fn new(root: String, urls: &PublicUrls, (api_key, api_secret): (String, String)) -> Self {
        Self {
            version: env!("CARGO_PKG_VERSION"),
            url: root,
            sandbox_url: format!("{}/v1", urls.sandbox),
            link_sandbox_url: format!("{}/v1", urls.link_sandbox),
            web_url: urls.web.clone(),
            user_url: urls.user.clone(),
            docs_url: urls.docs.clone(),
            api_key,
            api_secret,
            webhook_secret: new_webhook_secret(),
            signature_header: sahod_webhooks::SIGNATURE_HEADER,
        }
    }
}

/// A secret for webhooks that nobody has used before.
fn new_webhook_secret() -> String {
    format!("whsec_{}", STANDARD.encode((&SystemRandom as &dyn Random).array::<32>()))
}

pub(super) async fn run(arguments: Arguments) -> Result<(), Failure> {
    let parent = if arguments.keep { None } else { Some(Parent::watch()?) };
    let folder = Scratch::make()?;
    let listener = listen::bind(&format!("127.0.0.1:{}", arguments.port))?;
    let address = listener.local_addr()?;
    let root = format!("http://{address}");
    let config = config(&folder, &root, arguments.log);
    start_log(&config)?;
    let urls = urls(&config, address);

    let app = open_on(Ground::passing(HttpClient::new(config.outbound.clone())?), &config, &urls).await?;
    let tenant: TenantId = TENANT.parse()?;
    app.ensure_tenant(&tenant, ORGANISATION).await?;
    let pair = app.create_api_key(&tenant, Mode::Sandbox, "sahod sandbox", None).await?;
    let installation = Installation::start(&config, &app, urls.clone(), listener, identity).await?;
    // Ready is who need not be waited for any more.
    app.login_keys.get().await?;
    drop(app);

    let pair = (pair.key.to_string(), pair.secret.expose_secret().to_owned());
    print(&Ready::new(root, &urls, pair))?;
    let over = async {
        match parent {
            Some(parent) => parent.gone().await,
            None => std::future::pending().await,
        }
    };
    installation.run_until(over, || ()).await?;
    Ok(folder.remove()?)
}

/// What a config would say. Neither a file nor the environment does: a test suite is to find the same everywhere.
fn config(folder: &Scratch, root: &str, log: String) -> Config {
    let mut config = Config::default();
    config.server.public_url = root.to_owned();
    config.server.grace_ms = GRACE_MS;
    config.storage.database_url = format!("sqlite:{}", folder.path().join("sahod.db").display());
    config.storage.keyring_url = format!("sqlite:{}", folder.path().join("keyring.db").display());
    config.rate_limit.per_second = NO_LIMIT;
    config.rate_limit.burst = NO_LIMIT;
    (config.sandbox.shortest_step_ms, config.sandbox.longest_step_ms) = STEP_MS;
    // The suite's webhook receivers are on this machine.
    config.outbound.allow_private_networks = true;
    config.log.format = LogFormat::Text;
    config.log.filter = log;
    config
}

#[expect(clippy::print_stdout, reason = "whoever started it reads this line")]
fn print(ready: &impl Serialize) -> Result<(), Failure> {
    println!("{}", serde_json::to_string(ready)?);
    Ok(())
}
