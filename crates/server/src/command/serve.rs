//! `sahod serve`

use std::convert::identity;

use sahod_api::Hosts;
use sahod_model::{Clock as _, SystemClock};

use crate::{
    certificate,
    config::{Config, ConfigFile},
    failure::Failure,
    listen,
    open::open,
    preflight,
    run::{Installation, start_log},
    urls::urls,
};

pub(super) async fn run(file: ConfigFile) -> Result<(), Failure> {
    let (config, listener) = preflight::check(&file).await?;
    start_log(&config)?;
    listen::raise_limit();
    let address = listener.local_addr()?;
    let urls = urls(&config, address);
    look_at_certificate(&config, &urls)?;
    let app = open(&config, &urls).await?;
    let installation = Installation::start(&config, &app, urls, listener, Hosts::Any, identity).await?;
    tracing::info!(%address, version = env!("CARGO_PKG_VERSION"), "serving");
    let ended = installation.run(|| ()).await;
    tracing::info!("stopped");
    ended
}

/// Says what is wrong with the certificate, though it can be used.
fn look_at_certificate(config: &Config, urls: &sahod_api::PublicUrls) -> Result<(), Failure> {
    if config.tls.certificate.is_empty() {
        return Ok(());
    }
    let pem = std::fs::read(&config.tls.certificate)?;
    for fault in certificate::faults(&pem, SystemClock.now(), urls) {
        tracing::error!(certificate = config.tls.certificate, "{fault}");
    }
    Ok(())
}
