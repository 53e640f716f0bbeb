//! `sahod replay`: serves a recorded session again.

use std::{path::PathBuf, time::Duration};

use sahod_api::{Front, Hosts};
use sahod_model::{ExposeSecret as _, SystemClock, SystemRandom, WebhookUrl};
use sahod_outbound::{HttpClient, HttpClientConfig};
use sahod_recorder::{Replayer, WebhookReceiver};
use serde::Serialize;
use tokio::sync::watch;

use crate::{
    command::{
        client::SecretText,
        suite::{SuiteArguments, print},
    },
    config::{Config, LogFormat},
    failure::Failure,
    limits::connections,
    listen::{self, Served, Stage},
    run::start_log,
    stop::{Parent, Signals},
};

/// Running answers may take so long after the stop.
const GRACE: Duration = Duration::from_secs(1);
/// A recorded session takes any key pair.
const ANY_KEY: &str = "key-recorded";
const ANY_SECRET: &str = "recorded";

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// What `sahod sandbox --record` wrote.
    file: PathBuf,
    #[command(flatten)]
    suite: SuiteArguments,
    /// Where to post webhooks. Left out: where the first `POST /v1/webhooks` says, with the secret that it says.
    #[arg(long, value_name = "URL")]
    forward_to: Option<WebhookUrl>,
    /// What signs them there. Left out: a secret is made and printed.
    #[arg(long, value_name = "SECRET", env = "SAHOD_WEBHOOK_SECRET", hide_env_values = true)]
    signed_with: Option<SecretText>,
}

/// The line that says ready: that of `sahod sandbox`, as far as it applies.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Ready {
    version: &'static str,
    url: String,
    sandbox_url: String,
    link_sandbox_url: String,
    web_url: String,
    api_key: &'static str,
    api_secret: &'static str,
    webhook_secret: String,
    signature_header: &'static str,
}

pub(super) async fn run(arguments: Arguments) -> Result<(), Failure> {
    let mut parent = arguments.suite.parent()?;
    let mut config = Config::default();
    config.log.format = LogFormat::Text;
    config.log.filter.clone_from(&arguments.suite.log);
    start_log(&config)?;
    let mut signals = Signals::catch()?;
    let listener = arguments.suite.listen()?;
    let url = format!("http://{}", listener.local_addr()?);

    let secret = match arguments.signed_with {
        Some(secret) => secret.for_webhooks()?,
        None => sahod_webhooks::new_secret(&SystemRandom),
    };
    let receiver = arguments.forward_to.map(|url| WebhookReceiver { url, secret: secret.clone() });
    let replayer = Replayer::load(&arguments.file, &url, receiver)
        .map_err(|error| format!("cannot replay {}: {error}", arguments.file.display()))?;
    // The receivers are on this machine, as they were when they were recorded.
    let http =
        HttpClient::new(HttpClientConfig { allow_private_networks: true, ..HttpClientConfig::default() })?;
    let stage = watch::Sender::new(Stage::Open);
    let front = Front { hosts: Hosts::own([]), encrypted_only_s: None };
    let served = Served {
        tls: None,
        router: front.before(replayer.router()),
        connections: connections(&config),
        stage: stage.subscribe(),
        grace: GRACE,
    };
    let mut serving = tokio::spawn(listen::serve(listener, served));
    let sending = tokio::spawn(async move { replayer.send_webhooks(&http, &SystemClock).await });

    Parent::check(parent.as_mut())?;
    print(&Ready {
        version: env!("CARGO_PKG_VERSION"),
        sandbox_url: format!("{url}/sandbox/v1"),
        link_sandbox_url: format!("{url}/link-sandbox/v1"),
        web_url: format!("{url}/web"),
        api_key: ANY_KEY,
        api_secret: ANY_SECRET,
        webhook_secret: secret.expose_secret().to_owned(),
        signature_header: sahod_webhooks::SIGNATURE_HEADER,
        url,
    })?;
    tokio::select! {
        () = signals.received() => {}
        () = Parent::gone(parent) => {}
        ended = &mut serving => return ended?,
    }
    sending.abort();
    stage.send_replace(Stage::Closed);
    serving.await?
}
