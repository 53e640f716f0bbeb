//! The config: one TOML file, every key overridable by an environment variable, checked as a whole at the start.

mod check;
mod file;
mod layers;
mod server;

use std::num::NonZeroU32;

use sahod_app::{AppConfig, DeliveryConfig, LinkLimits};
use sahod_outbound::{FilesConfig, HttpClientConfig, MailConfig};
use sahod_webhooks::RetryPolicyConfig;
use serde::{Deserialize, Serialize};

use crate::listen::Network;

pub(crate) use self::{
    file::ConfigFile,
    layers::{ConfigError, Layers, Source},
    server::Server,
};

/// Keys whose values are never printed: passwords, and addresses that may have one in them.
const SECRETS: [&str; 4] =
    ["files.s3_secret_access_key", "mail.password", "storage.database_url", "storage.keyring_url"];

/// Whether the value of that key is never printed.
pub(crate) fn is_secret(path: &str) -> bool {
    SECRETS.contains(&path)
}

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
    /// Where the wrapped data keys are, apart from the data. Empty: `sqlite:var/keyring.db` for a database on SQLite; for one on
    /// PostgreSQL it has to be said.
    pub(crate) keyring_url: String,
    /// Folder of the master key and the RSA keys; only its owner may read it.
    pub(crate) keys_dir: String,
}

impl Default for Storage {
    fn default() -> Self {
        Self {
            database_url: "sqlite:var/sahod.db".into(),
            keyring_url: String::new(),
            keys_dir: "var/keys".into(),
        }
    }
}

/// How often one client may ask.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct RateLimit {
    /// Calls of the Open API per second and client address.
    pub(crate) per_second: NonZeroU32,
    /// How many may come at once.
    pub(crate) burst: NonZeroU32,
    /// Everything else per second and client address: what widgets call, pages and what they load, probes.
    pub(crate) browsers_per_second: NonZeroU32,
    /// How many may come at once.
    pub(crate) browsers_burst: NonZeroU32,
    /// Logins and answers, which come encrypted, per second and client address.
    pub(crate) forms_per_second: NonZeroU32,
    /// How many may come at once.
    pub(crate) forms_burst: NonZeroU32,
    /// The same per second and session of a widget.
    pub(crate) session_forms_per_second: NonZeroU32,
    /// How many may come at once.
    pub(crate) session_forms_burst: NonZeroU32,
    /// How many proxies of your own stand before the server; 0 when clients connect directly.
    pub(crate) trusted_proxies: usize,
    /// The networks that they are in, such as `10.0.0.0/8`: how many connections come from there is not limited for each address.
    /// Empty: this machine and private networks, when there are any proxies.
    pub(crate) proxies: Vec<Network>,
}

impl RateLimit {
    /// All of them as high as they go.
    pub(crate) fn unlimited() -> Self {
        const NO_LIMIT: NonZeroU32 = NonZeroU32::new(1_000_000).unwrap();
        Self {
            per_second: NO_LIMIT,
            burst: NO_LIMIT,
            browsers_per_second: NO_LIMIT,
            browsers_burst: NO_LIMIT,
            forms_per_second: NO_LIMIT,
            forms_burst: NO_LIMIT,
            session_forms_per_second: NO_LIMIT,
            session_forms_burst: NO_LIMIT,
            ..Self::default()
        }
    }
}

impl Default for RateLimit {
    fn default() -> Self {
        const TWENTY: NonZeroU32 = NonZeroU32::new(20).unwrap();
        Self {
            per_second: TWENTY,
            burst: TWENTY,
            browsers_per_second: const { NonZeroU32::new(100).unwrap() },
            browsers_burst: const { NonZeroU32::new(500).unwrap() },
            forms_per_second: const { NonZeroU32::new(5).unwrap() },
            forms_burst: const { NonZeroU32::new(50).unwrap() },
            session_forms_per_second: NonZeroU32::MIN,
            session_forms_burst: TWENTY,
            trusted_proxies: 0,
            proxies: Vec::new(),
        }
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
    /// Users who share nothing, and to whom nothing has happened for so long, are erased; 0: never.
    pub(crate) idle_user_days: u16,
}

impl Default for Consent {
    fn default() -> Self {
        let consent = sahod_app::ConsentConfig::default();
        Self {
            version: consent.version,
            purpose: consent.purpose,
            retention_days: consent.retention_days,
            idle_user_days: consent.idle_user_days,
        }
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
    /// How many deliveries run at the same time. One tenant gets a fifth of them at most, so that others find one.
    pub(crate) at_once: usize,
    /// How many webhooks a tenant may have in each mode.
    pub(crate) per_tenant: usize,
    /// A webhook whose receiver fails for so long is switched off.
    pub(crate) switch_off_after_s: u64,
}

impl Default for Webhooks {
    fn default() -> Self {
        let DeliveryConfig { per_webhook, at_once, per_tenant, switch_off_after, .. } =
            DeliveryConfig::default();
        Self { per_webhook, at_once, per_tenant, switch_off_after_s: switch_off_after.as_secs() }
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

impl Config {
    fn deserialize_from(values: &toml::Table) -> Result<Self, toml::de::Error> {
        values.clone().try_into()
    }
}
