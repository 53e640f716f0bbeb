//! Accounts that the organisation does not want read again.

use std::time::Duration;

use sahod_model::ExposeSecret as _;
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::harness::{GEORGE, PATIENCE, Widget, World, on_both_databases};

on_both_databases!(
    an_account_is_taken_off_monitoring,
    a_revoked_account_has_nothing_to_switch_off,
    what_is_switched_off_during_a_sync_stays_off,
    a_sync_that_ends_late_undoes_no_reconnect,
);

/// An account at Grab whose monthly reading has begun and stands still at its first step.
async fn syncing(world: &World, password: &str) -> (String, Widget) {
    let widget = world.widget().await;
    let started = widget.start_with("grab", GEORGE.email, password).await.data(201);
    let account = started["accountId"].as_str().unwrap().to_owned();
    widget.until(&account, "DONE").await;
    world.gate.close();
    world.clock.advance(Duration::from_hours(31 * 24));
    until_tasks(world, |tasks| tasks.len() == 2).await;
    (account, widget)
}

/// Waits for the tasks to be like that, the latest first.
async fn until_tasks(world: &World, are_so: impl Fn(&[Value]) -> bool) {
    let wait = async {
        while !are_so(&world.api().all("/tasks", 10).await) {
            tokio::task::yield_now().await;
        }
    };
    timeout(PATIENCE, wait).await.expect("the tasks come to that");
}

/// What the account's source left.
async fn kept(world: &World, account: &str) -> Option<String> {
    let scope = world.scope().await;
    let kept = world.store.scoped(&scope).source_session(&account.parse().unwrap()).await.unwrap();
    kept.map(|kept| kept.expose_secret().to_owned())
}

async fn what_is_switched_off_during_a_sync_stays_off(world: World) {
    let (account, _) = syncing(&world, GEORGE.password).await;
    let path = format!("/accounts/{account}");
    world.api().post_empty(&format!("{path}/disableMonitor")).await.done();
    (0..20).for_each(|_| world.gate.step());
    until_tasks(&world, |tasks| tasks[0]["status"] == "Finished").await;
    let found = world.api().data(&path).await;
    assert_eq!(found["monitorStatus"], "CUSTOMER_DISABLED");
    assert_eq!(kept(&world, &account).await, None, "and nothing is kept to read it again with");
}

async fn a_sync_that_ends_late_undoes_no_reconnect(world: World) {
    let (account, widget) = syncing(&world, "data_empty").await;
    let user = widget.session["userId"].as_str().unwrap();
    let again = world.widget_for(user).await;
    assert_eq!(again.start("grab", &GEORGE).await, account);
    // The sync and the new attempt go on by turns, a step each.
    (0..40).for_each(|_| world.gate.step());
    again.until(&account, "DONE").await;
    let fresh = kept(&world, &account).await.unwrap();
    assert!(!fresh.contains("EMPTY"), "{fresh}");
    let tasks = world.api().all("/tasks", 10).await;
    let ends: Vec<_> = tasks.iter().map(|task| (&task["type"], &task["status"])).collect();
    assert!(ends.iter().all(|(_, status)| **status == "Finished"), "{ends:?}");
    let found = world.api().data(&format!("/accounts/{account}")).await;
    assert_eq!(
        (&found["connectionStatus"], &found["monitorStatus"]),
        (&json!("CONNECTED"), &json!("ACTIVE"))
    );
    assert!(world.api().all("/transactions", 150).await.len() > 1, "what the new one read is there");
}

async fn an_account_is_taken_off_monitoring(world: World) {
    let linked = world.linked("abccorp", &GEORGE).await;
    let account = format!("/accounts/{}", linked.account);
    let disable = format!("{account}/disableMonitor");
    let before = world.api().data(&account).await;
    world.clock.advance(Duration::from_hours(1));
    world.api().post_empty(&disable).await.done();
    let after = world.api().data(&account).await;
    assert_eq!(
        (&after["monitorStatus"], &after["monitor"]["status"]),
        (&json!("CUSTOMER_DISABLED"), &json!("CUSTOMER_DISABLED"))
    );
    assert!(after["monitor"]["updatedAt"].as_str() > before["monitor"]["updatedAt"].as_str());
    assert_eq!(after["connection"], before["connection"], "it stays connected");

    world.clock.advance(Duration::from_hours(1));
    world.api().post_empty(&disable).await.done();
    assert_eq!(world.api().data(&account).await, after, "again changes nothing");
    linked.widget.link("abccorp", &GEORGE).await;
    let again = world.api().data(&account).await;
    assert_eq!(again["monitor"], after["monitor"], "nor does connecting again");
}

async fn a_revoked_account_has_nothing_to_switch_off(world: World) {
    let linked = world.linked("abccorp", &GEORGE).await;
    let account = format!("/accounts/{}", linked.account);
    world.api().delete(&account).await.done();
    let before = world.api().data(&account).await;
    world.api().post_empty(&format!("{account}/disableMonitor")).await.done();
    assert_eq!(world.api().data(&account).await, before);
}
