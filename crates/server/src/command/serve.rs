//! `sahod serve`

use std::convert::identity;

use sahod_api::Hosts;

use crate::{
    config::Config,
    failure::Failure,
    listen,
    run::{Installation, open, start_log, urls},
};

pub(super) async fn run(config: Config) -> Result<(), Failure> {
    start_log(&config)?;
    listen::raise_limit();
    let listener = listen::bind(&config.server.listen)?;
    let address = listener.local_addr()?;
    let urls = urls(&config, address);
    let app = open(&config, &urls).await?;
    let installation = Installation::start(&config, &app, urls, listener, Hosts::Any, identity).await?;
    tracing::info!(%address, "serving");
    installation.run(|| ()).await
}
