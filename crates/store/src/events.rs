//! Events: the outbox, written in the transaction that caused them, with a gapless sequence per scope. It is a log: webhooks
//! and customers who catch up read it, each from where it has come to.

use std::{sync::Arc, time::Duration};

use sahod_model::{EventData, EventId, EventType, SourceId, Timestamp, UserId};

use crate::{
    engine::{Numbered, Params, Row, params, statements},
    error::StoreError,
    page::{Page, PageRequest, Position},
    scope::{Scoped, ScopedTx},
    sealing::to_json,
};

/// How long events are kept.
pub const LIFETIME: Duration = Duration::from_hours(90 * 24);

macro_rules! columns {
    () => {
        "seq, id, type, created_at, user_id, source_id, body"
    };
}
pub(crate) use columns;

macro_rules! list {
    ($of:literal) => {
        concat!("SELECT ", columns!(), " FROM events WHERE ", $of)
    };
}

statements! {
    NEXT_SEQ = "UPDATE scopes SET event_seq = event_seq + $1 WHERE number = $2 RETURNING event_seq";
    INSERT_EVENT = "INSERT INTO events (scope, seq, id, type, created_at, user_id, source_id, body)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    GET_EVENT = concat!("SELECT ", columns!(), " FROM events WHERE id = $1 AND scope = $2");
    LIST_NEWEST = list!("scope = $1 AND seq < $2 ORDER BY seq DESC LIMIT $3");
    LIST_NEWEST_OF_TYPE = list!("scope = $1 AND type >= $2 AND (type, seq) < ($2, $3)
        ORDER BY type DESC, seq DESC LIMIT $4");
    LIST_NEWEST_OF_USER = list!("+scope = $1 AND user_id = $2 AND ($3 = '' OR type = $3) AND seq < $4
        ORDER BY seq DESC LIMIT $5");
    LIST_AFTER = list!("scope = $1 AND seq > $2 ORDER BY seq LIMIT $3");
    LIST_AFTER_OF_TYPE = list!("scope = $1 AND type <= $2 AND (type, seq) > ($2, $3) ORDER BY type, seq LIMIT $4");
    LIST_AFTER_OF_USER = list!("+scope = $1 AND user_id = $2 AND ($3 = '' OR type = $3) AND seq > $4
        ORDER BY seq LIMIT $5");
    GET_KEPT = "SELECT coalesce((SELECT min(seq) FROM events WHERE scope = $1 AND seq > 0), event_seq + 1), event_seq
        FROM scopes WHERE number = $2";
}

/// An event as the log keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredEvent {
    /// Its number in its scope's sequence, from 1.
    pub seq: i64,
    /// The same on every delivery try.
    pub id: EventId,
    /// What happened.
    pub event_type: EventType,
    /// When.
    pub created_at: Timestamp,
    /// Whom it is about.
    pub user_id: Option<UserId>,
    /// The source that it is about.
    pub source_id: Option<SourceId>,
    /// The `data` of its webhook body as JSON: ids only.
    pub body: String,
}

/// Which events are listed, and in which order.
#[derive(Clone, Debug, Default)]
pub struct EventFilter {
    /// Of this type.
    pub event_type: Option<EventType>,
    /// About this user.
    pub user_id: Option<UserId>,
    /// Those after this number, oldest first. `None`: newest first.
    pub after: Option<i64>,
}

/// The numbers of the events that a scope has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The first that is kept; past `last` when none is.
    pub first: i64,
    /// The last that happened; 0 when nothing has.
    pub last: i64,
}

pub(crate) fn read(row: Row<'_>) -> Result<StoredEvent, StoreError> {
    read_at(row, 0)
}

pub(crate) fn read_at(row: Row<'_>, index: usize) -> Result<StoredEvent, StoreError> {
    Ok(StoredEvent {
        seq: row.int(index)?,
        id: row.parsed(index + 1)?,
        event_type: row.named(index + 2, EventType::from_name)?,
        created_at: row.timestamp(index + 3)?,
        user_id: row.opt_parsed(index + 4)?,
        source_id: row.opt_parsed(index + 5)?,
        body: row.text(index + 6)?.to_owned(),
    })
}

impl Scoped<'_> {
    /// The event of that id.
    pub async fn get_event(&self, id: &EventId) -> Result<Option<StoredEvent>, StoreError> {
        self.store.data().query_opt(GET_EVENT, params![id, self.scope.number()], read).await
    }

    /// A page of events. In its positions, the date stands for the number.
    pub async fn list_events(
        &self,
        filter: &EventFilter,
        page: &PageRequest,
    ) -> Result<Page<StoredEvent>, StoreError> {
        let reached = page.after.as_ref().map(|position| position.sort.as_micros());
        let from = reached.or(filter.after).unwrap_or(i64::MAX);
        let scope = self.scope.number();
        let event_type = filter.event_type.map(EventType::as_str);
        let oldest_first = filter.after.is_some();
        let (sql, mut params): (_, Params) = match (&filter.user_id, event_type) {
            (Some(user), event_type) => {
                let sql = if oldest_first { LIST_AFTER_OF_USER } else { LIST_NEWEST_OF_USER };
                (sql, params![scope, user, event_type.unwrap_or_default()])
            }
            (None, Some(event_type)) => {
                let sql = if oldest_first { LIST_AFTER_OF_TYPE } else { LIST_NEWEST_OF_TYPE };
                (sql, params![scope, event_type])
            }
            (None, None) => (if oldest_first { LIST_AFTER } else { LIST_NEWEST }, params![scope]),
        };
        params.extend(params![from]);
        self.store
            .data()
            .page(sql, params, page, read, |event| Position::of(Timestamp::from_micros(event.seq), &event.id))
            .await
    }

    /// The numbers of the events that there are.
    pub async fn kept_events(&self) -> Result<Kept, StoreError> {
        let scope = self.scope.number();
        let read = |row: Row<'_>| Ok(Kept { first: row.int(0)?, last: row.int(1)? });
        let kept = self.store.data().query_opt(GET_KEPT, params![scope, scope], read).await?;
        kept.ok_or_else(|| StoreError::Corrupt("the scope has no row".to_owned()))
    }

    /// Waits for an event of any scope that this process appends after the call. What other processes append is found by
    /// looking.
    pub fn event_appended(&self) -> impl Future<Output = ()> + use<'_> {
        let mut appended = Box::pin(self.store.0.alarm.followers.notified());
        appended.as_mut().enable();
        appended
    }
}

impl ScopedTx<'_> {
    /// Writes an event to the log; it is brought to webhooks from there.
    pub async fn append_event(
        &mut self,
        data: &EventData,
        source: Option<&SourceId>,
    ) -> Result<EventId, StoreError> {
        let number = self.scope.number();
        let id = EventId::new(self.tx.clock(), self.tx.random());
        let row = {
            let (scope, clock, id) = (self.scope.clone(), Arc::clone(&self.tx.store().clock), id.clone());
            let (event_type, body) = (data.event_type().as_str(), to_json(data)?);
            let (user, source) = (data.user_id().cloned(), source.cloned());
            // The scope's row is locked by then, up to the end of the transaction. That keeps the sequence gapless, lets events
            // become visible in its order, and times grow with the numbers.
            move |seq| {
                let at = scope.now(&*clock);
                params![number, seq, &id, event_type, at, user.as_ref(), source.as_ref(), body.as_str()]
            }
        };
        let event =
            Numbered { next: NEXT_SEQ, sequence: number, insert: INSERT_EVENT, rows: vec![Box::new(row)] };
        self.tx.insert_numbered(event).await?;
        self.tx.wakes.scopes.insert(number);
        Ok(id)
    }
}
