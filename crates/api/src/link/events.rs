//! `/accounts/{id}/events`: progress as it happens.

use std::{convert::Infallible, time::Duration};

use axum::{
    extract::State,
    response::sse::{Event, KeepAlive, Sse},
};
use futures_util::{Stream, stream};
use sahod_app::{Acting, App, Progress};
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
    let (present, changes) = surface.app.linking.follow_link(&acting, &account).await?;
    let follower = Follower { app: surface.app, acting, account, next: Some(present), changes };
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
    account: AccountId,
    /// What is sent next, when it is known already.
    next: Option<Progress>,
    /// What comes after; `None` when nothing more will.
    changes: Option<watch::Receiver<Progress>>,
}

impl Follower {
    async fn next(&mut self) -> Option<Progress> {
        let progress = match self.next.take() {
            Some(progress) => progress,
            None if self.changes.as_mut()?.changed().await.is_ok() => {
                self.changes.as_mut()?.borrow_and_update().clone()
            }
            None => {
                // The attempt was cut off, by a revoke or a newer attempt: the store says how things stand.
                self.changes = None;
                return self.app.linking.link_progress(&self.acting, &self.account).await.ok();
            }
        };
        if progress.stage.is_end() {
            self.changes = None;
        }
        Some(progress)
    }
}
