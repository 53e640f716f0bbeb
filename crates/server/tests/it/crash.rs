//! `kill -9` at any moment: what was acknowledged is there, what was not is whole or not there at all, and every event
//! arrives.

mod clients;
mod ledger;
pub(crate) mod outbox;
mod retries;

use std::{sync::Arc, time::Duration};

use sahod_model::{Random, SeededRandom};

use crate::harness::{Engine, Installation, Receiver, on_both_databases, poll};
use clients::Clients;
use ledger::Ledger;

on_both_databases!(nothing_acknowledged_is_lost_by_kill_9);

const SEED: u64 = 0x5a40d;
/// Each round, the process is killed after so many acknowledgements and a moment more, both by chance.
const MOST_ACKNOWLEDGED: u64 = 100;
const LONGEST_MOMENT_US: u64 = 30_000;

async fn nothing_acknowledged_is_lost_by_kill_9(engine: Engine) {
    let rounds = if engine == Engine::Sqlite { 12 } else { 6 };
    let installation = Installation::new(engine)
        .await
        .with("SAHOD_WEBHOOKS__PER_TENANT", "100000")
        .with("SAHOD_WEBHOOK_RETRY__FIRST_RETRY_S", "1")
        .with("SAHOD_WEBHOOK_RETRY__SECOND_RETRY_S", "1")
        .with("SAHOD_WEBHOOK_RETRY__LONGEST_DELAY_S", "1")
        .with("SAHOD_SANDBOX__LONGEST_STEP_MS", "15");
    let receiver = Receiver::start().await;
    let random = SeededRandom::new(SEED);
    let chance = |below: u64| u64::from_le_bytes((&random as &dyn Random).array()) % below;
    let ledger = Arc::new(Ledger::default());

    // The key pair of the first start serves throughout.
    let mut sahod = installation.dev().await;
    let keys = sahod.ready.clone();
    let hook = receiver.webhook("/moody", "a secret");
    let hook = sahod.open().post("/webhooks", &hook).await.unwrap().data(200);
    for round in 0..rounds {
        let clients = Clients::start(&sahod, &keys, &ledger);
        let enough = ledger.acknowledged() + 1 + chance(MOST_ACKNOWLEDGED);
        ledger.until(enough).await;
        tokio::time::sleep(Duration::from_micros(chance(LONGEST_MOMENT_US))).await;
        sahod.kill().await;
        clients.end().await;

        sahod = installation.dev().await;
        eprintln!("{engine:?}, round {round}: {ledger:?}");
        ledger.check_acknowledged(&sahod.open_with(&keys)).await;
    }
    sahod.kill().await;

    // The machine stays off for some hours. Then nobody holds a lease any more, and every grace is over.
    outbox::let_hours_pass(&installation).await;
    let sahod = installation.dev().await;
    let api = sahod.open_with(&keys);
    poll("the end of everything unfinished", async || {
        outbox::unfinished(&installation).await.is_empty().then_some(())
    })
    .await;
    ledger.check_acknowledged(&api).await;
    let accounts = ledger.check_accounts(&api).await;
    poll("all deliveries", async || outbox::deliveries(&installation).await.is_empty().then_some(())).await;
    assert!(sahod.stop().await.status.success());

    let events = outbox::read(&installation).await;
    outbox::check(&events, &accounts);
    let registered = hook["createdAt"].as_str().unwrap();
    outbox::check_delivered(&events, &receiver.bodies(), registered);
}
