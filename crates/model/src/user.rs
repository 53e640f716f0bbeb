//! Users: the people whose data is shared, as the tenant knows them.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::{ids::UserId, time::Timestamp, wire_enum::wire_enum};

/// What the tenant noted about a user: at most 5 pairs. It may be personal, so the store seals it.
pub type ExternalMetadata = BTreeMap<String, String>;

/// A person whose data is shared with one tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// Its id.
    pub id: UserId,
    /// When it was made.
    pub created_at: Timestamp,
    /// What the tenant noted about it.
    pub external_metadata: ExternalMetadata,
    /// How far it has come with sharing.
    pub session_status: SessionStatus,
}

impl User {
    /// Its session.
    #[must_use]
    pub fn session(&self) -> UserSession {
        UserSession::new(&self.id, self.session_status)
    }
}

/// A user's way through the widget, from the first visit to having shared something. A user has one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct UserSession {
    /// Whose it is.
    pub user_id: UserId,
    /// Where the user meets the widget.
    pub channel: SessionChannel,
    /// Which of several such places; the default channel is only one.
    pub channel_id: Option<String>,
    /// How far it has come.
    pub status: SessionStatus,
}

impl UserSession {
    /// A session on the default channel.
    #[must_use]
    pub fn new(user: &UserId, status: SessionStatus) -> Self {
        Self { user_id: user.clone(), channel: SessionChannel::Default, channel_id: None, status }
    }
}

wire_enum! {
    /// Where a user meets the widget.
    SessionChannel {
        /// A page of the tenant's, or a landing page.
        Default = "Default",
        /// A site of this installation.
        WinkSite = "WinkSite",
    }
}

wire_enum! {
    /// How far a user has come with sharing.
    SessionStatus {
        /// Nothing was read yet, or the session was reset.
        InProgress = "IN_PROGRESS",
        /// An account was connected and read.
        Completed = "COMPLETED",
        /// Everything that was shared was revoked.
        Revoked = "REVOKED",
    }
}
