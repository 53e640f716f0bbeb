//! Accounts that the organisation does not want read again.

use std::time::Duration;

use serde_json::json;

use crate::harness::{GEORGE, World, on_both_databases};

on_both_databases!(an_account_is_taken_off_monitoring, a_revoked_account_has_nothing_to_switch_off);

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
