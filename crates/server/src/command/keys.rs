//! `sahod keys`

use sahod_app::AppError;
use sahod_model::{ApiKeyId, ExposeSecret, Mode, TenantId};

use crate::{config::ConfigFile, failure::Failure, run::installation};

#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// Makes an API key pair for a tenant, and the tenant when there is none of that id. Prints the secret once.
    Create(Create),
    /// Ends an API key for good. Servers that run take it for at most five more seconds.
    Revoke(Revoke),
}

#[derive(Debug, clap::Args)]
pub(crate) struct Create {
    #[command(flatten)]
    config: ConfigFile,
    /// The tenant: 2 to 32 lower-case letters and digits.
    #[arg(long)]
    tenant: TenantId,
    /// The name that people see when they are asked for their data. Used only for a new tenant.
    #[arg(long)]
    name: Option<String>,
    /// `sandbox` or `production`.
    #[arg(long, default_value = "sandbox", value_parser = mode)]
    mode: Mode,
    /// What the key is for.
    #[arg(long, default_value = "command line")]
    label: String,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Revoke {
    #[command(flatten)]
    config: ConfigFile,
    /// The public half of the pair: `key-…`.
    #[arg(long)]
    key: ApiKeyId,
}

pub(super) fn mode(text: &str) -> Result<Mode, &'static str> {
    Mode::ALL
        .into_iter()
        .find(|mode| mode.as_str().eq_ignore_ascii_case(text))
        .ok_or("must be sandbox or production")
}

pub(super) async fn run(command: Command) -> Result<(), Failure> {
    match command {
        Command::Create(create) => make(create).await,
        Command::Revoke(revoke) => end(revoke).await,
    }
}

async fn make(create: Create) -> Result<(), Failure> {
    let app = installation(&create.config).await?;
    let name = create.name.unwrap_or_else(|| create.tenant.to_string());
    app.ensure_tenant(&create.tenant, &name).await?;
    let pair = app.create_api_key(&create.tenant, create.mode, &create.label, None).await?;
    print(pair.key.as_str(), pair.secret.expose_secret());
    Ok(())
}

async fn end(revoke: Revoke) -> Result<(), Failure> {
    match installation(&revoke.config).await?.revoke_api_key(&revoke.key).await {
        Err(AppError::Missing) => Err(format!("there is no API key {}", revoke.key).into()),
        done => Ok(done?),
    }
}

#[expect(clippy::print_stdout, reason = "the secret is shown here, once, and nowhere else")]
fn print(key: &str, secret: &str) {
    println!("API key     {key}\nAPI secret  {secret}\n\nThe secret is not kept and cannot be shown again.");
}
