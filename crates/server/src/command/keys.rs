//! `sahod keys`

use sahod_model::{ExposeSecret, Mode, TenantId};

use crate::{
    command::{ConfigFile, Failure},
    run::{open, urls},
};

#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// Makes an API key pair for a tenant, and the tenant when there is none of that id. Prints the secret once.
    Create(Create),
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

fn mode(text: &str) -> Result<Mode, &'static str> {
    Mode::ALL
        .into_iter()
        .find(|mode| mode.as_str().eq_ignore_ascii_case(text))
        .ok_or("must be sandbox or production")
}

pub(super) async fn run(command: Command) -> Result<(), Failure> {
    let Command::Create(create) = command;
    let config = create.config.load()?;
    let address = config.server.listen.parse()?;
    let app = open(&config, &urls(&config, address)).await?;
    let name = create.name.unwrap_or_else(|| create.tenant.to_string());
    app.ensure_tenant(&create.tenant, &name).await?;
    let pair = app.create_api_key(&create.tenant, create.mode, &create.label, None).await?;
    print(pair.key.as_str(), pair.secret.expose_secret());
    Ok(())
}

#[expect(clippy::print_stdout, reason = "the secret is shown here, once, and nowhere else")]
fn print(key: &str, secret: &str) {
    println!("API key     {key}\nAPI secret  {secret}\n\nThe secret is not kept and cannot be shown again.");
}
