//! Steps: how far a person comes at the widget, for the tenant to see where people give up.

use crate::{
    account::AccountErrorCode,
    ids::{StepId, TokenId, UserId},
    provider::ProviderId,
    time::Timestamp,
    wire_enum::wire_enum,
};

/// A step of a person in one session of the widget.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionStep {
    /// Its id.
    pub id: StepId,
    /// The session, by the id of the link token that it was opened with.
    pub session_id: TokenId,
    /// Whose session it is.
    pub user_id: UserId,
    /// When it was taken.
    pub created_at: Timestamp,
    /// Which step.
    pub step: Step,
    /// At which provider, where it is about one.
    pub provider_id: Option<ProviderId>,
    /// Why it failed, of a step `FAILED`.
    pub error_code: Option<AccountErrorCode>,
}

wire_enum! {
    /// A step of a person at the widget, in the order in which people usually take them.
    Step {
        /// The widget was opened.
        Opened = "OPENED",
        /// They agreed to share.
        Consented = "CONSENTED",
        /// They did not agree.
        Declined = "DECLINED",
        /// They searched for a provider. What for is nobody's business.
        Searched = "SEARCHED",
        /// They did not find theirs.
        NotFound = "NOT_FOUND",
        /// They chose a provider.
        Chosen = "CHOSEN",
        /// They sent their login.
        Submitted = "SUBMITTED",
        /// The provider asked them for something more.
        Challenged = "CHALLENGED",
        /// The provider let them in.
        Connected = "CONNECTED",
        /// Signing in or reading failed.
        Failed = "FAILED",
        /// They closed the widget.
        Closed = "CLOSED",
    }
}

impl Step {
    /// Those that only the widget sees. The others are noted where they happen.
    pub const OF_WIDGET: [Self; 6] =
        [Self::Consented, Self::Declined, Self::Searched, Self::NotFound, Self::Chosen, Self::Closed];
}
