//! `sahod tenants`

use sahod_app::{Acting, AppError};
use sahod_model::{Mode, Origin, TenantId};

use crate::{command::keys::mode, config::ConfigFile, failure::Failure, open::installation};

#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// Says whether a tenant tells other tenants that share links too on which days a person linked, and is told the same. When
    /// it stops, what others could recognise is forgotten.
    ShareLinks(Switch),
    /// Says whether accounts of a tenant are read again every month, where their providers allow it. They are unless it says no.
    MonitorAccounts(Switch),
    /// Says where to write to when a webhook of a tenant was switched off.
    Contact(Contact),
    /// Says which sites' pages may have the widget in them.
    Origins(Origins),
}

#[derive(Debug, clap::Args)]
pub(crate) struct Contact {
    #[command(flatten)]
    config: ConfigFile,
    /// The tenant.
    #[arg(long)]
    tenant: TenantId,
    /// The mail address. Left out: it is forgotten.
    #[arg(long)]
    mail: Option<String>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Origins {
    #[command(flatten)]
    config: ConfigFile,
    /// The tenant.
    #[arg(long)]
    tenant: TenantId,
    /// The mode.
    #[arg(long, value_parser = mode)]
    mode: Mode,
    /// A site, such as `https://www.example.com`; given again for each. None: every page may.
    #[arg(long = "origin", value_name = "ORIGIN")]
    allowed: Vec<Origin>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Switch {
    #[command(flatten)]
    config: ConfigFile,
    /// The tenant.
    #[arg(long)]
    tenant: TenantId,
    /// Stops it.
    #[arg(long)]
    off: bool,
}

pub(super) async fn run(command: Command) -> Result<(), Failure> {
    let acting = Acting::operator();
    let (tenant, done) = match command {
        Command::ShareLinks(Switch { config, tenant, off }) => {
            let done = installation(&config).await?.organisations.share_links(&acting, &tenant, !off).await;
            (tenant, done)
        }
        Command::MonitorAccounts(Switch { config, tenant, off }) => {
            let done =
                installation(&config).await?.organisations.monitor_accounts(&acting, &tenant, !off).await;
            (tenant, done)
        }
        Command::Contact(Contact { config, tenant, mail }) => {
            let done = installation(&config)
                .await?
                .organisations
                .set_contact(&acting, &tenant, mail.as_deref())
                .await;
            (tenant, done)
        }
        Command::Origins(Origins { config, tenant, mode, allowed }) => {
            let done =
                installation(&config).await?.organisations.set_origins(&acting, &tenant, mode, allowed).await;
            (tenant, done)
        }
    };
    match done {
        Err(AppError::Missing) => Err(format!("there is no tenant {tenant}").into()),
        Err(AppError::Invalid(faults)) => {
            let faults: Vec<_> = faults.iter().map(|fault| fault.detail.as_ref()).collect();
            Err(faults.join("; ").into())
        }
        done => Ok(done?),
    }
}
