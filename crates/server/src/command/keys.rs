//! `sahod keys`

use sahod_app::{Acting, AppError, KeyPurpose};
use sahod_model::{ApiKeyId, ExposeSecret, Mode, Rights, TenantId};

use crate::{config::ConfigFile, failure::Failure, open::installation};

#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// Makes an API key pair for a tenant, and the tenant when there is none of that id. Prints the secret once.
    Create(Create),
    /// Prints a tenant's API keys, without secrets.
    List(List),
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
    /// What the key may do: one or more of `read`, `write` and `webhooks`, separated by commas.
    #[arg(long, default_value_t = Rights::ALL)]
    rights: Rights,
}

#[derive(Debug, clap::Args)]
pub(crate) struct List {
    #[command(flatten)]
    config: ConfigFile,
    /// The tenant.
    #[arg(long)]
    tenant: TenantId,
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
        Command::List(list) => show(list).await,
        Command::Revoke(revoke) => end(revoke).await,
    }
}

async fn make(create: Create) -> Result<(), Failure> {
    let (app, acting) = (installation(&create.config).await?, Acting::operator());
    let name = create.name.unwrap_or_else(|| create.tenant.to_string());
    app.organisations.ensure_tenant(&acting, &create.tenant, &name).await?;
    let purpose = KeyPurpose { label: &create.label, rights: create.rights, lifetime: None };
    let pair = app.organisations.create_api_key(&acting, &create.tenant, create.mode, purpose).await?;
    print(pair.key.as_str(), pair.secret.expose_secret());
    Ok(())
}

#[expect(clippy::print_stdout, reason = "printing is what the command is for")]
async fn show(list: List) -> Result<(), Failure> {
    let app = installation(&list.config).await?;
    match app.organisations.list_api_keys(&Acting::operator(), &list.tenant).await {
        Err(AppError::Missing) => Err(format!("there is no tenant {}", list.tenant).into()),
        Err(error) => Err(error.into()),
        Ok(keys) => {
            for key in keys {
                let ended = match (key.revoked_at, key.expires_at) {
                    (Some(at), _) => format!("revoked {at}"),
                    (None, Some(at)) => format!("until {at}"),
                    (None, None) => "valid".to_owned(),
                };
                let made = key.created_at;
                println!("{}  {}  {}  made {made}  {ended}  {}", key.id, key.mode, key.rights, key.label);
            }
            Ok(())
        }
    }
}

async fn end(revoke: Revoke) -> Result<(), Failure> {
    match installation(&revoke.config)
        .await?
        .organisations
        .revoke_api_key(&Acting::operator(), &revoke.key)
        .await
    {
        Err(AppError::Missing) => Err(format!("there is no API key {}", revoke.key).into()),
        done => Ok(done?),
    }
}

#[expect(clippy::print_stdout, reason = "the secret is shown here, once, and nowhere else")]
fn print(key: &str, secret: &str) {
    println!("API key     {key}\nAPI secret  {secret}\n\nThe secret is not kept and cannot be shown again.");
}
