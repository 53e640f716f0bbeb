//! The types of events.

use crate::{datapoint::Datapoint, wire_enum::wire_enum};

wire_enum! {
    /// The type of an event, as the contract names it. `WEBHOOK_DISABLED` is beyond the contract.
    #[expect(missing_docs, reason = "the names are the contract's")]
    EventType {
        UserCreated = "USER_CREATED",
        AccountCreated = "ACCOUNT_CREATED",
        AccountConnected = "ACCOUNT_CONNECTED",
        AccountDisconnected = "ACCOUNT_DISCONNECTED",
        AccountFailed = "ACCOUNT_FAILED",
        TaskStarted = "TASK_STARTED",
        TaskFinished = "TASK_FINISHED",
        AccountSyncTaskFinished = "ACCOUNT_SYNC_TASK_FINISHED",
        ArchiveStarted = "ARCHIVE_STARTED",
        ArchiveAnalyzed = "ARCHIVE_ANALYZED",
        ArchiveRevoked = "ARCHIVE_REVOKED",
        ArchiveFailed = "ARCHIVE_FAILED",
        InviteInvited = "INVITE_INVITED",
        InviteLinked = "INVITE_LINKED",
        IdentityAdded = "IDENTITY_ADDED",
        RatingAdded = "RATING_ADDED",
        TransactionsAdded = "TRANSACTIONS_ADDED",
        DocumentsAdded = "DOCUMENTS_ADDED",
        DocumentsUpdated = "DOCUMENTS_UPDATED",
        EmploymentsAdded = "EMPLOYMENTS_ADDED",
        EmploymentsUpdated = "EMPLOYMENTS_UPDATED",
        IncomesAdded = "INCOMES_ADDED",
        IncomesUpdated = "INCOMES_UPDATED",
        ContributionsAdded = "CONTRIBUTIONS_ADDED",
        ContributionsUpdated = "CONTRIBUTIONS_UPDATED",
        EincomesAdded = "EINCOMES_ADDED",
        EincomesUpdated = "EINCOMES_UPDATED",
        LiabilitiesAdded = "LIABILITIES_ADDED",
        LiabilitiesUpdated = "LIABILITIES_UPDATED",
        InsightAdded = "INSIGHT_ADDED",
        LinkAdded = "LINK_ADDED",
        VerificationStarted = "VERIFICATION_STARTED",
        VerificationCompleted = "VERIFICATION_COMPLETED",
        RecordCreated = "RECORD_CREATED",
        RecordCompleted = "RECORD_COMPLETED",
        UserSessionCompleted = "USER_SESSION_COMPLETED",
        UserSessionReset = "USER_SESSION_RESET",
        WebhookDisabled = "WEBHOOK_DISABLED",
        AllEvents = "ALL_EVENTS",
    }
}

impl EventType {
    /// What announces changed data points of that kind; `None` where changes are not announced.
    #[must_use]
    pub const fn updated(kind: Datapoint) -> Option<Self> {
        match kind {
            Datapoint::Documents => Some(Self::DocumentsUpdated),
            Datapoint::Employments => Some(Self::EmploymentsUpdated),
            Datapoint::Liabilities => Some(Self::LiabilitiesUpdated),
            Datapoint::Incomes => Some(Self::IncomesUpdated),
            Datapoint::Contributions => Some(Self::ContributionsUpdated),
            Datapoint::Eincomes => Some(Self::EincomesUpdated),
            _ => None,
        }
    }

    /// Whether its change is told by the time that the changed data points are about, not by their ids.
    #[must_use]
    pub const fn is_told_by_period(self) -> bool {
        matches!(self, Self::IncomesUpdated | Self::ContributionsUpdated | Self::EincomesUpdated)
    }
}
