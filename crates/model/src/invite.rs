//! Invites: people whom a tenant asked by name to share their data.

use secrecy::SecretString;
use serde::Serialize;

use crate::{
    ids::{InviteId, InviteLogId, InviteTemplateId, UserId, WinkTemplateId},
    time::Timestamp,
    wire_enum::wire_enum,
};

/// An invitation of one person, who is a user of its own.
#[derive(Clone, Debug)]
pub struct Invite {
    /// Its id.
    pub id: InviteId,
    /// When it was made.
    pub created_at: Timestamp,
    /// The user that was made for the person.
    pub user_id: UserId,
    /// What the person reads.
    pub template_id: InviteTemplateId,
    /// How the widget looks to the person.
    pub wink_template_id: Option<WinkTemplateId>,
    /// How far it has come.
    pub status: InviteStatus,
    /// When `status` last changed.
    pub updated_at: Timestamp,
    /// When the person was invited.
    pub invited_at: Timestamp,
    /// When the person last came to share something; `None` before.
    pub linked_at: Option<Timestamp>,
    /// When the landing page stops opening.
    pub expires_at: Timestamp,
    /// Who was invited; `None` once the user's key was destroyed.
    pub invitee: Option<Invitee>,
}

/// Who was invited.
#[derive(Clone, Debug)]
pub struct Invitee {
    /// Full name.
    pub full_name: String,
    /// First name, when the tenant told it.
    pub first_name: Option<String>,
    /// Last name, when the tenant told it.
    pub last_name: Option<String>,
    /// Where the invitation goes.
    pub email: String,
    /// What opens the landing page.
    pub token: SecretString,
}

wire_enum! {
    /// How far an invite has come.
    InviteStatus {
        /// Made.
        Invited = "INVITED",
        /// The mail was opened.
        EmailOpened = "EMAIL_OPENED",
        /// The landing page was opened.
        LandingPageOpened = "LANDING_PAGE_OPENED",
        /// The widget was opened.
        WinkWidgetOpened = "WINK_WIDGET_OPENED",
        /// The person shares an account.
        Linked = "LINKED",
        /// The person shared, and took everything back.
        Revoked = "REVOKED",
    }
}

/// One change of an invite.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct InviteLog {
    /// Its id.
    pub id: InviteLogId,
    /// The invite.
    pub invite_id: InviteId,
    /// The invited user.
    pub user_id: UserId,
    /// What the invite became.
    pub invite_status: InviteStatus,
    /// When.
    pub created_at: Timestamp,
}
