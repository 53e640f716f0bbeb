//! `/accounts/{id}/events`: progress as it happens.

use std::{convert::Infallible, time::Duration};

use axum::{
    extract::State,
    response::sse::{Event, KeepAlive, Sse},
};
use futures_util::{Stream, stream};
use sahod_app::{Acting, App, Progress, SessionWatch};
use sahod_model::AccountId;
use tokio::sync::watch;

use super::wire::progress::ProgressWire;
use crate::{
    error::ApiError,
    state::{InSession, Path, Surface, path_id},
};

const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// `GET /accounts/{id}/events`: the present progress, then each change until the end.
pub(super) async fn stream(
    State(surface): State<Surface>,
    InSession(acting): InSession,
    Path(id): Path<String>,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, ApiError> {
    let account = path_id(&id)?;
    let session = surface.app.people.watch_session(&acting)?;
    let (present, changes) = surface.app.linking.follow_link(&acting, &account).await?;
    let follower = Follower { app: surface.app, acting, session, account, next: Some(present), changes };
    let events = stream::unfold(follower, |mut follower| async {
        let progress = follower.next().await?;
        let data = serde_json::to_string(&ProgressWire::from(&progress)).ok()?;
        Some((Ok(Event::default().event("progress").data(data)), follower))
    });
    Ok(Sse::new(events).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)))
}

/// One widget that follows one attempt.
struct Follower {
    app: App,
    acting: Acting,
    /// Nothing more is told once it has ended.
    session: SessionWatch,
    account: AccountId,
    /// What is sent next, when it is known already.
    next: Option<Progress>,
    /// What comes after; `None` when nothing more will.
    changes: Option<watch::Receiver<Progress>>,
}

impl Follower {
    async fn next(&mut self) -> Option<Progress> {
        if let Some(progress) = self.next.take() {
            return Some(self.noted(progress));
        }
        let attempt = self.changes.as_mut()?;
        let goes_on = tokio::select! {
            changed = attempt.changed() => changed.is_ok(),
            () = self.session.ended() => return None,
        };
        if !self.session.is_open().await {
            return None;
        }
        if goes_on {
            let progress = self.changes.as_mut()?.borrow_and_update().clone();
            return Some(self.noted(progress));
        }
        // The attempt was cut off, by a revoke or a newer attempt: the store says how things stand.
        self.changes = None;
        self.app.linking.link_progress(&self.acting, &self.account).await.ok()
    }

    /// That progress, after which nothing more comes when it is the end.
    fn noted(&mut self, progress: Progress) -> Progress {
        if progress.stage.is_end() {
            self.changes = None;
        }
        progress
    }
}
