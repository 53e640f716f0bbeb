//! `sahod dev`: everything that an integrating developer needs, in one process.

use std::{
    convert::identity,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use sahod_api::PublicUrls;
use sahod_app::{Acting, App, KeyPurpose};
use sahod_demo::{Demo, DemoConfig};
use sahod_model::{ExposeSecret, Mode, SystemClock, SystemRandom, TenantId};
use serde::Serialize;

use crate::{
    config::{Config, Layers, LogFormat},
    failure::Failure,
    limits::own_hosts,
    listen,
    open::{make_private_folder, open},
    run::{Installation, start_log},
    stop::terminal_closed,
    urls::urls,
};

const TENANT: &str = "demo";
const ORGANISATION: &str = "Demo Lending";
/// The demo makes itself a key at each start, as its secret is kept nowhere.
const DEMO_KEY_LIFETIME: Duration = Duration::from_hours(30 * 24);

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Folder for the data and the keys.
    #[arg(long, value_name = "DIR", default_value = "var")]
    data: PathBuf,
    /// Port of the surfaces; the demo page gets the next one. 0 for free ports.
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Prints one JSON line with all addresses and a new key pair for each mode when ready, for scripts.
    #[arg(long)]
    json: bool,
}

/// Where everything is.
#[derive(Serialize)]
#[expect(clippy::struct_field_names, reason = "scripts read these names")]
#[serde(rename_all = "camelCase")]
struct Addresses {
    sandbox_url: String,
    open_url: String,
    link_sandbox_url: String,
    link_url: String,
    web_url: String,
    user_url: String,
    portal_url: String,
    docs_url: String,
    demo_url: String,
}

impl Addresses {
    fn new(urls: &PublicUrls, demo_url: String) -> Self {
        Self {
            sandbox_url: format!("{}/v1", urls.sandbox),
            open_url: format!("{}/v1", urls.open),
            link_sandbox_url: format!("{}/v1", urls.link_sandbox),
            link_url: format!("{}/v1", urls.link),
            web_url: urls.web.clone(),
            user_url: urls.user.clone(),
            portal_url: urls.portal.clone(),
            docs_url: urls.docs.clone(),
            demo_url,
        }
    }
}

/// A key pair for each mode.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Keys {
    api_key: String,
    api_secret: String,
    production_api_key: String,
    production_api_secret: String,
}

impl Keys {
    async fn make(app: &App, tenant: &TenantId) -> Result<Self, Failure> {
        let make = async |mode| {
            let purpose = KeyPurpose::everything("sahod dev");
            app.organisations.create_api_key(&Acting::operator(), tenant, mode, purpose).await
        };
        let (sandbox, production) = (make(Mode::Sandbox).await?, make(Mode::Production).await?);
        Ok(Self {
            api_key: sandbox.key.to_string(),
            api_secret: sandbox.secret.expose_secret().to_owned(),
            production_api_key: production.key.to_string(),
            production_api_secret: production.secret.expose_secret().to_owned(),
        })
    }
}

pub(super) async fn run(arguments: Arguments) -> Result<(), Failure> {
    make_private_folder(&arguments.data)?;
    let config = Layers::over(&defaults(&arguments.data, arguments.port)).environment().config()?;
    if config.tls.self_signed || !config.tls.certificate.is_empty() {
        return Err(
            "`sahod dev` speaks plain HTTP, which browsers trust on localhost; use `sahod serve` for TLS"
                .into(),
        );
    }
    start_log(&config)?;
    listen::raise_limit();
    let listener = listen::bind(&config.server.listen)?;
    let address = listener.local_addr()?;
    let demo_port = if arguments.port == 0 { 0 } else { address.port().saturating_add(1) };
    let demo_listener = listen::bind(&format!("{}:{demo_port}", address.ip()))?;
    let demo_url = format!("http://localhost:{}", demo_listener.local_addr()?.port());
    let urls = urls(&config, address);

    let app = open(&config, &urls).await?;
    let (acting, tenant) = (Acting::operator(), TENANT.parse::<TenantId>()?);
    let first_start = app.organisations.ensure_tenant(&acting, &tenant, ORGANISATION).await?;
    let hosts = own_hosts(&config);
    let mut installation =
        Installation::start(&config, &app, urls.clone(), listener, hosts, identity).await?;

    let purpose = KeyPurpose { lifetime: Some(DEMO_KEY_LIFETIME), ..KeyPurpose::everything("demo page") };
    let demo_key = app.organisations.create_api_key(&acting, &tenant, Mode::Sandbox, purpose).await?;
    let demo = Demo::new(
        DemoConfig {
            // On this machine, wherever the public address may point.
            open_api_url: format!("http://{address}/sandbox/v1"),
            api_key: demo_key.key.to_string(),
            api_secret: demo_key.secret,
            web_url: urls.web.clone(),
            docs_url: urls.docs.clone(),
            demo_url: demo_url.clone(),
        },
        Arc::new(SystemClock),
        Arc::new(SystemRandom),
    )?;
    installation.serve_too(demo_listener, demo.router());
    demo.start().await?;

    let addresses = Addresses::new(&urls, demo_url);
    if arguments.json {
        print_json(&addresses, &Keys::make(&app, &tenant).await?)?;
    } else if first_start {
        print_text(&addresses, Some(&Keys::make(&app, &tenant).await?));
    } else {
        print_text(&addresses, None);
    }
    installation.run_until(terminal_closed(), || demo.stop()).await
}

/// What a config would say, for a machine of one's own.
fn defaults(data: &Path, port: u16) -> Config {
    let mut config = Config::default();
    config.server.listen = format!("127.0.0.1:{port}");
    // Nobody is to go elsewhere.
    config.server.drain_ms = 0;
    config.storage.database_url = format!("sqlite:{}", data.join("sahod.db").display());
    config.storage.keyring_url = format!("sqlite:{}", data.join("keyring.db").display());
    config.files.url = format!("file:{}", data.join("files").display());
    config.storage.keys_dir = data.join("keys").display().to_string();
    // The demo's webhook, and most developers' own, are on this machine.
    config.outbound.allow_private_networks = true;
    config.log.format = LogFormat::Text;
    config.log.filter = "warn".into();
    config
}

#[expect(clippy::print_stdout, reason = "scripts read this line")]
fn print_json(addresses: &Addresses, keys: &Keys) -> Result<(), Failure> {
    #[derive(Serialize)]
    struct Ready<'a> {
        #[serde(flatten)]
        addresses: &'a Addresses,
        #[serde(flatten)]
        keys: &'a Keys,
    }

    println!("{}", serde_json::to_string(&Ready { addresses, keys })?);
    Ok(())
}

#[expect(clippy::print_stdout, reason = "the person at the terminal is told where everything is")]
fn print_text(addresses: &Addresses, keys: Option<&Keys>) {
    println!(
        "Sahod is ready.

  Demo page        {demo}   <- start here

  Open API         {sandbox}   (sandbox)
                   {open}   (production)
  Link API         {link_sandbox}
  Widget           {web}/v2/smile.v2.js
  Docs             {docs}
  Portal           {portal}
  Hosted pages     {user}
",
        demo = addresses.demo_url,
        sandbox = addresses.sandbox_url,
        open = addresses.open_url,
        link_sandbox = addresses.link_sandbox_url,
        web = addresses.web_url,
        docs = addresses.docs_url,
        portal = addresses.portal_url,
        user = addresses.user_url,
    );
    match keys {
        Some(keys) => println!(
            "  Sandbox key      {}\n  Sandbox secret   {}\n\nThe secret is shown this once. Stop with Ctrl-C.",
            keys.api_key, keys.api_secret
        ),
        None => println!("The API secret was shown at the first start. Stop with Ctrl-C."),
    }
}
