//! How an account stands, for the person who waits for it.

use sahod_app::{Progress, Stage};
use sahod_model::{
    AccountErrorCode, AccountId, ConnectionStatus, Datapoint, ProviderId, Timestamp, UserId, link::Prompt,
};
use schemars::JsonSchema;
use serde::Serialize;

/// How an account stands while it is being connected, and afterwards.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Progress")]
pub(in crate::link) struct ProgressWire<'a> {
    /// The account's id.
    account_id: &'a AccountId,
    /// Whose it is.
    user_id: &'a UserId,
    /// Where it is.
    provider_id: &'a ProviderId,
    /// How the connection stands.
    connection_status: ConnectionStatus,
    /// What is going on. In `FAILED` the connection is `ERROR`, or still `CONNECTED` when reading failed after the sign-in.
    stage: StageWire,
    /// What the person is asked, in stage `WAITING_FOR_ANSWER`; null otherwise.
    prompt: Option<&'a Prompt>,
    /// The kinds of data points that are stored so far.
    datapoints: &'a [Datapoint],
    /// Why it failed, in stage `FAILED`; null otherwise.
    error_code: Option<AccountErrorCode>,
    /// The same in English words.
    error_message: Option<&'static str>,
    /// When the account was last read to the end; null: never, or not that this attempt knows of.
    last_read_at: Option<Timestamp>,
    /// When it will be read again; null: it will not.
    next_read_at: Option<Timestamp>,
    /// When this became so.
    updated_at: Timestamp,
}

/// What is going on.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[schemars(rename = "Stage")]
enum StageWire {
    /// The source is being asked.
    SigningIn,
    /// The prompt waits for an answer until it expires.
    WaitingForAnswer,
    /// The person is signed in and data is being read.
    Reading,
    /// Everything is stored.
    Done,
    /// Signing in or reading failed.
    Failed,
    /// The person or the organisation ended it.
    Revoked,
}

impl From<Stage> for StageWire {
    fn from(stage: Stage) -> Self {
        match stage {
            Stage::SigningIn => Self::SigningIn,
            Stage::WaitingForAnswer => Self::WaitingForAnswer,
            Stage::Reading => Self::Reading,
            Stage::Done => Self::Done,
            Stage::Failed => Self::Failed,
            Stage::Revoked => Self::Revoked,
        }
    }
}

impl<'a> From<&'a Progress> for ProgressWire<'a> {
    fn from(progress: &'a Progress) -> Self {
        Self {
            account_id: &progress.account_id,
            user_id: &progress.user_id,
            provider_id: &progress.provider_id,
            connection_status: progress.connection_status,
            stage: progress.stage.into(),
            prompt: progress.prompt.as_ref(),
            datapoints: &progress.datapoints,
            error_code: progress.error_code,
            error_message: progress.error_message,
            last_read_at: progress.last_read_at,
            next_read_at: progress.next_read_at,
            updated_at: progress.updated_at,
        }
    }
}
