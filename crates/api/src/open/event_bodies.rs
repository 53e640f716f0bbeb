//! The events that are sent to webhooks, and what their bodies look like.

use sahod_model::{
    AccountErrorCode, Datapoint, EventType, ItemId, MonitorStatus, SwitchedOffReason, Timestamp, UserSession,
    WebhookId,
    event::{AccountEvent, ArchiveEvent, InviteEvent, SourceEvent},
    task::{TaskStatus, TaskType},
};
use schemars::{JsonSchema, SchemaGenerator};
use serde_json::json;

use super::payloads::{Datapoints, UserPayload};
use crate::openapi::{DescribedWebhook, SchemaOf, schema_of};

/// With what only its delivery adds.
#[derive(JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(inline)]
#[expect(dead_code, reason = "only its shape is of use")]
struct Connected {
    #[serde(flatten)]
    account: AccountEvent,
    /// What the person signed in with.
    login_name: Option<String>,
}

#[derive(JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(inline)]
#[expect(dead_code, reason = "only its shape is of use")]
struct Failed {
    #[serde(flatten)]
    account: AccountEvent,
    /// What the person tried to sign in with.
    login_name: Option<String>,
    /// Why it failed.
    error_code: AccountErrorCode,
    /// Why it failed, in words.
    error_message: String,
}

#[derive(JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(inline)]
#[expect(dead_code, reason = "only its shape is of use")]
struct UserCreated {
    /// The user.
    user_id: sahod_model::UserId,
    /// The user's session.
    session: UserSession,
}

#[derive(JsonSchema)]
#[schemars(inline)]
#[expect(dead_code, reason = "only its shape is of use")]
struct SessionReset {
    /// The session, as it starts anew.
    session: UserSession,
}

#[derive(JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(inline)]
#[expect(dead_code, reason = "only its shape is of use")]
struct ArchiveFailed {
    #[serde(flatten)]
    archive: ArchiveEvent,
    /// Why: the code in its state, or `UNSUPPORTED` when such documents cannot be read here.
    error_code: String,
    /// Why, in words.
    error_message: String,
}

#[derive(JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(inline)]
#[expect(dead_code, reason = "only its shape is of use")]
struct TaskStarted {
    #[serde(flatten)]
    source: SourceEvent,
    /// What the task does.
    task_type: TaskType,
}

#[derive(JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(inline)]
#[expect(dead_code, reason = "only its shape is of use")]
struct TaskFinished {
    #[serde(flatten)]
    source: SourceEvent,
    /// What the task did.
    task_type: TaskType,
    /// How it ended.
    status: TaskStatus,
    /// Why it failed; null when it did not.
    error_code: Option<AccountErrorCode>,
    /// The kinds of data points that it found.
    datapoints: Vec<Datapoint>,
    /// What the source has at the moment of this try, for webhooks with `includePayload`: up to 300 items of each kind.
    #[serde(skip_serializing_if = "Option::is_none")]
    payload: Option<Datapoints>,
}

#[derive(JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(inline)]
#[expect(dead_code, reason = "only its shape is of use")]
struct AccountSyncTaskFinished {
    #[serde(flatten)]
    source: SourceEvent,
    /// How it ended.
    status: TaskStatus,
    /// Whether the account will be read once more.
    monitor_status: MonitorStatus,
    /// The kinds of data points that were found, whether or not they have changed.
    datapoints: Vec<Datapoint>,
    /// What the source has at the moment of this try, for webhooks with `includePayload`: up to 300 items of each kind.
    #[serde(skip_serializing_if = "Option::is_none")]
    payload: Option<Datapoints>,
}

#[derive(JsonSchema)]
#[schemars(inline)]
#[expect(dead_code, reason = "only its shape is of use")]
struct Added {
    #[serde(flatten)]
    account: AccountEvent,
    /// How many.
    count: u32,
}

#[derive(JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(inline)]
#[expect(dead_code, reason = "only its shape is of use")]
struct Changed {
    #[serde(flatten)]
    account: AccountEvent,
    /// Those that changed.
    updated_ids: Vec<ItemId>,
    /// How many.
    count: u32,
    /// When.
    updated_at: Timestamp,
}

#[derive(JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(inline)]
#[expect(dead_code, reason = "only its shape is of use")]
struct PeriodChanged {
    #[serde(flatten)]
    account: AccountEvent,
    /// How many.
    count: u32,
    /// The earliest date of those that changed.
    updated_from: Timestamp,
    /// The latest date of those that changed.
    updated_to: Timestamp,
    /// When.
    updated_at: Timestamp,
}

#[derive(JsonSchema)]
#[schemars(inline)]
#[expect(dead_code, reason = "only its shape is of use")]
struct SessionCompleted {
    /// The session.
    session: UserSession,
    /// Everything that the user shares at the moment of this try.
    payload: UserPayload,
}

#[derive(JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(inline)]
#[expect(dead_code, reason = "only its shape is of use")]
struct WebhookDisabled {
    /// The webhook.
    webhook_id: WebhookId,
    /// Why.
    reason: SwitchedOffReason,
    /// When its receiver began to fail; null when it did not fail but asked for it.
    failing_since: Option<Timestamp>,
}

#[derive(JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(inline)]
#[expect(dead_code, reason = "only its shape is of use")]
struct IdentityAdded {
    #[serde(flatten)]
    account: AccountEvent,
    /// The identity.
    identity_id: ItemId,
}

#[derive(JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(inline)]
#[expect(dead_code, reason = "only its shape is of use")]
struct RatingAdded {
    #[serde(flatten)]
    account: AccountEvent,
    /// The rating.
    rating_id: ItemId,
}

#[derive(JsonSchema)]
#[schemars(inline)]
#[expect(dead_code, reason = "only its shape is of use")]
struct OneAdded {
    #[serde(flatten)]
    account: AccountEvent,
    /// The data point.
    id: ItemId,
}

/// What an event says, and the schema of its `data`. `None` for those of the contract that nothing here causes yet.
fn described(event: EventType) -> Option<(&'static str, SchemaOf)> {
    use EventType as E;
    Some(match event {
        E::UserCreated => ("A user was made.", schema_of::<UserCreated>),
        E::UserSessionCompleted => ("A user has shared data.", schema_of::<SessionCompleted>),
        E::UserSessionReset => ("A user's session was reset.", schema_of::<SessionReset>),
        E::InviteInvited => ("A person was invited.", schema_of::<InviteEvent>),
        E::InviteLinked => ("An invited person connected the first account.", schema_of::<InviteEvent>),
        E::AccountCreated => ("An account was made.", schema_of::<AccountEvent>),
        E::AccountConnected => ("An account was signed in to.", schema_of::<Connected>),
        E::AccountDisconnected => ("An account was revoked.", schema_of::<AccountEvent>),
        E::AccountFailed => ("An account could not be connected.", schema_of::<Failed>),
        E::ArchiveStarted => ("Files were handed over.", schema_of::<ArchiveEvent>),
        E::ArchiveAnalyzed => ("A document was read.", schema_of::<ArchiveEvent>),
        E::ArchiveRevoked => ("A document was revoked.", schema_of::<ArchiveEvent>),
        E::ArchiveFailed => ("A document could not be read.", schema_of::<ArchiveFailed>),
        E::TaskStarted => ("A source began to be read.", schema_of::<TaskStarted>),
        E::TaskFinished => ("A source was read to the end.", schema_of::<TaskFinished>),
        E::AccountSyncTaskFinished => ("A source was read again.", schema_of::<AccountSyncTaskFinished>),
        E::IdentityAdded => ("An identity was stored.", schema_of::<IdentityAdded>),
        E::RatingAdded => ("A rating was stored.", schema_of::<RatingAdded>),
        E::InsightAdded => ("An insight was worked out.", schema_of::<OneAdded>),
        E::LinkAdded => ("Links with other organisations were counted.", schema_of::<OneAdded>),
        E::TransactionsAdded
        | E::DocumentsAdded
        | E::EmploymentsAdded
        | E::IncomesAdded
        | E::ContributionsAdded
        | E::EincomesAdded
        | E::LiabilitiesAdded => ("New data points were stored.", schema_of::<Added>),
        E::DocumentsUpdated | E::EmploymentsUpdated | E::LiabilitiesUpdated => {
            ("Data points changed.", schema_of::<Changed>)
        }
        E::IncomesUpdated | E::ContributionsUpdated | E::EincomesUpdated => {
            ("Data points of some time changed.", schema_of::<PeriodChanged>)
        }
        E::WebhookDisabled => {
            ("A webhook was switched off because of its receiver.", schema_of::<WebhookDisabled>)
        }
        _ => return None,
    })
}

/// Every event that happens here.
pub(super) fn webhooks(schemas: &mut SchemaGenerator) -> Vec<DescribedWebhook> {
    let webhook = |event: &EventType| {
        let (summary, data) = described(*event)?;
        let data = data(schemas).to_value();
        let body = json!({
            "type": "object",
            "required": ["id", "version", "type", "createdAt", "data"],
            "properties": {
                "id": { "type": "string", "pattern": "^et-[0-9a-f]{32}$", "description": "The event's id, the same on every try." },
                "version": { "type": "integer", "const": 1, "description": "The version of this layout." },
                "type": { "type": "string", "const": event.as_str(), "description": "What happened." },
                "createdAt": { "type": "string", "format": "date-time", "description": "When it happened." },
                "data": data,
            },
        });
        let about = "Sent at least once. The header `Smile-Signature` is the HMAC-SHA512 of the body, in lower-case hex, keyed with the webhook's secret. Beside it are the headers of Standard Webhooks, `webhook-id`, `webhook-timestamp` and `webhook-signature`, by which repeats and replays can be told.";
        Some(DescribedWebhook { name: event.as_str(), summary, about, tag: "Webhooks", body })
    };
    EventType::ALL.iter().filter_map(webhook).collect()
}
