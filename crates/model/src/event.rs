//! Events: what happened, as webhooks tell it. Stored events hold ids only; what is personal joins at delivery.

use serde::Serialize;

use crate::{
    account::{AccountErrorCode, MonitorStatus},
    datapoint::Datapoint,
    event_type::EventType,
    ids::{AccountId, ArchiveId, EventId, InviteId, ItemId, SourceId, UserId, WebhookId},
    item::SourceType,
    provider::ProviderId,
    task::{TaskStatus, TaskType},
    time::Timestamp,
    user::UserSession,
    webhook::SwitchedOffReason,
};

/// Something that happened, as it is stored in the outbox.
#[derive(Clone, Debug)]
pub struct Event {
    /// The same on every delivery try.
    pub id: EventId,
    /// When it happened.
    pub created_at: Timestamp,
    /// What happened.
    pub data: EventData,
}

/// What happened. Each variant is the `data` of one event body, without what is personal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum EventData {
    /// A user was made.
    #[serde(rename_all = "camelCase")]
    UserCreated {
        /// The user.
        user_id: UserId,
        /// Its session.
        session: UserSession,
    },
    /// A user shared data for the first time, or again after a reset.
    UserSessionCompleted {
        /// Its session.
        session: UserSession,
    },
    /// A user is to start over.
    UserSessionReset {
        /// Its session.
        session: UserSession,
    },
    /// A person was invited.
    InviteInvited(InviteEvent),
    /// An invited person shares an account.
    InviteLinked(InviteEvent),
    /// An account was made.
    AccountCreated(AccountEvent),
    /// An account was signed in to.
    AccountConnected(AccountEvent),
    /// An account was revoked.
    AccountDisconnected(AccountEvent),
    /// Connecting an account failed.
    #[serde(rename_all = "camelCase")]
    AccountFailed {
        /// The account.
        #[serde(flatten)]
        account: AccountEvent,
        /// Why.
        error_code: AccountErrorCode,
        /// Why, in words.
        error_message: &'static str,
    },
    /// An archive was handed over, and is being read.
    ArchiveStarted(ArchiveEvent),
    /// An archive was read.
    ArchiveAnalyzed(ArchiveEvent),
    /// An archive could not be read.
    #[serde(rename_all = "camelCase")]
    ArchiveFailed {
        /// The archive.
        #[serde(flatten)]
        archive: ArchiveEvent,
        /// Why: the code in its state, or `UNSUPPORTED` when such documents cannot be read here.
        error_code: &'static str,
        /// Why, in words.
        error_message: &'static str,
    },
    /// An archive was taken back.
    ArchiveRevoked(ArchiveEvent),
    /// A source began to be read.
    #[serde(rename_all = "camelCase")]
    TaskStarted {
        /// The source.
        #[serde(flatten)]
        source: SourceEvent,
        /// What the task does.
        task_type: TaskType,
    },
    /// A source was read to the end.
    #[serde(rename_all = "camelCase")]
    TaskFinished {
        /// The source.
        #[serde(flatten)]
        source: SourceEvent,
        /// What the task did.
        task_type: TaskType,
        /// How it ended.
        status: TaskStatus,
        /// Why it failed.
        error_code: Option<AccountErrorCode>,
        /// What was found.
        datapoints: Vec<Datapoint>,
    },
    /// A source was read again.
    #[serde(rename_all = "camelCase")]
    AccountSyncTaskFinished {
        /// The source.
        #[serde(flatten)]
        source: SourceEvent,
        /// How it ended.
        status: TaskStatus,
        /// Whether it will be read once more.
        monitor_status: MonitorStatus,
        /// What was found, whether or not it has changed.
        datapoints: Vec<Datapoint>,
    },
    /// An identity was stored.
    #[serde(rename_all = "camelCase")]
    IdentityAdded {
        /// The account it came from.
        #[serde(flatten)]
        account: AccountEvent,
        /// The identity.
        identity_id: ItemId,
    },
    /// A rating was stored.
    #[serde(rename_all = "camelCase")]
    RatingAdded {
        /// The account it came from.
        #[serde(flatten)]
        account: AccountEvent,
        /// The rating.
        rating_id: ItemId,
    },
    /// What a person linked with other organisations was counted for the first time.
    #[serde(rename_all = "camelCase")]
    LinkAdded {
        /// The account it belongs to.
        #[serde(flatten)]
        account: AccountEvent,
        /// The link.
        id: ItemId,
    },
    /// An insight was worked out for the first time.
    #[serde(rename_all = "camelCase")]
    InsightAdded {
        /// The account it was worked out from.
        #[serde(flatten)]
        account: AccountEvent,
        /// The insight.
        id: ItemId,
    },
    /// Data points of a kind that comes in numbers were stored.
    ItemsAdded {
        /// The kind.
        #[serde(skip)]
        kind: Datapoint,
        /// The account they came from.
        #[serde(flatten)]
        account: AccountEvent,
        /// How many.
        count: u32,
    },
    /// Data points that were there already have changed; of a kind whose changes are told one by one.
    #[serde(rename_all = "camelCase")]
    ItemsUpdated {
        /// What is announced.
        #[serde(skip)]
        event_type: EventType,
        /// The account they came from.
        #[serde(flatten)]
        account: AccountEvent,
        /// Which ones.
        updated_ids: Vec<ItemId>,
        /// How many.
        count: u32,
        /// When the change was stored.
        updated_at: Timestamp,
    },
    /// Data points that were there already have changed; of a kind whose changes are told by the time they are about.
    #[serde(rename_all = "camelCase")]
    PeriodUpdated {
        /// What is announced.
        #[serde(skip)]
        event_type: EventType,
        /// The account they came from.
        #[serde(flatten)]
        account: AccountEvent,
        /// How many.
        count: u32,
        /// The earliest date of those that changed.
        updated_from: Timestamp,
        /// The latest date of those that changed.
        updated_to: Timestamp,
        /// When the change was stored.
        updated_at: Timestamp,
    },
    /// A webhook was switched off because its receiver asked for it, or failed for days.
    #[serde(rename_all = "camelCase")]
    WebhookDisabled {
        /// The webhook.
        webhook_id: WebhookId,
        /// Why.
        reason: SwitchedOffReason,
        /// When its receiver began to fail; null when it did not fail but asked for it.
        failing_since: Option<Timestamp>,
    },
}

/// The invite that an event is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct InviteEvent {
    /// Who is invited.
    pub user_id: UserId,
    /// The invite.
    pub invite_id: InviteId,
}

/// The account that an event is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AccountEvent {
    /// Whose it is.
    pub user_id: UserId,
    /// The account.
    pub account_id: AccountId,
    /// Its provider, as a list of one.
    pub providers: [ProviderId; 1],
}

/// The archive that an event is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ArchiveEvent {
    /// Whose it is.
    pub user_id: UserId,
    /// The archive.
    pub archive_id: ArchiveId,
}

/// The source that an event is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SourceEvent {
    /// Whose it is.
    pub user_id: UserId,
    /// The source.
    pub source_id: SourceId,
    /// What kind of source it is.
    pub source_type: SourceType,
    /// Its provider, as a list of one.
    pub providers: [ProviderId; 1],
}

impl EventData {
    /// The type under which it is announced.
    #[must_use]
    pub const fn event_type(&self) -> EventType {
        match self {
            Self::UserCreated { .. } => EventType::UserCreated,
            Self::UserSessionCompleted { .. } => EventType::UserSessionCompleted,
            Self::UserSessionReset { .. } => EventType::UserSessionReset,
            Self::WebhookDisabled { .. } => EventType::WebhookDisabled,
            Self::InviteInvited(_) => EventType::InviteInvited,
            Self::InviteLinked(_) => EventType::InviteLinked,
            Self::AccountCreated(_) => EventType::AccountCreated,
            Self::AccountConnected(_) => EventType::AccountConnected,
            Self::AccountDisconnected(_) => EventType::AccountDisconnected,
            Self::AccountFailed { .. } => EventType::AccountFailed,
            Self::ArchiveStarted(_) => EventType::ArchiveStarted,
            Self::ArchiveAnalyzed(_) => EventType::ArchiveAnalyzed,
            Self::ArchiveFailed { .. } => EventType::ArchiveFailed,
            Self::ArchiveRevoked(_) => EventType::ArchiveRevoked,
            Self::TaskStarted { .. } => EventType::TaskStarted,
            Self::TaskFinished { .. } => EventType::TaskFinished,
            Self::AccountSyncTaskFinished { .. } => EventType::AccountSyncTaskFinished,
            Self::IdentityAdded { .. } => EventType::IdentityAdded,
            Self::RatingAdded { .. } => EventType::RatingAdded,
            Self::LinkAdded { .. } => EventType::LinkAdded,
            Self::InsightAdded { .. } => EventType::InsightAdded,
            Self::ItemsAdded { kind, .. } => match kind {
                Datapoint::Identities => EventType::IdentityAdded,
                Datapoint::Ratings => EventType::RatingAdded,
                Datapoint::Transactions => EventType::TransactionsAdded,
                Datapoint::Employments => EventType::EmploymentsAdded,
                Datapoint::Documents => EventType::DocumentsAdded,
                Datapoint::Incomes => EventType::IncomesAdded,
                Datapoint::Contributions => EventType::ContributionsAdded,
                Datapoint::Eincomes => EventType::EincomesAdded,
                Datapoint::Liabilities => EventType::LiabilitiesAdded,
                Datapoint::Links => EventType::LinkAdded,
                Datapoint::Insights => EventType::InsightAdded,
            },
            Self::ItemsUpdated { event_type, .. } | Self::PeriodUpdated { event_type, .. } => *event_type,
        }
    }

    /// Whom it is about; `None` when it is about nobody.
    #[must_use]
    pub const fn user_id(&self) -> Option<&UserId> {
        Some(match self {
            Self::UserCreated { user_id, .. } => user_id,
            Self::UserSessionCompleted { session } | Self::UserSessionReset { session } => &session.user_id,
            Self::InviteInvited(invite) | Self::InviteLinked(invite) => &invite.user_id,
            Self::AccountCreated(account)
            | Self::AccountConnected(account)
            | Self::AccountDisconnected(account)
            | Self::AccountFailed { account, .. }
            | Self::IdentityAdded { account, .. }
            | Self::RatingAdded { account, .. }
            | Self::LinkAdded { account, .. }
            | Self::InsightAdded { account, .. }
            | Self::ItemsAdded { account, .. }
            | Self::ItemsUpdated { account, .. }
            | Self::PeriodUpdated { account, .. } => &account.user_id,
            Self::ArchiveStarted(archive)
            | Self::ArchiveAnalyzed(archive)
            | Self::ArchiveFailed { archive, .. }
            | Self::ArchiveRevoked(archive) => &archive.user_id,
            Self::TaskStarted { source, .. }
            | Self::TaskFinished { source, .. }
            | Self::AccountSyncTaskFinished { source, .. } => &source.user_id,
            Self::WebhookDisabled { .. } => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn account() -> AccountEvent {
        let hex = "0".repeat(32);
        AccountEvent {
            user_id: format!("demo-{hex}").parse().unwrap(),
            account_id: format!("a-{hex}").parse().unwrap(),
            providers: ["upwork".parse().unwrap()],
        }
    }

    /// The stored form of an event's data: ids only, as an object, with these members besides the account's own.
    fn assert_members(data: &EventData, more: &Value) {
        let mut expected = serde_json::to_value(account()).unwrap();
        for (name, value) in more.as_object().unwrap() {
            expected[name] = value.clone();
        }
        assert_eq!(serde_json::to_value(data).unwrap(), expected, "{:?}", data.event_type());
    }

    #[test]
    fn every_event_about_an_account_is_an_object_of_its_members() {
        assert_members(&EventData::AccountCreated(account()), &json!({}));
        assert_members(&EventData::AccountConnected(account()), &json!({}));
        assert_members(&EventData::AccountDisconnected(account()), &json!({}));
        let code = AccountErrorCode::InvalidMfa;
        assert_members(
            &EventData::AccountFailed { account: account(), error_code: code, error_message: code.message() },
            &json!({ "errorCode": "INVALID_MFA", "errorMessage": code.message() }),
        );
        assert_members(
            &EventData::ItemsAdded { kind: Datapoint::Incomes, account: account(), count: 3 },
            &json!({ "count": 3 }),
        );
    }
}
