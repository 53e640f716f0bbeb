//! Attempts: every try to deliver an event to a webhook, what was sent, what came back and how long it took. They lie with the
//! requests log: written as often, and read as seldom.

use std::time::Duration;

use sahod_model::{DeliveryAttempt, EventId, EventType, WebhookId};
use sahod_vault::{Aad, KeySet, KeysUsed};

use crate::{
    Store,
    engine::{Row, params, statements},
    error::{StoreError, corrupt},
    page::{Page, PageRequest, Position, window},
    scope::{Scope, Scoped},
    sealing::{ATTEMPT_DETAILS, to_json},
};

/// How long attempts are kept.
pub const LIFETIME: Duration = Duration::from_hours(30 * 24);

macro_rules! list {
    ($of:literal) => {
        concat!(
            "SELECT id, at, webhook_id, event_id, event_type, seq, number, status, failure, next_at, duration_us,
                sealed_with, details FROM attempts
                WHERE +scope = $1 AND at >= $2 AND (at, id) < ($3, $4) AND ",
            $of,
            " ORDER BY at DESC, id DESC LIMIT $6"
        )
    };
}

statements! {
    LIST_BY_WEBHOOK = list!("webhook_id = $5");
    LIST_FAILED = list!("webhook_id = $5 AND failure IS NOT NULL");
    LIST_BY_EVENT = list!("event_id = $5");
    INSERT_ATTEMPT = "INSERT INTO attempts (scope, at, id, webhook_id, event_id, event_type, seq, number, status, failure,
            next_at, duration_us, sealed_with, details)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
    DELETE_ATTEMPTS = "DELETE FROM attempts WHERE event_id = $1 AND +scope = $2";
    SWEEP_ATTEMPTS = "DELETE FROM attempts WHERE (scope, at, id) IN
        (SELECT scope, at, id FROM attempts WHERE scope = $1 AND at < $2 ORDER BY at, id LIMIT $3)";
}

/// Which attempts are listed.
#[derive(Clone, Debug)]
pub enum AttemptFilter {
    /// To a webhook.
    Webhook(WebhookId),
    /// To a webhook, those that failed.
    Failed(WebhookId),
    /// To bring an event anywhere.
    Event(EventId),
}

/// An attempt as it is kept.
struct Sealed {
    attempt: DeliveryAttempt,
    keys: String,
    details: Vec<u8>,
}

fn read(row: Row<'_>) -> Result<Sealed, StoreError> {
    Ok(Sealed {
        attempt: DeliveryAttempt {
            id: row.parsed(0)?,
            at: row.timestamp(1)?,
            webhook_id: row.parsed(2)?,
            event_id: row.parsed(3)?,
            event_type: row.named(4, EventType::from_name)?,
            sequence: row.opt_int(5)?,
            number: row.int(6)?.try_into().map_err(corrupt)?,
            status: row.opt_int(7)?.map(u16::try_from).transpose().map_err(corrupt)?,
            failure: row.opt_text(8)?.map(str::to_owned),
            next_at: row.opt_timestamp(9)?,
            duration_us: row.int(10)?.try_into().map_err(corrupt)?,
            details: None,
        },
        keys: row.text(11)?.to_owned(),
        details: row.blob(12)?.to_vec(),
    })
}

impl Scoped<'_> {
    /// A page of attempts, newest first.
    pub async fn list_attempts(
        &self,
        filter: &AttemptFilter,
        page: &PageRequest,
    ) -> Result<Page<DeliveryAttempt>, StoreError> {
        let scope = self.scope.number();
        let mut params = window(scope, None, None, page.after.as_ref());
        let (sql, of) = match filter {
            AttemptFilter::Webhook(id) => (LIST_BY_WEBHOOK, id.as_str()),
            AttemptFilter::Failed(id) => (LIST_FAILED, id.as_str()),
            AttemptFilter::Event(id) => (LIST_BY_EVENT, id.as_str()),
        };
        params.extend(params![of]);
        let page = self
            .store
            .log()
            .page(sql, params, page, read, |row| Position::of(row.attempt.at, &row.attempt.id))
            .await?;
        // A revoke deletes no attempt: whether it can still be read is for the keyring alone to say.
        let names: Vec<_> = page.items.iter().map(|row| row.keys.as_str()).collect();
        let keys = self.store.key_sets_now(&names).await?;
        let items = page.items.iter().zip(keys).map(|(row, keys)| {
            let aad = Aad { scope, kind: ATTEMPT_DETAILS, id: row.attempt.id.as_str() };
            let open =
                |keys: KeySet| serde_json::from_slice(&keys.open(&aad, &row.details)?).map_err(corrupt);
            let details = keys.map(open).transpose()?;
            Ok(DeliveryAttempt { details, ..row.attempt.clone() })
        });
        Ok(Page { items: items.collect::<Result<_, StoreError>>()?, next: page.next })
    }
}

impl Store {
    /// Inserts attempts to deliver to one webhook, each with the keys of all that what was sent can tell of. What came back is
    /// sealed with all of these and the webhook's own, so that it is gone with the webhook, and with each source whose data
    /// a receiver may have sent back.
    pub async fn insert_attempts(
        &self,
        scope: i64,
        webhook: &WebhookId,
        attempts: &[(DeliveryAttempt, KeysUsed)],
    ) -> Result<(), StoreError> {
        let Some(own) = self.key(webhook.as_str()).await? else { return Ok(()) };
        let mut rows = Vec::with_capacity(attempts.len());
        for (attempt, used) in attempts {
            let Some(details) = &attempt.details else { continue };
            let keys = KeySet::new(webhook.as_str(), own.clone()).and(used.clone());
            let aad = Aad { scope, kind: ATTEMPT_DETAILS, id: attempt.id.as_str() };
            let sealed = keys.seal(&*self.0.random, &aad, to_json(details)?.as_bytes());
            rows.push(params![
                scope,
                attempt.at,
                &attempt.id,
                &attempt.webhook_id,
                &attempt.event_id,
                attempt.event_type.as_str(),
                attempt.sequence,
                i64::from(attempt.number),
                attempt.status.map(i64::from),
                attempt.failure.as_deref(),
                attempt.next_at,
                i64::try_from(attempt.duration_us).unwrap_or(i64::MAX),
                keys.ids(),
                sealed,
            ]);
        }
        if rows.is_empty() {
            return Ok(());
        }
        self.log().insert(INSERT_ATTEMPT, rows).await
    }

    /// Deletes every attempt to bring one of those events anywhere.
    pub async fn delete_attempts(&self, scope: &Scope, events: &[EventId]) -> Result<(), StoreError> {
        for event in events {
            self.log().write(DELETE_ATTEMPTS, params![event, scope.number()]).await?;
        }
        Ok(())
    }

    /// Deletes up to `limit` attempts of a scope that are older than they are kept; how many it were.
    pub async fn sweep_attempts(&self, scope: i64, limit: u16) -> Result<u64, StoreError> {
        let params = params![scope, self.ended_before(LIFETIME), i64::from(limit)];
        self.log().write(SWEEP_ATTEMPTS, params).await
    }
}
