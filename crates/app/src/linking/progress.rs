//! How a link attempt stands, for the person who waits for it.

use sahod_model::{
    Account, AccountErrorCode, AccountId, ConnectionStatus, Datapoint, ProviderId, Task, Timestamp, UserId,
    link::Prompt,
};
use serde::Serialize;

/// How a link attempt stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Progress {
    /// The account that is being linked.
    pub account_id: AccountId,
    /// Whose it is.
    pub user_id: UserId,
    /// Where it is.
    pub provider_id: ProviderId,
    /// How the connection stands.
    pub connection_status: ConnectionStatus,
    /// What is going on.
    pub stage: Stage,
    /// What the person is asked, in stage `WAITING_FOR_ANSWER`.
    pub prompt: Option<Prompt>,
    /// What is stored so far.
    pub datapoints: Vec<Datapoint>,
    /// Why it failed.
    pub error_code: Option<AccountErrorCode>,
    /// Why it failed, in words.
    pub error_message: Option<&'static str>,
    /// When the account was last read to the end, as far as this attempt knows.
    pub last_read_at: Option<Timestamp>,
    /// When it will be read again; `None`: it will not.
    pub next_read_at: Option<Timestamp>,
    /// When this became so.
    pub updated_at: Timestamp,
}

/// What is going on in a link attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Stage {
    /// The source is being asked.
    SigningIn,
    /// The person is being asked.
    WaitingForAnswer,
    /// Data is being read.
    Reading,
    /// Everything is stored.
    Done,
    /// It failed.
    Failed,
    /// The account was revoked.
    Revoked,
}

impl Stage {
    /// Whether nothing more will come.
    #[must_use]
    pub const fn is_end(self) -> bool {
        matches!(self, Self::Done | Self::Failed | Self::Revoked)
    }
}

impl Progress {
    /// The start of an attempt.
    pub(super) fn starting(account: &Account) -> Self {
        Self {
            account_id: account.id.clone(),
            user_id: account.user_id.clone(),
            provider_id: account.provider_id.clone(),
            connection_status: ConnectionStatus::Pending,
            stage: Stage::SigningIn,
            prompt: None,
            datapoints: Vec::new(),
            error_code: None,
            error_message: None,
            last_read_at: None,
            next_read_at: None,
            updated_at: account.updated_at,
        }
    }

    /// How an account stands that no attempt of this node is working on, by its latest task.
    pub(super) fn resting(account: &Account, task: Option<Task>) -> Self {
        let reading = task.as_ref().is_some_and(|task| task.finished_at.is_none());
        let failed = task.as_ref().and_then(|task| task.error_code);
        let error_code = match account.status {
            ConnectionStatus::Connected => failed,
            _ => account.error_code,
        };
        let datapoints = task.map(|task| task.datapoints).unwrap_or_default();
        let stage = match account.status {
            ConnectionStatus::Pending => Stage::SigningIn,
            ConnectionStatus::AwaitingMfa => Stage::WaitingForAnswer,
            ConnectionStatus::Connected if reading => Stage::Reading,
            ConnectionStatus::Connected if failed.is_some() => Stage::Failed,
            ConnectionStatus::Connected => Stage::Done,
            ConnectionStatus::Error => Stage::Failed,
            ConnectionStatus::Disconnected => Stage::Revoked,
        };
        Self {
            connection_status: account.status,
            stage,
            datapoints,
            error_code,
            error_message: error_code.map(AccountErrorCode::message),
            last_read_at: account.read_at,
            ..Self::starting(account)
        }
    }
}
