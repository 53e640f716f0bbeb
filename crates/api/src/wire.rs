//! How objects that are not data points look on the wire. The comments on the fields are the API reference's descriptions.

use sahod_app::IssuedToken;
use sahod_model::{
    Account, AccountErrorCode, AccountId, ConnectionStatus, Datapoint, EventType, ExposeSecret,
    ExternalMetadata, Mode, MonitorStatus, Provider, ProviderId, ProviderType, SecretString, Task, TaskId,
    TaskType, Timestamp, TokenId, User, UserId, UserSession, Webhook, WebhookId, WebhookSecret, WebhookUrl,
    item::{ItemTimes, Metadata, SourceRef, SourceType},
    provider::ProviderSubType,
};
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    error::ApiError,
    nouns::{Call, Shown},
};

/// A person whose data is shared with your organisation.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "User")]
pub struct UserWire<'a> {
    /// The user's id.
    id: &'a UserId,
    /// What you noted about the user when you made it: at most five pairs of text.
    external_metadata: &'a ExternalMetadata,
    /// When the user was made.
    created_at: Timestamp,
    /// Always empty; list the user's accounts instead.
    #[schemars(extend("deprecated" = true))]
    providers: &'a [ProviderId],
    /// How far the user has come with sharing.
    session: UserSession,
}

impl<'a> From<&'a User> for UserWire<'a> {
    fn from(user: &'a User) -> Self {
        Self {
            id: &user.id,
            external_metadata: &user.external_metadata,
            created_at: user.created_at,
            providers: &[],
            session: user.session(),
        }
    }
}

impl Shown for User {
    type Wire<'a> = UserWire<'a>;

    fn show(&self, _: &Call) -> Result<UserWire<'_>, ApiError> {
        Ok(self.into())
    }
}

/// What your page hands to the widget. It opens the widget once.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Token")]
pub struct TokenWire<'a> {
    /// The token's id.
    id: &'a TokenId,
    /// When it ends if it was not used.
    expires_at: Timestamp,
    /// The mode that it works in.
    mode: Mode,
    /// The token itself, for the widget's `userToken`. It is shown only here.
    access_token: &'a str,
}

impl<'a> From<&'a IssuedToken> for TokenWire<'a> {
    fn from(token: &'a IssuedToken) -> Self {
        Self {
            id: &token.id,
            expires_at: token.expires_at,
            mode: token.mode,
            access_token: token.access_token.expose_secret(),
        }
    }
}

/// A new user with its first link token.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "NewUser")]
pub struct NewUserWire<'a> {
    /// The user.
    pub user: UserWire<'a>,
    /// Its first link token.
    pub token: TokenWire<'a>,
}

/// A person's link to one login at one provider.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Account")]
pub struct AccountWire<'a> {
    /// The account's id.
    id: &'a AccountId,
    /// When it was made.
    created_at: Timestamp,
    /// Where it is.
    provider_id: &'a ProviderId,
    /// Whose it is.
    user_id: &'a UserId,
    /// Twin of `connection.status`.
    #[schemars(extend("deprecated" = true))]
    connection_status: ConnectionStatus,
    /// Twin of `monitor.status`.
    #[schemars(extend("deprecated" = true))]
    monitor_status: MonitorStatus,
    /// Whether it is read again month by month.
    monitor: Monitor,
    /// How the connection stands.
    connection: Connection,
}

/// Whether an account is read again month by month.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Monitor {
    /// Whether it is.
    status: MonitorStatus,
    /// When that last changed.
    updated_at: Timestamp,
}

/// How the connection of an account stands.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Connection {
    /// The state.
    status: ConnectionStatus,
    /// Why it failed, in state `ERROR`.
    error_code: Option<AccountErrorCode>,
    /// Why it failed, in words.
    error_message: Option<&'static str>,
    /// When the state last changed.
    updated_at: Timestamp,
}

impl<'a> From<&'a Account> for AccountWire<'a> {
    fn from(account: &'a Account) -> Self {
        Self {
            id: &account.id,
            created_at: account.created_at,
            provider_id: &account.provider_id,
            user_id: &account.user_id,
            connection_status: account.status,
            monitor_status: account.monitor_status,
            monitor: Monitor { status: account.monitor_status, updated_at: account.monitor_updated_at },
            connection: Connection {
                status: account.status,
                error_code: account.error_code,
                error_message: account.error_code.map(AccountErrorCode::message),
                updated_at: account.updated_at,
            },
        }
    }
}

impl Shown for Account {
    type Wire<'a> = AccountWire<'a>;

    fn show(&self, _: &Call) -> Result<AccountWire<'_>, ApiError> {
        Ok(self.into())
    }
}

/// One reading of a source.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Task")]
pub struct TaskWire<'a> {
    /// The task's id.
    id: &'a TaskId,
    /// What it does.
    #[serde(rename = "type")]
    task_type: TaskType,
    /// When it began.
    started_at: Timestamp,
    /// When it ended; left out while it runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    finished_at: Option<Timestamp>,
    /// Whether it still runs.
    status: TaskState,
    /// The kinds of data points that it found.
    datapoints: &'a [Datapoint],
    /// What it reads.
    metadata: Metadata,
}

/// Whether a task still runs.
#[derive(Debug, Serialize, JsonSchema)]
enum TaskState {
    /// It runs.
    Started,
    /// It ended.
    Finished,
}

impl<'a> From<&'a Task> for TaskWire<'a> {
    fn from(task: &'a Task) -> Self {
        Self {
            id: &task.id,
            task_type: task.task_type,
            started_at: task.started_at,
            finished_at: task.finished_at,
            status: if task.finished_at.is_some() { TaskState::Finished } else { TaskState::Started },
            datapoints: &task.datapoints,
            metadata: Metadata {
                times: ItemTimes { created_at: task.started_at, item_created_at: task.started_at },
                source: SourceRef {
                    source_id: task.source_id.clone(),
                    source_type: SourceType::Account,
                    user_id: task.user_id.clone(),
                    provider_id: task.provider_id.clone(),
                },
            },
        }
    }
}

impl Shown for Task {
    type Wire<'a> = TaskWire<'a>;

    fn show(&self, _: &Call) -> Result<TaskWire<'_>, ApiError> {
        Ok(self.into())
    }
}

/// An address of yours to which events are sent.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Webhook")]
pub struct WebhookWire<'a> {
    /// The webhook's id.
    id: &'a WebhookId,
    /// When it was made.
    created_at: Timestamp,
    /// Your name for it.
    name: &'a str,
    /// Where events are posted. A user name and a password in it are shown as `***`.
    url: &'a WebhookUrl,
    /// The secret that you chose, masked but for its last characters; and that it is weak, when it is so short that it could be
    /// guessed.
    secret: String,
    /// The events that it wants; `ALL_EVENTS` stands for all of them.
    event_types: &'a [EventType],
    /// Whether it receives anything.
    active: bool,
    /// Whether events of finished tasks carry the data itself.
    include_payload: bool,
    /// When it last changed.
    updated_at: Timestamp,
}

impl<'a> From<&'a Webhook> for WebhookWire<'a> {
    fn from(webhook: &'a Webhook) -> Self {
        Self {
            id: &webhook.id,
            created_at: webhook.created_at,
            name: &webhook.name,
            url: &webhook.url,
            secret: mask(&webhook.secret),
            event_types: &webhook.event_types,
            active: webhook.active,
            include_payload: webhook.include_payload,
            updated_at: webhook.updated_at,
        }
    }
}

impl Shown for Webhook {
    type Wire<'a> = WebhookWire<'a>;

    fn show(&self, _: &Call) -> Result<WebhookWire<'_>, ApiError> {
        Ok(self.into())
    }
}

/// The last four characters, when the secret is long enough that they give nothing away.
fn mask(secret: &SecretString) -> String {
    if WebhookSecret::is_weak(secret) {
        return "•••• (weak: choose at least 24 characters)".into();
    }
    let secret = secret.expose_secret();
    let shown: String = secret.chars().skip(secret.chars().count().saturating_sub(4)).collect();
    format!("••••{shown}")
}

/// A platform, employer or institution that data can be read from.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Provider")]
#[expect(clippy::struct_excessive_bools, reason = "they are the contract's independent marks, not states")]
pub struct ProviderWire<'a> {
    /// The provider's id.
    id: &'a ProviderId,
    /// Its short name, for lists.
    name: &'a str,
    /// Its whole name.
    long_name: &'a str,
    /// A picture of it.
    logo_url: String,
    /// What kind of provider it is.
    #[serde(rename = "type")]
    provider_type: ProviderType,
    /// `type` in words.
    type_label: &'a str,
    /// Its line of business.
    sub_type: ProviderSubType,
    /// `subType` in words.
    sub_type_label: &'a str,
    /// Whether it can be used at present.
    active: bool,
    /// Whether your organisation may use it.
    enabled: bool,
    /// Whether signing in may ask for a code.
    mfa: bool,
    /// Whether people connect it by signing in to it.
    account_connection: bool,
    /// The kinds of data points that it has.
    supported: &'a [Datapoint],
    /// Whether its accounts can be read again month by month.
    monitor_supported: bool,
}

impl<'a> ProviderWire<'a> {
    /// As the Open API shows it. `web_url` is where pictures are.
    #[must_use]
    pub fn new(provider: &'a Provider, web_url: &str) -> Self {
        Self {
            id: &provider.id,
            name: &provider.name,
            long_name: &provider.long_name,
            logo_url: logo_url(web_url, provider.id.as_str()),
            provider_type: provider.provider_type,
            type_label: provider.provider_type.label(),
            sub_type: provider.sub_type,
            sub_type_label: provider.sub_type.label(),
            active: provider.active,
            enabled: true,
            mfa: provider.mfa,
            account_connection: provider.account_connection,
            supported: &provider.supported,
            monitor_supported: provider.monitor_supported,
        }
    }
}

/// Where a provider's picture is.
#[must_use]
pub fn logo_url(web_url: &str, provider: &str) -> String {
    format!("{web_url}/logos/{provider}.svg")
}
