//! Bringing events to webhooks: which process has which stream, what is to be sent, and how far it has come.
//!
//! A process holds a stream by a lease that it renews. Every write names the holder, so one whose lease has gone to another
//! process writes nothing any more.

use sahod_model::{Timestamp, Webhook, WebhookId};

use crate::{
    Store,
    engine::{Row, params, pushing, statements},
    error::{StoreError, corrupt},
    events::{self, StoredEvent},
    webhooks,
};

/// A process that brings events to webhooks: chosen by chance at its start.
pub type Holder = [u8; 16];

statements! {
    CLAIMABLE = "SELECT count(*) FROM streams s JOIN webhooks w ON w.id = s.webhook_id
        WHERE w.active = 1 AND (s.lease_until IS NULL OR s.lease_until < $1)";
    CLAIM_STREAMS = "UPDATE streams SET holder = $1, lease_until = $2
        WHERE (lease_until IS NULL OR lease_until < $3)
            AND webhook_id IN (SELECT w.id FROM webhooks w WHERE w.active = 1)
        RETURNING webhook_id, scope";
    RENEW_STREAM = "UPDATE streams SET lease_until = $1 WHERE webhook_id = $2 AND holder = $3 RETURNING webhook_id";
    RELEASE_STREAM = "UPDATE streams SET holder = NULL, lease_until = NULL WHERE webhook_id = $1 AND holder = $2";
    RELEASE_ALL_STREAMS = "UPDATE streams SET holder = NULL, lease_until = NULL WHERE holder IS NOT NULL";
    STREAMS_WITH_WORK = "SELECT s.webhook_id FROM streams s JOIN scopes c ON c.number = s.scope
        WHERE s.holder = $1 AND (c.event_seq > s.cursor OR EXISTS
            (SELECT 1 FROM deliveries d WHERE d.webhook_id = s.webhook_id AND d.due_at <= $2))";
    OPEN_STREAM = "SELECT cursor, revision, paused_until, failing_since FROM streams
        WHERE webhook_id = $1 AND scope = $2 AND holder = $3";
    GET_REVISION = "SELECT revision FROM streams WHERE webhook_id = $1 AND holder = $2";
    EVENTS_AFTER = concat!("SELECT ", events::columns!(), " FROM events
        WHERE scope = $1 AND seq > $2 ORDER BY seq LIMIT $3");
    GET_EVENT_BY_SEQ = concat!("SELECT ", events::columns!(), " FROM events WHERE scope = $1 AND seq = $2");
    DUE_DELIVERIES = "SELECT d.attempt, d.due_at, e.seq, e.id, e.type, e.created_at, e.user_id, e.source_id, e.body
        FROM deliveries d JOIN events e ON e.scope = d.scope AND e.seq = d.seq
        WHERE d.webhook_id = $1 AND d.due_at <= $2 ORDER BY d.due_at LIMIT $3";
    ADVANCE_STREAM = "UPDATE streams SET cursor = CASE WHEN cursor < $1 THEN $1 ELSE cursor END,
            paused_until = $2, failing_since = $3
        WHERE webhook_id = $4 AND holder = $5 RETURNING revision";
    // One that was asked for again since is due at another time by now, and stays.
    END_DELIVERY = "DELETE FROM deliveries WHERE webhook_id = $1 AND seq = $2 AND due_at = $3";
    FAIL_DELIVERY = "INSERT INTO deliveries (webhook_id, seq, scope, attempt, due_at) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (webhook_id, seq) DO UPDATE SET attempt = excluded.attempt, due_at = excluded.due_at";
    SWEEP_EVENTS = "DELETE FROM events WHERE scope = $1 AND seq IN
        (SELECT seq FROM (SELECT seq, created_at FROM events WHERE scope = $2 AND seq > 0 ORDER BY seq LIMIT $3) AS oldest
            WHERE created_at < $4)";
    SWEEP_DELIVERIES = "DELETE FROM deliveries WHERE scope = $1
        AND seq < coalesce((SELECT min(seq) FROM events WHERE scope = $2 AND seq > 0), $3)";
}

/// A webhook and how far it has come, as its holder reads it.
#[derive(Clone, Debug)]
pub struct StreamState {
    /// The webhook.
    pub webhook: Webhook,
    /// Everything up to here is delivered, or due by itself.
    pub cursor: i64,
    /// Changes with the webhook.
    pub revision: i64,
    /// Nothing is to be sent before.
    pub paused_until: Option<Timestamp>,
    /// When its receiver began to fail; `None` when the last attempt succeeded.
    pub failing_since: Option<Timestamp>,
}

/// That an event is to be sent by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// Since when.
    pub at: Timestamp,
    /// How often it was tried.
    pub tried: u32,
}

/// An event that is to be sent to a webhook by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueDelivery {
    /// That it is.
    pub due: Due,
    /// The event.
    pub event: StoredEvent,
}

/// A try that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FailedDelivery {
    /// The event's number.
    pub seq: i64,
    /// How often it was tried.
    pub attempt: u32,
    /// When it is tried again; `None` when it was given up.
    pub due_at: Option<Timestamp>,
}

/// What became of deliveries to one webhook.
#[derive(Clone, Debug, Default)]
pub struct StreamProgress {
    /// Everything up to here is delivered, or due by itself.
    pub cursor: i64,
    /// Nothing is to be sent before.
    pub paused_until: Option<Timestamp>,
    /// When its receiver began to fail.
    pub failing_since: Option<Timestamp>,
    /// Of what was due by itself, what is done with: number, and since when it was due.
    pub done: Vec<(i64, Timestamp)>,
    /// What failed.
    pub failed: Vec<FailedDelivery>,
}

/// Deliveries.
impl Store {
    /// Takes every stream of an active webhook that nobody holds. The scopes that they are in.
    pub async fn claim_streams(
        &self,
        holder: Holder,
        now: Timestamp,
        lease_until: Timestamp,
    ) -> Result<Vec<(WebhookId, i64)>, StoreError> {
        let count = self.data().query_opt(CLAIMABLE, params![now], |row| row.int(0)).await?;
        if count == Some(0) {
            return Ok(Vec::new());
        }
        let read = |row: Row<'_>| Ok((row.parsed(0)?, row.int(1)?));
        let params = params![holder, lease_until, now];
        self.data().write_fold(CLAIM_STREAMS, params, Vec::new(), pushing(read)).await
    }

    /// Renews the leases of those streams that the holder has; which they are. One that is not named ends: a holder names what it
    /// brings events to, and nothing else.
    pub async fn renew_streams(
        &self,
        holder: Holder,
        mut ids: Vec<WebhookId>,
        lease_until: Timestamp,
    ) -> Result<Vec<WebhookId>, StoreError> {
        // In one order, so that two processes never wait for each other.
        ids.sort_unstable();
        let sets = ids.iter().map(|id| params![lease_until, id, holder]).collect();
        let mut tx = self.begin().await?;
        let renewed = tx.fold(RENEW_STREAM, sets, Vec::new(), pushing(|row: Row<'_>| row.parsed(0))).await?;
        tx.commit().await?;
        Ok(renewed)
    }

    /// Gives those streams back.
    pub async fn release_streams(&self, holder: Holder, ids: &[WebhookId]) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        tx.execute_many(RELEASE_STREAM, ids.iter().map(|id| params![id, holder]).collect()).await?;
        tx.commit().await
    }

    /// Takes every stream from whoever holds it. For the start of the only process on a database: they are gone.
    pub async fn release_all_streams(&self) -> Result<(), StoreError> {
        self.data().write(RELEASE_ALL_STREAMS, params![]).await.map(|_| ())
    }

    /// Which of the holder's streams have something to be sent.
    pub async fn streams_with_work(
        &self,
        holder: Holder,
        now: Timestamp,
    ) -> Result<Vec<WebhookId>, StoreError> {
        self.data().query(STREAMS_WITH_WORK, params![holder, now], |row| row.parsed(0)).await
    }

    /// Waits for events, or deliveries that are due, of this process; the scopes that they are in.
    pub async fn deliveries_ready(&self) -> std::collections::BTreeSet<i64> {
        self.0.alarm.events.notified().await;
        self.0.alarm.take_scopes()
    }

    /// Waits for a webhook that nobody has yet.
    pub async fn webhooks_ready(&self) {
        self.0.alarm.webhooks.notified().await;
    }

    /// A stream that the holder has; `None` when it has it no more, or the webhook is deleted.
    pub async fn open_stream(
        &self,
        holder: Holder,
        scope: i64,
        id: &WebhookId,
    ) -> Result<Option<StreamState>, StoreError> {
        let read =
            |row: Row<'_>| Ok((row.int(0)?, row.int(1)?, row.opt_timestamp(2)?, row.opt_timestamp(3)?));
        let found = self.data().query_opt(OPEN_STREAM, params![id, scope, holder], read).await?;
        let Some((cursor, revision, paused_until, failing_since)) = found else { return Ok(None) };
        // Read after the revision: a change between the two is noticed by it.
        let webhook = webhooks::get(self, scope, id).await?;
        Ok(webhook.map(|webhook| StreamState { webhook, cursor, revision, paused_until, failing_since }))
    }

    /// What changes with the webhook of a stream; `None` when the holder has it no more, or the webhook is deleted.
    pub async fn stream_revision(&self, holder: Holder, id: &WebhookId) -> Result<Option<i64>, StoreError> {
        self.data().query_opt(GET_REVISION, params![id, holder], |row| row.int(0)).await
    }

    /// The next events of a scope.
    pub async fn events_after(
        &self,
        scope: i64,
        after: i64,
        limit: u16,
    ) -> Result<Vec<StoredEvent>, StoreError> {
        self.data().query(EVENTS_AFTER, params![scope, after, i64::from(limit)], events::read).await
    }

    /// The event of that number in that scope.
    pub async fn event(&self, scope: i64, seq: i64) -> Result<Option<StoredEvent>, StoreError> {
        self.data().query_opt(GET_EVENT_BY_SEQ, params![scope, seq], events::read).await
    }

    /// What is due to be sent to a webhook by itself, the longest due first.
    pub async fn due_deliveries(
        &self,
        id: &WebhookId,
        now: Timestamp,
        limit: u16,
    ) -> Result<Vec<DueDelivery>, StoreError> {
        let read = |row: Row<'_>| {
            let due = Due { tried: row.int(0)?.try_into().map_err(corrupt)?, at: row.timestamp(1)? };
            Ok(DueDelivery { due, event: events::read_at(row, 2)? })
        };
        self.data().query(DUE_DELIVERIES, params![id, now, i64::from(limit)], read).await
    }

    /// Notes what became of deliveries; the stream's revision. `None`, and nothing noted, when the holder has it no more.
    pub async fn save_progress(
        &self,
        holder: Holder,
        scope: i64,
        id: &WebhookId,
        progress: StreamProgress,
    ) -> Result<Option<i64>, StoreError> {
        let mut tx = self.begin().await?;
        let params = params![progress.cursor, progress.paused_until, progress.failing_since, id, holder];
        let Some(revision) = tx.query_opt(ADVANCE_STREAM, params, |row| row.int(0)).await? else {
            return Ok(None);
        };
        let ended = progress.done.iter().map(|(seq, due_at)| params![id, *seq, *due_at]);
        tx.execute_many(END_DELIVERY, ended.collect()).await?;
        let failed = progress.failed.iter();
        let failed = failed.map(|one| params![id, one.seq, scope, i64::from(one.attempt), one.due_at]);
        tx.execute_many(FAIL_DELIVERY, failed.collect()).await?;
        tx.commit().await?;
        Ok(Some(revision))
    }

    /// Deletes events of a scope that are older than they are kept, out of the `limit` oldest; how many it were.
    pub async fn sweep_events(&self, scope: i64, limit: u16) -> Result<u64, StoreError> {
        let params = params![scope, scope, i64::from(limit), self.ended_before(events::LIFETIME)];
        let deleted = self.data().write(SWEEP_EVENTS, params).await?;
        if deleted > 0 {
            self.data().write(SWEEP_DELIVERIES, params![scope, scope, i64::MAX]).await?;
        }
        Ok(deleted)
    }
}
