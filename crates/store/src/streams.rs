//! Streams: how far each webhook has come in the log of events. Who brings them there is in [`crate::across_tenants::delivery`].
//!
//! A webhook needs no row for an event that it got at the first try: only its cursor moves. What failed, or is to be sent
//! again, has a row of its own until it is delivered.

use sahod_model::{EventType, Timestamp, WebhookId};

use crate::{
    engine::{Row, params, statements},
    error::StoreError,
    scope::{Scoped, ScopedTx},
};

/// Events that one call has sent again at most.
pub const MOST_AGAIN: u32 = 10_000;

statements! {
    INSERT_STREAM = "INSERT INTO streams (webhook_id, scope, cursor, revision)
        SELECT $1, number, event_seq, 0 FROM scopes WHERE number = $2";
    DELETE_STREAM = "DELETE FROM streams WHERE webhook_id = $1 AND scope = $2";
    DELETE_DELIVERIES = "DELETE FROM deliveries WHERE webhook_id = $1 AND scope = $2";
    TOUCH_STREAM = "UPDATE streams SET revision = revision + 1 WHERE webhook_id = $1 AND scope = $2";
    // What happened while it was inactive is not sent, but noted.
    SKIP_TO_NOW = "UPDATE streams SET revision = revision + 1, failing_since = NULL, paused_until = NULL,
            missed_from = CASE WHEN cursor < s.event_seq THEN coalesce(missed_from, cursor + 1) ELSE missed_from END,
            missed_to = CASE WHEN cursor < s.event_seq THEN s.event_seq ELSE missed_to END,
            cursor = s.event_seq
        FROM scopes s WHERE webhook_id = $1 AND scope = $2 AND s.number = scope";
    GET_MISSED = "SELECT missed_from, missed_to FROM streams WHERE webhook_id = $1 AND scope = $2";
    SET_MISSED = "UPDATE streams SET missed_from = $1, missed_to = $2 WHERE webhook_id = $3 AND scope = $4";
    // One that waits for another try anyway goes at once, as if it had never failed.
    SEND_RANGE = "INSERT INTO deliveries (webhook_id, seq, scope, attempt, due_at)
        SELECT s.webhook_id, e.seq, e.scope, 0, $1 FROM streams s JOIN events e ON e.scope = s.scope
            WHERE s.webhook_id = $2 AND s.scope = $3 AND e.seq >= $4 AND e.seq <= $5 AND e.seq <= s.cursor
                AND replace($6, ',' || e.type || ',', '') <> $6
            ORDER BY e.seq LIMIT $7
        ON CONFLICT (webhook_id, seq) DO UPDATE SET attempt = 0, due_at = excluded.due_at
        RETURNING seq";
    SEND_GIVEN_UP = "UPDATE deliveries SET attempt = 0, due_at = $1 WHERE webhook_id = $2 AND seq IN
        (SELECT seq FROM deliveries WHERE webhook_id = $3 AND scope = $4 AND due_at IS NULL ORDER BY seq LIMIT $5)";
    FIRST_GIVEN_UP = "SELECT seq FROM deliveries WHERE webhook_id = $1 AND scope = $2 AND due_at IS NULL
        ORDER BY seq LIMIT 1";
    GET_STATUS = "SELECT cursor, failing_since, paused_until, missed_from, missed_to FROM streams
        WHERE webhook_id = $1 AND scope = $2";
    COUNT_WAITING = "SELECT count(*) FROM (SELECT seq FROM deliveries
        WHERE webhook_id = $1 AND due_at IS NOT NULL LIMIT $2) AS waiting";
    COUNT_GIVEN_UP = "SELECT count(*) FROM (SELECT seq FROM deliveries
        WHERE webhook_id = $1 AND due_at IS NULL LIMIT $2) AS given_up";
    CREATED_AT = "SELECT created_at FROM events WHERE scope = $1 AND seq >= $2 ORDER BY seq LIMIT 1";
}

/// What is to be sent to a webhook again, of the types that it wants and of what it has come past already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Again {
    /// One event.
    Event(i64),
    /// Events of these numbers, both included.
    Range(i64, i64),
    /// What was given up, and what happened while it was inactive.
    Missed,
}

/// What a call to send something again came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Replayed {
    /// Events that are sent again now.
    pub count: u64,
    /// The first number that is left, when one call was not enough.
    pub rest: Option<i64>,
}

/// How a webhook's deliveries stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StreamStatus {
    /// Every event up to this number was delivered, or is counted below.
    pub cursor: i64,
    /// When its receiver began to fail, if it does.
    pub failing_since: Option<Timestamp>,
    /// Until when its receiver asked to be left alone.
    pub paused_until: Option<Timestamp>,
    /// What happened while it was inactive: numbers, both included.
    pub missed: Option<(i64, i64)>,
    /// Events that wait for another try; at most [`MOST_AGAIN`] are counted.
    pub waiting: i64,
    /// Events that were given up; counted likewise.
    pub given_up: i64,
}

fn read_missed(row: Row<'_>, index: usize) -> Result<Option<(i64, i64)>, StoreError> {
    Ok(row.opt_int(index)?.zip(row.opt_int(index + 1)?))
}

impl Scoped<'_> {
    /// How a webhook's deliveries stand; `None` when there is no such webhook.
    pub async fn stream_status(&self, id: &WebhookId) -> Result<Option<StreamStatus>, StoreError> {
        let data = self.store.data();
        let read = |row: Row<'_>| {
            Ok(StreamStatus {
                cursor: row.int(0)?,
                failing_since: row.opt_timestamp(1)?,
                paused_until: row.opt_timestamp(2)?,
                missed: read_missed(row, 3)?,
                waiting: 0,
                given_up: 0,
            })
        };
        let found = data.query_opt(GET_STATUS, params![id, self.scope.number()], read).await?;
        let Some(mut status) = found else { return Ok(None) };
        for (sql, count) in [(COUNT_WAITING, &mut status.waiting), (COUNT_GIVEN_UP, &mut status.given_up)] {
            let counted = data.query_opt(sql, params![id, i64::from(MOST_AGAIN)], |row| row.int(0)).await?;
            *count = counted.unwrap_or_default();
        }
        Ok(Some(status))
    }

    /// The number of the first event of that moment or later; one past the last when there is none.
    pub async fn first_event_at(&self, moment: Timestamp) -> Result<i64, StoreError> {
        let kept = self.kept_events().await?;
        // Numbers grow with time, so a few looks find the place and no index is kept for it.
        let (mut from, mut to) = (kept.first, kept.last + 1);
        while from < to {
            let middle = from + (to - from) / 2;
            let params = params![self.scope.number(), middle];
            let at = self.store.data().query_opt(CREATED_AT, params, |row| row.timestamp(0)).await?;
            if at.is_some_and(|at| at < moment) { from = middle + 1 } else { to = middle }
        }
        Ok(from)
    }
}

impl ScopedTx<'_> {
    /// Makes the stream of a new webhook: it gets what happens from now on.
    pub(crate) async fn insert_stream(&mut self, id: &WebhookId) -> Result<(), StoreError> {
        self.tx.wakes.webhooks = true;
        self.tx.execute(INSERT_STREAM, params![id, self.scope.number()]).await.map(|_| ())
    }

    pub(crate) async fn delete_stream(&mut self, id: &WebhookId) -> Result<(), StoreError> {
        self.tx.execute(DELETE_STREAM, params![id, self.scope.number()]).await?;
        self.tx.wakes.scopes.insert(self.scope.number());
        self.tx.execute(DELETE_DELIVERIES, params![id, self.scope.number()]).await.map(|_| ())
    }

    /// Says that the webhook changed; `activated`, that it was inactive before.
    pub(crate) async fn touch_stream(&mut self, id: &WebhookId, activated: bool) -> Result<(), StoreError> {
        let sql = if activated { SKIP_TO_NOW } else { TOUCH_STREAM };
        self.tx.execute(sql, params![id, self.scope.number()]).await?;
        self.tx.wakes.webhooks |= activated;
        self.tx.wakes.scopes.insert(self.scope.number());
        Ok(())
    }

    /// Sends events to a webhook again, of types among `types`; at most [`MOST_AGAIN`] with one call.
    pub async fn replay(
        &mut self,
        id: &WebhookId,
        types: &[EventType],
        again: Again,
    ) -> Result<Replayed, StoreError> {
        let (now, scope) = (self.tx.now(), self.scope.number());
        self.tx.wakes.scopes.insert(scope);
        match again {
            Again::Event(seq) => self.send_range(id, types, (seq, seq)).await,
            Again::Range(from, to) => self.send_range(id, types, (from, to)).await,
            Again::Missed => {
                let params = params![now, id, id, scope, i64::from(MOST_AGAIN)];
                let given_up = self.tx.execute(SEND_GIVEN_UP, params).await?;
                let rest = self.tx.query_opt(FIRST_GIVEN_UP, params![id, scope], |row| row.int(0)).await?;
                if rest.is_some() {
                    return Ok(Replayed { count: given_up, rest });
                }
                let read = |row: Row<'_>| read_missed(row, 0);
                let missed = self.tx.query_opt(GET_MISSED, params![id, scope], read).await?.flatten();
                let Some((from, to)) = missed else { return Ok(Replayed { count: given_up, rest: None }) };
                let sent = self.send_range(id, types, (from, to)).await?;
                let left = sent.rest.map(|rest| (rest, to)).unzip();
                self.tx.execute(SET_MISSED, params![left.0, left.1, id, scope]).await?;
                Ok(Replayed { count: given_up + sent.count, rest: sent.rest })
            }
        }
    }

    async fn send_range(
        &mut self,
        id: &WebhookId,
        types: &[EventType],
        (from, to): (i64, i64),
    ) -> Result<Replayed, StoreError> {
        let all = types.contains(&EventType::AllEvents);
        let wanted = if all { EventType::ALL } else { types };
        let names: Vec<_> = wanted.iter().map(|name| name.as_str()).collect();
        let names = format!(",{},", names.join(","));
        let most = i64::from(MOST_AGAIN);
        let params = params![self.tx.now(), id, self.scope.number(), from, to, names, most];
        let (count, last) = (0, from);
        let read = |(count, last): &mut (u64, i64), row: Row<'_>| {
            *count += 1;
            *last = (*last).max(row.int(0)?);
            Ok(())
        };
        let (count, last) = self.tx.fold(SEND_RANGE, vec![params], (count, last), read).await?;
        let full = count == u64::from(MOST_AGAIN) && last < to;
        Ok(Replayed { count, rest: full.then_some(last + 1) })
    }
}
