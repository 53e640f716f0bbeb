//! Revoking: by the customer, by the person, twice, half-way.

use serde_json::json;

use crate::harness::{GEORGE, RYAN, Receiver, World, on_both_databases, world::ITEMS};

on_both_databases!(
    what_a_customer_revokes_is_gone_at_once,
    what_a_person_revokes_is_gone_at_once,
    revoking_again_changes_nothing,
    a_revoke_stops_a_link_that_is_running,
    the_same_login_afterwards_is_a_new_account,
    a_revoke_leaves_everything_else_as_it_is,
);

/// That nothing is left of an account whose items were these.
async fn is_gone(world: &World, account: &str, items: &[String]) {
    for item in items {
        world.api().get(item).await.refused("MISSING_RESOURCE");
    }
    for kind in ITEMS {
        assert_eq!(world.api().all(&format!("/{kind}?sourceId={account}"), 150).await.len(), 0, "{kind}");
        let all = world.api().all(&format!("/{kind}"), 150).await;
        assert!(all.iter().all(|item| item["metadata"]["sourceId"] != account), "{kind}");
    }
    assert!(world.store.key(account).await.unwrap().is_none(), "its key is destroyed");
    let found = world.api().data(&format!("/accounts/{account}")).await;
    assert_eq!(
        (&found["connectionStatus"], &found["connection"]["status"]),
        (&json!("DISCONNECTED"), &json!("DISCONNECTED"))
    );
    let disconnected =
        world.event_types().await.iter().filter(|found| **found == "ACCOUNT_DISCONNECTED").count();
    assert_eq!(disconnected, 1, "it is told once");
}

/// The paths of one item of each kind that an account has.
async fn items_of(world: &World, account: &str) -> Vec<String> {
    let mut paths = Vec::new();
    for kind in ITEMS {
        let items = world.api().all(&format!("/{kind}?sourceId={account}"), 150).await;
        let ids = items.iter().map(|item| item["id"].as_str().unwrap());
        paths.extend(ids.take(2).map(|id| format!("/{kind}/{id}")));
    }
    assert!(paths.len() > 6, "{paths:?}");
    paths
}

async fn what_a_customer_revokes_is_gone_at_once(world: World) {
    let receiver = Receiver::start().await;
    receiver.subscribe(&world.api(), &["ACCOUNT_DISCONNECTED"]).await;
    let linked = world.linked("abccorp", &GEORGE).await;
    let items = items_of(&world, &linked.account).await;
    assert!(world.store.key(&linked.account).await.unwrap().is_some());
    world.api().delete(&format!("/accounts/{}", linked.account)).await.done();
    is_gone(&world, &linked.account, &items).await;
    receiver.wait_for("ACCOUNT_DISCONNECTED").await;

    let progress = linked.widget.progress(&linked.account).await;
    assert_eq!(
        (&progress["stage"], &progress["connectionStatus"]),
        (&json!("REVOKED"), &json!("DISCONNECTED"))
    );
    assert_eq!(linked.widget.follow(&linked.account).await.rest().await.len(), 1, "and the stream ends");
    assert_eq!(linked.widget.api.all("/accounts", 10).await.len(), 0, "the widget does not list it");
    assert_eq!(world.api().all("/accounts", 10).await.len(), 1, "the customer does");
}

async fn what_a_person_revokes_is_gone_at_once(world: World) {
    let linked = world.linked("abccorp", &GEORGE).await;
    let items = items_of(&world, &linked.account).await;
    // In another visit, days later.
    world.clock.advance(std::time::Duration::from_hours(72));
    let widget = world.widget_for(&linked.user).await;
    assert_eq!(widget.api.all("/accounts", 10).await.len(), 1);
    widget.api.delete(&format!("/accounts/{}", linked.account)).await.done();
    is_gone(&world, &linked.account, &items).await;
    assert_eq!(widget.api.all("/accounts", 10).await.len(), 0);
}

async fn revoking_again_changes_nothing(world: World) {
    let linked = world.linked("abccorp", &GEORGE).await;
    let items = items_of(&world, &linked.account).await;
    let path = format!("/accounts/{}", linked.account);
    let at_once = futures_util::future::join_all((0..4).map(|number| {
        let client = if number % 2 == 0 { world.api() } else { linked.widget.api.clone() };
        let path = path.clone();
        async move { client.delete(&path).await }
    }));
    for answer in at_once.await {
        answer.done();
    }
    let before = (world.census().await, world.api().data(&path).await);
    world.api().delete(&path).await.done();
    linked.widget.api.delete(&path).await.done();
    assert_eq!((world.census().await, world.api().data(&path).await), before);
    is_gone(&world, &linked.account, &items).await;
    let nobody = format!("/accounts/a-{}", "0".repeat(32));
    world.api().delete(&nobody).await.refused("MISSING_RESOURCE");
    linked.widget.api.delete(&nobody).await.refused("MISSING_RESOURCE");
}

async fn a_revoke_stops_a_link_that_is_running(world: World) {
    let widget = world.widget().await;
    let account = widget.start("upwork", &GEORGE).await;
    let waiting = widget.until(&account, "WAITING_FOR_ANSWER").await;
    let stream = widget.follow(&account).await;
    world.api().delete(&format!("/accounts/{account}")).await.done();

    let story = stream.rest().await;
    let last = &story[story.len() - 1];
    assert_eq!((&last["stage"], &last["connectionStatus"]), (&json!("REVOKED"), &json!("DISCONNECTED")));
    widget.answer(&account, &waiting["prompt"]["id"], GEORGE.code).await.faulty(&["promptId"]);
    is_gone(&world, &account, &[]).await;
    assert_eq!(world.event_types().await, ["USER_CREATED", "ACCOUNT_CREATED", "ACCOUNT_DISCONNECTED"]);
}

async fn the_same_login_afterwards_is_a_new_account(world: World) {
    let linked = world.linked("abccorp", &GEORGE).await;
    let items = items_of(&world, &linked.account).await;
    linked.widget.api.delete(&format!("/accounts/{}", linked.account)).await.done();
    let again = linked.widget.link("abccorp", &GEORGE).await;
    assert_ne!(again, linked.account);
    is_gone(&world, &linked.account, &items).await;
    let fresh = items_of(&world, &again).await;
    assert!(fresh.iter().all(|item| !items.contains(item)), "what comes again is new");
    assert_eq!(world.api().data(&format!("/accounts/{again}")).await["connectionStatus"], "CONNECTED");
    let created = world.event_types().await.iter().filter(|found| **found == "ACCOUNT_CREATED").count();
    assert_eq!(created, 2);
}

async fn a_revoke_leaves_everything_else_as_it_is(world: World) {
    let george = world.linked("abccorp", &GEORGE).await;
    let other = george.widget.link("sss_ph", &GEORGE).await;
    let ryan = world.linked("abccorp", &RYAN).await;
    let (of_other, of_ryan) = (items_of(&world, &other).await, items_of(&world, &ryan.account).await);
    world.api().delete(&format!("/accounts/{}", george.account)).await.done();
    for item in of_other.iter().chain(&of_ryan) {
        world.api().get(item).await.data(200);
    }
    for account in [&other, &ryan.account] {
        assert_eq!(world.api().data(&format!("/accounts/{account}")).await["connectionStatus"], "CONNECTED");
    }
    let tasks = world.api().all(&format!("/tasks?sourceId={}", george.account), 10).await;
    assert_eq!(tasks.len(), 1, "that it was read once stays on record");
}
