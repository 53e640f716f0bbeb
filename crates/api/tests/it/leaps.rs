//! A clock that leaps ahead destroys nothing, and what was revoked since a copy was made shows as revoked.

use std::time::Duration;

use serde_json::json;

use crate::harness::{GEORGE, PATIENCE, World, on_both_databases};

on_both_databases!(
    a_clock_that_leaps_ahead_erases_nothing,
    time_that_passes_erases_a_few_an_hour,
    what_was_revoked_since_shows_as_revoked,
);

const DAY: Duration = Duration::from_hours(24);

async fn connected(world: &World) -> usize {
    let all = world.api().all("/accounts", 150).await;
    all.iter().filter(|account| account["connectionStatus"] == "CONNECTED").count()
}

async fn until(what: &str, mut done: impl AsyncFnMut() -> bool) {
    let waiting = async {
        while !done().await {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    assert!(tokio::time::timeout(PATIENCE, waiting).await.is_ok(), "waited in vain for {what}");
}

/// Waits until the worker has looked for jobs some times.
async fn looked() {
    tokio::time::sleep(Duration::from_millis(300)).await;
}

async fn a_clock_that_leaps_ahead_erases_nothing(world: World) {
    for _ in 0..3 {
        world.linked("fiverr", &GEORGE).await;
    }
    let micros = i64::try_from(DAY.as_micros()).unwrap() * 100;
    world.clock.set_ahead(micros);
    looked().await;
    assert_eq!(connected(&world).await, 3);
    world.app.upkeep.sweep().await.unwrap();
    world.clock.set_ahead(-micros);
    looked().await;
    assert_eq!(connected(&world).await, 3);
    assert!(!world.event_types().await.is_empty(), "nor are events swept");

    // Time that really passes does what people were told.
    world.clock.advance(DAY * 61);
    until("the end of retention", async || connected(&world).await == 0).await;
}

async fn time_that_passes_erases_a_few_an_hour(world: World) {
    for _ in 0..12 {
        world.linked("fiverr", &GEORGE).await;
    }
    world.clock.advance(DAY * 61);
    until("ten of them", async || connected(&world).await == 2).await;
    looked().await;
    assert_eq!(connected(&world).await, 2, "the rest waits");
    world.clock.advance(Duration::from_hours(1));
    until("the rest", async || connected(&world).await == 0).await;
}

async fn what_was_revoked_since_shows_as_revoked(world: World) {
    let (kept, revoked) = (world.linked("fiverr", &GEORGE).await, world.linked("fiverr", &GEORGE).await);
    let since = world.app.upkeep.begin().await.unwrap();
    // The rows are those of a copy that was made before; the key is gone for good.
    world.store.destroy_key(&revoked.account).await.unwrap();
    world.app.sharing.finish_revokes_since(&sahod_app::Acting::operator(), since).await.unwrap();
    until("the end of the revoke", async || {
        let account = world.api().data(&format!("/accounts/{}", revoked.account)).await;
        account["connectionStatus"] == json!("DISCONNECTED")
    })
    .await;
    let account = world.api().data(&format!("/accounts/{}", kept.account)).await;
    assert_eq!(account["connectionStatus"], "CONNECTED");
}
