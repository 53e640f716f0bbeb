//! `sahod tenants`

use sahod_app::AppError;
use sahod_model::TenantId;

use crate::{
    command::{ConfigFile, Failure},
    run::{open, urls},
};

#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// Says whether a tenant tells other tenants that share links too on which days a person linked, and is told the same.
    ShareLinks(ShareLinks),
}

#[derive(Debug, clap::Args)]
pub(crate) struct ShareLinks {
    #[command(flatten)]
    config: ConfigFile,
    /// The tenant.
    #[arg(long)]
    tenant: TenantId,
    /// Stops it; what others could recognise is forgotten.
    #[arg(long)]
    off: bool,
}

pub(super) async fn run(command: Command) -> Result<(), Failure> {
    let Command::ShareLinks(setting) = command;
    let config = setting.config.load()?;
    let address = config.server.listen.parse()?;
    let app = open(&config, &urls(&config, address)).await?;
    match app.share_links(&setting.tenant, !setting.off).await {
        Err(AppError::Missing) => Err(format!("there is no tenant {}", setting.tenant).into()),
        done => Ok(done?),
    }
}
