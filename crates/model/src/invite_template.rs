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
    #[schemars(length(min = 1, max = 64))]
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
    #[schemars(length(min = 1, max = 200))]
    pub name: String,
    /// Where its picture is.
    #[schemars(url, length(min = 1, max = 200))]
    pub logo_url: String,
}

/// The mail of an invitation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct InviteEmail {
    /// Whether it is sent; otherwise the tenant passes the landing page's address on itself.
    pub send_email: bool,
    /// Whom it is from.
    #[schemars(length(min = 1, max = 200))]
    pub sender_name: String,
    /// Where answers go.
    #[schemars(email, length(min = 1, max = 200))]
    pub reply_address: String,
    /// What it is about.
    #[schemars(length(min = 1, max = 200))]
    pub subject: String,
    /// What it says.
    #[schemars(length(min = 1, max = 5_000))]
    pub body: String,
}

/// A page around the widget.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct InvitePage {
    /// Its heading.
    #[schemars(length(min = 1, max = 200))]
    pub header: String,
    /// What it says.
    #[schemars(length(min = 1, max = 5_000))]
    pub description: String,
    /// What its button says.
    #[schemars(length(min = 1, max = 200))]
    pub button: String,
}
