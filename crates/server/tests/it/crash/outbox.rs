//! What is in the database: the outbox, and what is still to be done.

use std::collections::{BTreeSet, HashMap, HashSet};

use sahod_model::{EventType, Mode, TenantId};
use sahod_store::StoredEvent;
use serde_json::Value;

use crate::harness::Installation;

/// Three hours, in microseconds.
const HOURS: i64 = 3 * 3600 * 1_000_000;

/// Makes everything look some hours older to whoever waits for its time. Nothing runs meanwhile.
pub(crate) async fn let_hours_pass(installation: &Installation) {
    for sql in [
        format!("UPDATE jobs SET due_at = due_at - {HOURS} WHERE due_at IS NOT NULL RETURNING id"),
        format!(
            "UPDATE deliveries SET due_at = due_at - {HOURS} WHERE due_at IS NOT NULL RETURNING webhook_id"
        ),
        format!("UPDATE streams SET lease_until = lease_until - {HOURS} RETURNING webhook_id"),
        format!("UPDATE accounts SET updated_at = updated_at - {HOURS} RETURNING id"),
        format!("UPDATE tasks SET started_at = started_at - {HOURS} RETURNING id"),
    ] {
        installation.sql(&sql).await;
    }
}

/// Accounts and tasks that have not ended, and revokes that are still to be finished.
pub(crate) async fn unfinished(installation: &Installation) -> Vec<String> {
    let sql = "SELECT id FROM accounts WHERE status IN ('PENDING', 'AWAITING_MFA')
        UNION ALL SELECT id FROM tasks WHERE finished_at IS NULL
        UNION ALL SELECT id FROM jobs WHERE kind = 'revoke_source.v1'";
    installation.sql(sql).await
}

/// Deliveries that are still to be made, or were given up.
pub(crate) async fn deliveries(installation: &Installation) -> Vec<String> {
    let sql = "SELECT webhook_id FROM deliveries
        UNION ALL SELECT webhook_id FROM streams JOIN scopes ON number = scope WHERE event_seq > cursor";
    installation.sql(sql).await
}

/// The outbox of the sandbox. Its sequence has no gap.
pub(crate) async fn read(installation: &Installation) -> Vec<StoredEvent> {
    let store = installation.open(&installation.store_config()).await;
    let tenant: TenantId = "demo".parse().unwrap();
    let scope = store.scope(&tenant, Mode::Sandbox).await.unwrap().unwrap();
    let mut events = Vec::new();
    for seq in 1.. {
        let Some(event) = store.event(scope.number(), seq).await.unwrap() else { break };
        events.push(event);
    }
    let sql = format!("SELECT id FROM events WHERE scope = {}", scope.number());
    assert_eq!(installation.sql(&sql).await.len(), events.len(), "the sequence has a gap");
    events
}

/// Every account has told its story, once.
pub(crate) fn check(events: &[StoredEvent], accounts: &[Value]) {
    let ids: HashSet<_> = events.iter().map(|event| event.id.as_str()).collect();
    assert_eq!(ids.len(), events.len(), "ids are used once");

    let mut told: HashMap<&str, Vec<EventType>> = HashMap::new();
    for event in events {
        if let Some(source) = &event.source_id {
            told.entry(source.as_str()).or_default().push(event.event_type);
        }
    }
    for account in accounts {
        let told = &told[account["id"].as_str().unwrap()];
        let count = |wanted: EventType| told.iter().filter(|told| **told == wanted).count();
        let [failed, connected, gone] = match account["connectionStatus"].as_str().unwrap() {
            "ERROR" => [1, 0, 0],
            "CONNECTED" => [0, 1, 0],
            _ => [0, count(EventType::AccountConnected).min(1), 1],
        };
        assert_eq!(told[0], EventType::AccountCreated, "{account}: {told:?}");
        assert_eq!(count(EventType::AccountCreated), 1, "{account}: {told:?}");
        assert_eq!(count(EventType::AccountConnected), connected, "{account}: {told:?}");
        assert_eq!(count(EventType::AccountDisconnected), gone, "{account}: {told:?}");
        assert_eq!(count(EventType::TaskStarted), connected, "{account}: {told:?}");
        assert_eq!(count(EventType::TaskFinished), connected, "{account}: {told:?}");
        // A link that was cut off and then revoked has failed before.
        assert!(count(EventType::AccountFailed) == failed || gone == 1, "{account}: {told:?}");
    }
}

/// Every event since the webhook was made came at least once, and always the same.
pub(crate) fn check_delivered(events: &[StoredEvent], bodies: &[Value], since: &str) {
    let mut by_id: HashMap<&str, &Value> = HashMap::new();
    for body in bodies {
        let first = by_id.entry(body["id"].as_str().unwrap()).or_insert(body);
        // The login name is gone when the account was revoked between two tries.
        for part in ["type", "createdAt", "version"] {
            assert_eq!(first[part], body[part], "two tries differ");
        }
        for part in ["userId", "accountId", "sourceId"] {
            assert_eq!(first["data"][part], body["data"][part], "two tries differ");
        }
    }
    let due: BTreeSet<_> = events
        .iter()
        .filter(|event| event.created_at.to_string().as_str() >= since)
        .map(|event| event.id.as_str())
        .collect();
    let missing: Vec<_> = due.iter().filter(|id| !by_id.contains_key(*id)).collect();
    assert!(missing.is_empty(), "{} of {} events never came: {missing:?}", missing.len(), due.len());
    assert!(due.len() > 100, "much happened: {}", due.len());
    let known: HashSet<_> = events.iter().map(|event| event.id.as_str()).collect();
    assert!(by_id.keys().all(|id| known.contains(id)), "nothing came that did not happen");
    for event in events.iter().filter(|event| due.contains(event.id.as_str())) {
        assert_eq!(by_id[event.id.as_str()]["type"], event.event_type.as_str());
    }
}
