//! `GET /api/stream?userId=`: what webhooks bring for one applicant, as it comes.

use std::{convert::Infallible, sync::Arc, time::Duration};

use axum::{
    extract::{Query, State},
    http::HeaderMap,
    response::sse::{Event, KeepAlive, Sse},
};
use futures_util::{Stream, StreamExt as _, future, stream};
use serde::Deserialize;
use tokio_stream::wrappers::BroadcastStream;

use crate::{error::Problem, events::Entry, session::user_id, state::DemoState};

const RECONNECT: Duration = Duration::from_secs(1);
const KEEP_ALIVE: Duration = Duration::from_secs(15);

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StreamQuery {
    #[serde(default)]
    user_id: String,
}

pub(crate) async fn get_stream(
    State(demo): State<Arc<DemoState>>,
    Query(query): Query<StreamQuery>,
    headers: HeaderMap,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Problem> {
    let user_id = user_id(&query.user_id)?;
    let place = demo.streams.clone().try_acquire_owned().map_err(|_| Problem::Busy)?;
    let after = headers.get("last-event-id").and_then(|id| id.to_str().ok()?.parse().ok()).unwrap_or(0);

    let (past, coming) = demo.events.watch(&user_id, after);
    let mut stopped = demo.stopped.subscribe();
    // A page that fell behind is cut off: its browser comes back and is told what it missed.
    let coming = BroadcastStream::new(coming)
        .take_while(|received| future::ready(received.is_ok()))
        .filter_map(move |received| {
            let _held_while_the_page_is_open = &place;
            future::ready(received.ok().filter(|entry| entry.is_of(&user_id)))
        });
    let opening = stream::iter([Event::default().retry(RECONNECT).comment("open")]);
    let events = stream::iter(past)
        .chain(coming)
        .map(|entry| written(&entry))
        .take_until(async move { drop(stopped.wait_for(|stopped| *stopped).await) });
    Ok(Sse::new(opening.chain(events).map(Ok)).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)))
}

fn written(entry: &Entry) -> Event {
    Event::default().event("webhook").id(entry.number.to_string()).data(&entry.json)
}
