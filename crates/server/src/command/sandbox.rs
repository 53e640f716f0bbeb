//! `sahod sandbox`: a sandbox for test suites. It needs nothing, leaves nothing, and ends with whoever started it.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use sahod_api::PublicUrls;
use sahod_app::{Acting, KeyPurpose};
use sahod_model::{ExposeSecret as _, Mode, SystemClock, SystemRandom, TenantId};
use sahod_outbound::HttpClient;
use sahod_recorder::Recorder;
use serde::Serialize;

use crate::{
    command::suite::{SuiteArguments, print},
    config::{Config, LogFormat, RateLimit},
    failure::Failure,
    limits::own_hosts,
    listen,
    open::{Ground, open_on},
    run::{Installation, start_log},
    scratch::Scratch,
    stop::Parent,
    urls::urls,
};

const TENANT: &str = "sandbox";
const ORGANISATION: &str = "Sandbox Lending";
/// How long the source takes for a step: the suite waits for it.
const STEP_MS: (u64, u64) = (10, 40);
/// And until a code can be sent again.
const RESEND_AFTER_S: u64 = 1;
/// Whoever started it waits for its end.
const GRACE_MS: u64 = 2_000;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    suite: SuiteArguments,
    /// Records the session in that file, which must not be there yet; `sahod replay` serves it again.
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,
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
            webhook_secret: sahod_webhooks::new_secret(&SystemRandom).expose_secret().to_owned(),
            signature_header: sahod_webhooks::SIGNATURE_HEADER,
        }
    }
}

pub(super) async fn run(arguments: Arguments) -> Result<(), Failure> {
    let mut parent = arguments.suite.parent()?;
    let folder = Scratch::make()?;
    let listener = arguments.suite.listen()?;
    let address = listener.local_addr()?;
    let root = format!("http://{address}");
    let config = config(&folder, &root, arguments.suite.log);
    start_log(&config)?;
    listen::raise_limit();
    let urls = urls(&config, address);

    let mut http = HttpClient::new(config.outbound.clone())?;
    let recorder = match &arguments.record {
        Some(file) => Some(begin_recording(file, &root)?),
        None => None,
    };
    if let Some(recorder) = &recorder {
        http = http.observed_by(Arc::new(recorder.clone()));
    }
    let app = open_on(Ground::passing(http), &config, &urls).await?;
    let tenant: TenantId = TENANT.parse()?;
    app.organisations.ensure_tenant(&Acting::operator(), &tenant, ORGANISATION).await?;
    let purpose = KeyPurpose::everything("sahod sandbox");
    let pair = app.organisations.create_api_key(&Acting::operator(), &tenant, Mode::Sandbox, purpose).await?;
    let around = |surfaces| match &recorder {
        Some(recorder) => recorder.around(surfaces),
        None => surfaces,
    };
    let hosts = own_hosts(&config);
    let installation = Installation::start(&config, &app, urls.clone(), listener, hosts, around).await?;
    // Ready is who need not be waited for any more.
    app.people.encryption_key().await?;
    drop(app);

    Parent::check(parent.as_mut())?;
    let pair = (pair.key.to_string(), pair.secret.expose_secret().to_owned());
    print(&Ready::new(root, &urls, pair))?;
    installation.run_until(Parent::gone(parent), || ()).await?;
    if let Some(recorder) = recorder {
        recorder.finish().map_err(|error| format!("the recording is not whole: {error}"))?;
    }
    Ok(folder.remove()?)
}

fn begin_recording(file: &Path, root: &str) -> Result<Recorder, Failure> {
    Recorder::create(file, root, Arc::new(SystemClock))
        .map_err(|error| format!("cannot record in {}: {error}", file.display()).into())
}

/// What a config would say. Neither a file nor the environment does: a test suite is to find the same everywhere.
fn config(folder: &Scratch, root: &str, log: String) -> Config {
    let mut config = Config::default();
    root.clone_into(&mut config.server.public_url);
    config.server.drain_ms = 0;
    config.server.grace_ms = GRACE_MS;
    config.storage.database_url = format!("sqlite:{}", folder.path().join("sahod.db").display());
    config.storage.keyring_url = format!("sqlite:{}", folder.path().join("keyring.db").display());
    // A test suite asks as often as it likes.
    config.rate_limit = RateLimit::unlimited();
    (config.sandbox.shortest_step_ms, config.sandbox.longest_step_ms) = STEP_MS;
    config.sandbox.resend_after_s = RESEND_AFTER_S;
    // The suite's webhook receivers are on this machine.
    config.outbound.allow_private_networks = true;
    config.log.format = LogFormat::Text;
    config.log.filter = log;
    config
}
