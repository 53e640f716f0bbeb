//! Invite templates: what invited people read, in their mail and on the pages around the widget.

use serde::{Deserialize, Serialize};

use crate::{ids::InviteTemplateId, time::Timestamp};

/// The wording of a tenant's invitations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InviteTemplate {
    /// Its id.
    pub id: InviteTemplateId,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// What it says.
    pub content: InviteContent,
}

/// What an invite template says. Everything is plain text; the mail and the pages may have the placeholders of
/// [`texts`](crate::texts).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct InviteContent {
    /// The tenant's name for the template.
    pub name: String,
    /// Who invites.
    pub company: InviteCompany,
    /// The mail.
    pub email: InviteEmail,
    /// The page that the mail leads to.
    pub landing_page: InvitePage,
    /// The page after the widget.
    pub success_page: InvitePage,
}

/// Who invites, as people see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct InviteCompany {
    /// What `${companyName}` stands for.
    pub name: String,
    /// Where its picture is.
    pub logo_url: String,
}

/// The mail of an invitation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct InviteEmail {
    /// Whether it is sent; otherwise the tenant passes the landing page's address on itself.
    pub send_email: bool,
    /// Whom it is from.
    pub sender_name: String,
    /// Where answers go.
    pub reply_address: String,
    /// What it is about.
    pub subject: String,
    /// What it says.
    pub body: String,
}

/// A page around the widget.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct InvitePage {
    /// Its heading.
    pub header: String,
    /// What it says.
    pub description: String,
    /// What its button says.
    pub button: String,
}
