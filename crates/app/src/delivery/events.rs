//! Events for customers who catch up: the same log that webhooks read.

use std::time::Duration;

use sahod_model::{EventId, Right};
use sahod_store::{EventFilter, Page, PageRequest, Scope, StoredEvent};
use sahod_webhooks::EventBody;
use tokio::time::{Instant, sleep, sleep_until};

use super::{Delivery, event_body::PayloadIn};
use crate::{Acting, AppError};

/// Whoever waits looks no more often than this, however much happens elsewhere.
const SHORTEST_LOOK: Duration = Duration::from_millis(20);

/// An event as it is delivered.
#[derive(Debug)]
pub struct DeliveredEvent {
    /// Its number in its tenant's and mode's sequence, from 1.
    pub sequence: i64,
    /// What webhooks are sent.
    pub body: EventBody,
}

impl Delivery {
    /// A page of events, without payloads.
    pub async fn list_events(
        &self,
        acting: &Acting,
        filter: &EventFilter,
        page: &PageRequest,
    ) -> Result<Page<DeliveredEvent>, AppError> {
        self.page_of_events(acting.may(Right::Read)?, filter, page).await
    }

    async fn page_of_events(
        &self,
        scope: &Scope,
        filter: &EventFilter,
        page: &PageRequest,
    ) -> Result<Page<DeliveredEvent>, AppError> {
        let store = self.services.store.scoped(scope);
        if let Some(after) = filter.after.filter(|_| page.after.is_none()) {
            let kept = store.kept_events().await?;
            if after > kept.last {
                let detail = format!("is past the last event, which has the number {}", kept.last);
                return Err(AppError::invalid("after", detail));
            }
            if after + 1 < kept.first {
                let detail = format!(
                    "is too long ago: events are kept for 90 days, and the first that is left has the number {}; read \
                     the objects themselves, then go on with after={}",
                    kept.first,
                    kept.first - 1
                );
                return Err(AppError::invalid("after", detail));
            }
        }
        let page = store.list_events(filter, page).await?;
        let mut items = Vec::with_capacity(page.items.len());
        for event in page.items {
            items.push(self.body_of(scope, event, PayloadIn::None).await?);
        }
        Ok(Page { items, next: page.next })
    }

    /// The event of that id, with its payload.
    pub async fn get_event(&self, acting: &Acting, id: &EventId) -> Result<DeliveredEvent, AppError> {
        let scope = acting.may(Right::Read)?;
        let event = self.services.store.scoped(scope).get_event(id).await?.ok_or(AppError::Missing)?;
        self.body_of(scope, event, PayloadIn::Every).await
    }

    /// The same, but while there is none it waits: until there is one, or the time is up, or this process is to stop.
    pub async fn await_events(
        &self,
        acting: &Acting,
        filter: &EventFilter,
        page: &PageRequest,
        most: Duration,
    ) -> Result<Page<DeliveredEvent>, AppError> {
        let scope = acting.may(Right::Read)?;
        // Whoever has as many waits as it may have is answered at once, as after the wait.
        let place = self.waits.try_take(scope.number(), &());
        let end = Instant::now() + if place.is_some() { most } else { Duration::ZERO };
        loop {
            // Read before the page: what happens between the two ends the wait.
            let last = self.services.store.scoped(scope).kept_events().await?.last;
            let page = self.page_of_events(scope, filter, page).await?;
            if !page.items.is_empty() || !self.await_any(scope, last, end).await? {
                return Ok(page);
            }
        }
    }

    /// Waits for an event after that number; `false` when the time is up, or this process is to stop.
    async fn await_any(&self, scope: &Scope, after: i64, end: Instant) -> Result<bool, AppError> {
        let store = self.services.store.scoped(scope);
        let mut stopping = self.stopping.subscribe();
        loop {
            let appended = store.event_appended();
            if store.kept_events().await?.last > after {
                return Ok(true);
            }
            if Instant::now() >= end || *stopping.borrow() {
                return Ok(false);
            }
            // Other processes append events, too.
            let look = end.min(Instant::now() + self.services.config.deliveries.poll);
            tokio::select! {
                () = appended => sleep(SHORTEST_LOOK).await,
                () = sleep_until(look) => {}
                _ = stopping.changed() => {}
            }
        }
    }

    /// Lets nobody wait for events any more.
    pub fn stop_waiting(&self) {
        self.stopping.send_replace(true);
    }

    async fn body_of(
        &self,
        scope: &Scope,
        event: StoredEvent,
        payload: PayloadIn,
    ) -> Result<DeliveredEvent, AppError> {
        Ok(DeliveredEvent { sequence: event.seq, body: self.event_body(scope, &event, payload).await? })
    }
}
