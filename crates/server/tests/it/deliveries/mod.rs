//! Webhooks from outside: whatever happens to the server or the receivers, every event arrives.

mod moody;

use std::{
    collections::{BTreeSet, HashMap},
    time::Duration,
};

use sahod_model::{Random, SeededRandom};
use sahod_store::StoredEvent;
use serde_json::{Value, json};

use crate::{
    crash::outbox,
    harness::{Api, Engine, Installation, Sahod, on_both_databases, poll, soon, widget::text},
};
use moody::{Delivery, Receiver};

on_both_databases!(every_event_arrives_through_a_hundred_kills, events_in_are_ids_out);

const SEED: u64 = 0x5a40d;
/// Together a hundred. A start on PostgreSQL costs more.
const KILLS_ON_SQLITE: usize = 70;
const KILLS_ON_POSTGRES: usize = 30;
const LONGEST_LIFE_US: u64 = 120_000;

/// With retries after a second.
async fn hasty(engine: Engine) -> Installation {
    Installation::new(engine)
        .await
        .with("SAHOD_WEBHOOK_RETRY__FIRST_RETRY_S", "1")
        .with("SAHOD_WEBHOOK_RETRY__SECOND_RETRY_S", "1")
        .with("SAHOD_WEBHOOK_RETRY__LONGEST_DELAY_S", "1")
        .with("SAHOD_OUTBOUND__TIMEOUT_MS", "500")
}

fn webhook(receiver: &Receiver, types: &[&str], active: bool) -> Value {
    json!({ "name": "test", "url": receiver.url, "secret": "s", "eventTypes": types, "active": active })
}

async fn subscribe(api: &Api, receiver: &Receiver) -> String {
    let hook = api.post("/webhooks", &webhook(receiver, &["ALL_EVENTS"], true)).await.unwrap();
    text(&hook.data(200)["id"])
}

/// Until everything that happened was taken by the webhook, or is not wanted by it.
async fn settled(api: &Api, hook: &str) {
    poll("all deliveries", async || {
        let status = api.get(&format!("/webhooks/{hook}/status")).await.unwrap().data(200);
        assert_eq!(status["givenUp"], 0, "{status}");
        (status["sequence"] == status["lastSequence"] && status["waiting"] == 0).then_some(())
    })
    .await;
}

/// Every event of the log that is among those was taken; nothing else was; and each try said the same.
fn check(events: &[&StoredEvent], deliveries: &[Delivery]) {
    let mut by_id: HashMap<&str, &Delivery> = HashMap::new();
    for delivery in deliveries {
        let first = by_id.entry(&delivery.id).or_insert(delivery);
        assert_eq!((&first.sequence, &first.body), (&delivery.sequence, &delivery.body), "two tries differ");
        assert_eq!(delivery.body["id"], delivery.id.as_str());
    }
    let taken: BTreeSet<&str> =
        deliveries.iter().filter(|delivery| delivery.taken).map(|delivery| delivery.id.as_str()).collect();
    let wanted: BTreeSet<&str> = events.iter().map(|event| event.id.as_str()).collect();
    let missing: Vec<_> = wanted.difference(&taken).collect();
    assert!(missing.is_empty(), "{} of {} never came: {missing:?}", missing.len(), wanted.len());
    assert!(by_id.keys().all(|id| wanted.contains(id)), "nothing came that did not happen");
    for event in events {
        let delivery = by_id[event.id.as_str()];
        assert_eq!(delivery.sequence, event.seq.to_string());
        assert_eq!(delivery.body["type"], event.event_type.as_str());
    }
}

async fn every_event_arrives_through_a_hundred_kills(engine: Engine) {
    let kills = if engine == Engine::Sqlite { KILLS_ON_SQLITE } else { KILLS_ON_POSTGRES };
    let installation = hasty(engine).await;
    let receiver = Receiver::start(SEED, 30).await;
    let random = SeededRandom::new(SEED);
    let mut sahod = installation.dev().await;
    let keys = sahod.ready.clone();
    let hook = subscribe(&sahod.open_with(&keys), &receiver).await;
    for _ in 0..kills {
        let api = sahod.open_with(&keys);
        let life_us = u64::from_le_bytes((&random as &dyn Random).array()) % LONGEST_LIFE_US;
        let making = async { while api.post_empty("/users").await.is_ok() {} };
        let _ = tokio::time::timeout(Duration::from_micros(life_us), making).await;
        sahod.kill().await;
        // Another process may take over when the lease of the dead one has ended.
        outbox::let_hours_pass(&installation).await;
        sahod = installation.dev().await;
    }
    settled(&sahod.open_with(&keys), &hook).await;
    assert!(sahod.stop().await.status.success());
    let events = outbox::read(&installation).await;
    assert!(events.len() > kills, "much happened: {}", events.len());
    check(&events.iter().collect::<Vec<_>>(), &receiver.deliveries());
}

#[tokio::test]
async fn two_processes_deliver_nothing_twice() {
    const EACH: usize = 60;
    let installation = Installation::new(Engine::Postgres).await;
    let (one, two) = (installation.dev().await, installation.dev().await);
    let keys = one.ready.clone();
    let mut receivers = Vec::new();
    for number in 0..4 {
        let receiver = Receiver::start(number, 0).await;
        subscribe(&one.open_with(&keys), &receiver).await;
        receivers.push(receiver);
    }
    let make = async |sahod: &Sahod| {
        for _ in 0..EACH {
            sahod.open_with(&keys).post_empty("/users").await.unwrap().data(201);
        }
    };
    tokio::join!(make(&one), make(&two));
    // In the middle of it, one gives its webhooks back, and the other takes them.
    let (ended, ()) = tokio::join!(one.stop(), make(&two));
    assert!(ended.status.success());
    let arrived = |receiver: &Receiver| receiver.deliveries().len();
    poll("every event everywhere", async || receivers.iter().all(|it| arrived(it) >= 3 * EACH).then_some(()))
        .await;
    assert!(two.stop().await.status.success());
    let events = outbox::read(&installation).await;
    for receiver in &receivers {
        assert_eq!(arrived(receiver), events.len(), "each once");
        check(&events.iter().collect::<Vec<_>>(), &receiver.deliveries());
    }
}

/// Random receivers, webhooks and events: what happens is what arrives.
async fn events_in_are_ids_out(engine: Engine) {
    const TYPES: [&str; 5] =
        ["USER_CREATED", "ACCOUNT_CREATED", "ACCOUNT_CONNECTED", "TRANSACTIONS_ADDED", "TASK_FINISHED"];
    let installation = hasty(engine).await;
    let sahod = installation.dev().await;
    let api = sahod.open();
    let random = SeededRandom::new(SEED);
    let chance = |below: u64| u64::from_le_bytes((&random as &dyn Random).array()) % below;
    let mut hooks = Vec::new();
    for seed in 0..12 {
        let receiver = Receiver::start(seed, chance(90)).await;
        let types: Vec<_> = TYPES.into_iter().filter(|_| chance(2) == 0).collect();
        let types = if types.is_empty() { vec!["ALL_EVENTS"] } else { types };
        let active = chance(5) > 0;
        let hook = api.post("/webhooks", &webhook(&receiver, &types, active)).await.unwrap().data(200);
        hooks.push((text(&hook["id"]), receiver, types, active));
    }
    for _ in 0..10 + chance(20) {
        api.post_empty("/users").await.unwrap().data(201);
    }
    for _ in 0..3 {
        soon("a link", sahod.widget().await.link_george("grab")).await.unwrap();
    }
    for (hook, ..) in hooks.iter().filter(|(.., active)| *active) {
        settled(&api, hook).await;
    }
    assert!(sahod.stop().await.status.success());
    let events = outbox::read(&installation).await;
    for (_, receiver, types, active) in &hooks {
        let wants = |name: &str| *active && (types.contains(&name) || types[0] == "ALL_EVENTS");
        let wanted: Vec<_> = events.iter().filter(|event| wants(event.event_type.as_str())).collect();
        check(&wanted, &receiver.deliveries());
    }
}
