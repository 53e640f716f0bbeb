//! Events: the outbox, written in the transaction that caused them, with a gapless sequence per scope.

use sahod_model::{EventData, EventId, EventType, SourceId, Timestamp, WebhookId};
use serde::Serialize;

use crate::{
    engine::{Row, params, statements},
    error::StoreError,
    jobs::{DELIVER_WEBHOOK, NewJob},
    scope::ScopedTx,
    sealing::to_json,
    webhooks::split_event_types,
};

statements! {
    NEXT_SEQ = "UPDATE scopes SET event_seq = event_seq + 1 WHERE number = $1 RETURNING event_seq";
    INSERT_EVENT = "INSERT INTO events (scope, seq, id, type, created_at, source_id, body)
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    LIST_ACTIVE_WEBHOOKS = "SELECT id, event_types FROM webhooks WHERE scope = $1 AND active = 1";
}

/// An event as the outbox keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredEvent {
    /// The same on every delivery try.
    pub id: EventId,
    /// What happened.
    pub event_type: EventType,
    /// When.
    pub created_at: Timestamp,
    /// The source that it is about.
    pub source_id: Option<SourceId>,
    /// The `data` of its webhook body as JSON: ids only.
    pub body: String,
}

/// The payload of a [`DELIVER_WEBHOOK`] job.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Delivery<'a> {
    scope: i64,
    seq: i64,
    webhook_id: &'a WebhookId,
}

impl ScopedTx<'_> {
    /// Writes an event to the outbox, and a [`DELIVER_WEBHOOK`] job for each active webhook that wants it.
    pub async fn append_event(
        &mut self,
        data: &EventData,
        source: Option<&SourceId>,
    ) -> Result<EventId, StoreError> {
        let scope = self.scope.number();
        let (id, now) = (EventId::new(self.tx.clock(), self.tx.random()), self.tx.now());
        let event_type = data.event_type();

        let read = |row: Row<'_>| Ok((row.parsed::<WebhookId>(0)?, split_event_types(row.text(1)?)?));
        let webhooks = self.tx.query(LIST_ACTIVE_WEBHOOKS, params![scope], read).await?;

        // Locks the scope's row up to the end of the transaction: that keeps the sequence gapless, and is why the
        // webhooks are read before.
        let seq = self.tx.query_opt(NEXT_SEQ, params![scope], |row| row.int(0)).await?;
        let seq = seq.ok_or_else(|| StoreError::Corrupt("the scope has no row".to_owned()))?;
        let params = params![scope, seq, &id, event_type.as_str(), now, source, to_json(data)?];
        self.tx.execute(INSERT_EVENT, params).await?;

        let wants =
            |types: &[EventType]| types.contains(&event_type) || types.contains(&EventType::AllEvents);
        let mut jobs = Vec::new();
        for (webhook_id, _) in webhooks.iter().filter(|(_, types)| wants(types)) {
            let payload = to_json(&Delivery { scope, seq, webhook_id })?;
            jobs.push(NewJob { kind: DELIVER_WEBHOOK, payload, run_at: now });
        }
        self.tx.enqueue_all(&jobs).await?;
        Ok(id)
    }
}
