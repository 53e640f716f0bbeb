//! The config: one TOML file, every key overridable by an environment variable, checked as a whole at the start.

mod check;
mod file;

use std::{num::NonZeroU32, path::Path};

use figment::{
    Figment, Profile, Provider as _,
    providers::{Env, Format, Serialized, Toml},
    value::{UncasedStr, Value},
};
use sahod_app::{AppConfig, DeliveryConfig, LinkLimits};
use sahod_outbound::{FilesConfig, HttpClientConfig, MailConfig};
use sahod_webhooks::RetryPolicyConfig;
use serde::{Deserialize, Serialize};

pub(crate) use file::ConfigFile;

/// Environment variables begin with this; two underscores stand between a section and its key.
const ENVIRONMENT_PREFIX: &str = "SAHOD_";

/// Everything that an operator decides.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Config {
    pub(crate) server: Server,
    pub(crate) tls: Tls,
    pub(crate) storage: Storage,
    pub(crate) files: FilesConfig,
    pub(crate) rate_limit: RateLimit,
    pub(crate) links: Links,
    pub(crate) uploads: Uploads,
    pub(crate) consent: Consent,
    pub(crate) sandbox: Sandbox,
    pub(crate) outbound: HttpClientConfig,
    pub(crate) mail: MailConfig,
    pub(crate) webhooks: Webhooks,
    pub(crate) webhook_retry: RetryPolicyConfig,
    pub(crate) jobs: Jobs,
    pub(crate) log: Log,
}

/// Where the server listens and where the outside finds it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Server {
    /// Address and port.
    pub(crate) listen: String,
    /// The address that the outside uses, such as `https://sahod.example.com`. Empty: worked out from `listen`.
    pub(crate) public_url: String,
    /// `example.com` when surfaces are hosts (`sandbox.example.com`). Empty: surfaces are the first part of the path.
    pub(crate) base_domain: String,
    /// The longest time that an answer may take.
    pub(crate) timeout_ms: u64,
    /// How many requests are worked on at the same time; more are answered with 503.
    pub(crate) max_requests: usize,
    /// How long running requests and jobs may go on after the stop.
    pub(crate) grace_ms: u64,
}

impl Default for Server {
    fn default() -> Self {
        Self {
            listen: "127.0.0.1:8080".into(),
            public_url: String::new(),
            base_domain: String::new(),
            timeout_ms: 30_000,
            max_requests: 1_000,
            grace_ms: 10_000,
        }
    }
}

/// Whether and how connections are encrypted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Tls {
    /// PEM file of the certificate chain.
    pub(crate) certificate: String,
    /// PEM file of the private key.
    pub(crate) private_key: String,
    /// Makes a certificate of its own (RSA-4096, SHA-256) for local use, kept beside the keys.
    pub(crate) self_signed: bool,
}

/// Where data and keys are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Storage {
    /// `sqlite:PATH` or `postgres://…`.
    pub(crate) database_url: String,
    /// Where the wrapped data keys are, apart from the data. Empty on PostgreSQL: the same server, another schema.
    pub(crate) keyring_url: String,
    /// Folder of the master key and the RSA keys; only its owner may read it.
    pub(crate) keys_dir: String,
}

impl Default for Storage {
    fn default() -> Self {
        Self {
            database_url: "sqlite:var/sahod.db".into(),
            keyring_url: "sqlite:var/keyring.db".into(),
            keys_dir: "var/keys".into(),
        }
    }
}

/// The limit of the Open API.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct RateLimit {
    /// Requests per second and client address.
    pub(crate) per_second: NonZeroU32,
    /// How many may come at once.
    pub(crate) burst: NonZeroU32,
    /// How many proxies of your own stand before the server; 0 when clients connect directly.
    pub(crate) trusted_proxies: usize,
}

impl Default for RateLimit {
    fn default() -> Self {
        const TWENTY: NonZeroU32 = NonZeroU32::new(20).unwrap();
        Self { per_second: TWENTY, burst: TWENTY, trusted_proxies: 0 }
    }
}

/// How people link accounts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Links {
    /// How long a link token and its session are good.
    pub(crate) token_lifetime_s: u64,
    /// How long signing in, and then reading, may each take.
    pub(crate) link_lifetime_s: u64,
    /// How many link attempts may run at the same time. One tenant has no more of these than are left for others.
    pub(crate) max_at_once: usize,
    /// How many of them may be one person's.
    pub(crate) max_of_person: usize,
    /// How many attempts may be begun in one session of the widget.
    pub(crate) max_of_session: u64,
    /// How many accounts may be made for one person within 24 hours.
    pub(crate) new_accounts_a_day: u64,
    /// After how many wrong passwords and codes of a person at one provider, within 24 hours, it has to wait.
    pub(crate) wrong_sign_ins: u32,
}

impl Default for Links {
    fn default() -> Self {
        let LinkLimits { at_once, per_session, new_accounts_a_day, wrong_sign_ins } = LinkLimits::default();
        Self {
            token_lifetime_s: 5 * 3600,
            link_lifetime_s: 15 * 60,
            max_at_once: 1_000,
            max_of_person: at_once,
            max_of_session: per_session,
            new_accounts_a_day,
            wrong_sign_ins,
        }
    }
}

/// What may be handed over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Uploads {
    /// How many bytes of files for one person within 24 hours.
    pub(crate) max_bytes_a_day: u64,
}

impl Default for Uploads {
    fn default() -> Self {
        Self { max_bytes_a_day: AppConfig::default().max_upload_bytes_a_day }
    }
}

/// What people agree to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Consent {
    /// Names this wording; change it whenever the wording changes.
    pub(crate) version: String,
    /// What the data is for, to follow "… asks for your data", in a language that all people read who are asked. Left out:
    /// the widget says it, in each person's own.
    pub(crate) purpose: Option<String>,
    /// How long data stays after it was last refreshed.
    pub(crate) retention_days: u16,
}

impl Default for Consent {
    fn default() -> Self {
        let consent = sahod_app::ConsentConfig::default();
        Self { version: consent.version, purpose: consent.purpose, retention_days: consent.retention_days }
    }
}

/// The sandbox source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Sandbox {
    /// How long the sandbox source takes for a step at least and at most: real sources take their time too.
    pub(crate) shortest_step_ms: u64,
    /// See `shortest_step_ms`.
    pub(crate) longest_step_ms: u64,
    /// After how long the code of a text message, an e-mail or a call can be sent again.
    pub(crate) resend_after_s: u64,
}

impl Default for Sandbox {
    fn default() -> Self {
        let resend_after_s = sahod_sandbox::Pace::RESEND_AFTER.as_secs();
        Self { shortest_step_ms: 200, longest_step_ms: 500, resend_after_s }
    }
}

/// How events are brought to webhooks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Webhooks {
    /// How many deliveries to one webhook run at the same time; while it fails, fewer do.
    pub(crate) per_webhook: usize,
    /// How many deliveries run at the same time.
    pub(crate) at_once: usize,
    /// A webhook whose receiver fails for so long is switched off.
    pub(crate) switch_off_after_s: u64,
}

impl Default for Webhooks {
    fn default() -> Self {
        let DeliveryConfig { per_webhook, at_once, switch_off_after, .. } = DeliveryConfig::default();
        Self { per_webhook, at_once, switch_off_after_s: switch_off_after.as_secs() }
    }
}

/// Background work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Jobs {
    /// How many jobs run at the same time.
    pub(crate) concurrency: usize,
}

impl Default for Jobs {
    fn default() -> Self {
        Self { concurrency: sahod_jobs::WorkerConfig::default().concurrency }
    }
}

/// What is logged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Log {
    /// `json` or `text`.
    pub(crate) format: LogFormat,
    /// What to log, such as `info` or `info,sahod_jobs=debug`.
    pub(crate) filter: String,
}

/// How a log line is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum LogFormat {
    /// One JSON object.
    Json,
    /// For people.
    Text,
}

impl Default for Log {
    fn default() -> Self {
        Self { format: LogFormat::Json, filter: "info".into() }
    }
}

/// Why a config cannot be used: every fault, one a line.
#[derive(Debug, thiserror::Error)]
#[error("the config cannot be used:\n{}", .0.iter().map(|fault| format!("  - {fault}")).collect::<Vec<_>>().join("\n"))]
pub(crate) struct ConfigError(pub(crate) Vec<String>);

impl Config {
    /// Reads the file, when it is there, and the environment over it.
    pub(crate) fn load(file: &Path) -> Result<Self, ConfigError> {
        Self::over(Self::default(), Some(file))
    }

    /// Reads the environment over `base`, and a file in between when there is one.
    pub(crate) fn over(base: Self, file: Option<&Path>) -> Result<Self, ConfigError> {
        let figment = figment(base.clone(), file);
        let (config, mut faults) = match figment.extract() {
            Ok(config) => (config, Vec::new()),
            Err(first) => Self::value_by_value(base, &figment).ok_or_else(|| ConfigError(lines(first)))?,
        };
        faults.extend(config.faults());
        if faults.is_empty() { Ok(config) } else { Err(ConfigError(faults)) }
    }

    /// Puts one value after the other over `base`, as extracting all at once would end at the first that does not fit; what
    /// fits, and the faults of what does not. `None` when a source cannot be read at all.
    fn value_by_value(base: Self, figment: &Figment) -> Option<(Self, Vec<String>)> {
        let (mut config, mut faults) = (base, Vec::new());
        for (section, value) in figment.data().ok()?.remove(&Profile::Default).unwrap_or_default() {
            let values = match value {
                Value::Dict(_, values) => {
                    values.into_iter().map(|(key, value)| (format!("{section}.{key}"), value)).collect()
                }
                value => vec![(section, value)],
            };
            for (path, value) in values {
                let with =
                    Figment::from(Serialized::defaults(&config)).merge(Serialized::default(&path, value));
                match with.extract() {
                    Ok(with) => config = with,
                    Err(error) => {
                        faults.extend(error.into_iter().map(|fault| format!("{path}: {}", fault.kind)));
                    }
                }
            }
        }
        Some((config, faults))
    }
}

fn lines(error: figment::Error) -> Vec<String> {
    error.into_iter().map(|fault| fault.to_string()).collect()
}

/// All sources of values, in the order in which later ones win.
pub(crate) fn figment(base: Config, file: Option<&Path>) -> Figment {
    let mut figment = Figment::from(Serialized::defaults(base));
    if let Some(file) = file {
        figment = figment.merge(Toml::file_exact(file));
    }
    // `SAHOD_TEST_…` belongs to the tests, and those to the commands that call a running server.
    let is_ours = |key: &UncasedStr| {
        !key.starts_with("TEST") && !["KEY", "SECRET", "WEBHOOK_SECRET"].iter().any(|name| key == *name)
    };
    figment.merge(Env::prefixed(ENVIRONMENT_PREFIX).filter(is_ours).lowercase(true).split("__"))
}
