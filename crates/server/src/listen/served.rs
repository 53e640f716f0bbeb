//! What is served, until when.

use std::time::Duration;

use axum::Router;
use tokio::sync::watch;

use super::connections::Connections;
use crate::tls::Encryption;

/// How far a server has come with its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    /// It serves.
    Open,
    /// It serves, and asks everybody to go elsewhere.
    Leaving,
    /// It takes no more connections, and ends those that it has.
    Closed,
}

/// What is served to whom.
pub(crate) struct Served {
    /// What connections are encrypted with; `None` when they are not.
    pub(crate) tls: Option<Encryption>,
    /// What answers.
    pub(crate) router: Router,
    /// Everybody who is connected, to whichever port.
    pub(crate) connections: Connections,
    /// How far the end has come.
    pub(crate) stage: watch::Receiver<Stage>,
    /// How long connections may go on when it has come.
    pub(crate) grace: Duration,
}

/// Waits until the end has come.
pub(super) async fn closed(stage: &mut watch::Receiver<Stage>) {
    // Without anybody to say so it has, too.
    let _ = stage.wait_for(|stage| *stage == Stage::Closed).await;
}
