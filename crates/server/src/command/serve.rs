//! `sahod serve`

use std::convert::identity;

use crate::{
    config::Config,
    failure::Failure,
    listen,
    run::{Installation, open, start_log, urls},
};

pub(super) async fn run(config: Config) -> Result<(), Failure> {
    start_log(&config)?;
    let listener = listen::bind(&config.server.listen)?;
    let address = listener.local_addr()?;
    let urls = urls(&config, address);
    let app = open(&config, &urls).await?;
    let installation = Installation::start(&config, &app, urls, listener, identity).await?;
    tracing::info!(%address, "serving");
    installation.run(|| ()).await
}
