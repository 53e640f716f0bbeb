//! How far a user has come: in progress, completed, revoked, and in progress again when the organisation says so.

use serde_json::{Value, json};

use crate::harness::{GEORGE, Receiver, Widget, World, on_both_databases};

on_both_databases!(
    a_session_follows_what_the_user_shares,
    a_failed_reading_completes_nothing,
    a_reset_ends_what_lets_widgets_work,
    resetting_again_changes_nothing,
    a_reset_leaves_everybody_else_alone,
);

fn session(user: &str, status: &str) -> Value {
    json!({ "userId": user, "channel": "Default", "channelId": null, "status": status })
}

async fn is(world: &World, user: &str, status: &str) {
    assert_eq!(world.api().data(&format!("/users/{user}")).await["session"], session(user, status));
}

async fn reset(world: &World, user: &str) {
    world.api().post_empty(&format!("/users/{user}/resetSession")).await.done();
}

async fn a_session_follows_what_the_user_shares(world: World) {
    let receiver = Receiver::start().await;
    receiver.subscribe(&world.api(), &["USER_CREATED"]).await;
    let made = world.api().post_empty("/users").await.data(201);
    let user = made["user"]["id"].as_str().unwrap();
    assert_eq!(made["user"]["session"], session(user, "IN_PROGRESS"));
    let told = receiver.wait_for("USER_CREATED").await;
    let body = json!({ "userId": user, "session": session(user, "IN_PROGRESS") });
    assert_eq!(told[0].json()["data"], body);

    let widget = world.widget_for(user).await;
    is(&world, user, "IN_PROGRESS").await;
    let account = widget.start("upwork", &GEORGE).await;
    let asked = widget.until(&account, "WAITING_FOR_ANSWER").await;
    is(&world, user, "IN_PROGRESS").await;
    widget.answer(&account, &asked["prompt"]["id"], GEORGE.code).await.data(202);
    widget.until(&account, "DONE").await;
    is(&world, user, "COMPLETED").await;
    assert_eq!(world.api().data("/users").await["items"][0]["session"], session(user, "COMPLETED"));

    let other = widget.link("grab", &GEORGE).await;
    widget.api.delete(&format!("/accounts/{account}")).await.done();
    is(&world, user, "COMPLETED").await;
    world.api().delete(&format!("/accounts/{other}")).await.done();
    is(&world, user, "REVOKED").await;
    widget.link("grab", &GEORGE).await;
    is(&world, user, "COMPLETED").await;
}

async fn a_failed_reading_completes_nothing(world: World) {
    let user = world.user().await.id;
    let widget = world.widget_for(&user).await;
    let progress = widget.start_with("grab", GEORGE.email, "wrong").await.data(201);
    let failed = progress["accountId"].as_str().unwrap();
    widget.until(failed, "FAILED").await;
    is(&world, &user, "IN_PROGRESS").await;
    widget.api.delete(&format!("/accounts/{failed}")).await.done();
    is(&world, &user, "IN_PROGRESS").await;
}

async fn a_reset_ends_what_lets_widgets_work(world: World) {
    let receiver = Receiver::start().await;
    receiver.subscribe(&world.api(), &["USER_SESSION_RESET"]).await;
    let linked = world.linked("grab", &GEORGE).await;
    let unspent = world.api().post_empty(&format!("/tokens?userId={}", linked.user)).await.data(201);
    is(&world, &linked.user, "COMPLETED").await;
    reset(&world, &linked.user).await;
    is(&world, &linked.user, "IN_PROGRESS").await;
    linked.widget.api.get("/accounts").await.refused("INVALID_TOKEN");
    let link = world.stranger("link-sandbox");
    let token = unspent["accessToken"].as_str().unwrap();
    link.bearer(token).post_empty("/sessions").await.refused("INVALID_TOKEN");
    let told = receiver.wait_for("USER_SESSION_RESET").await;
    assert_eq!(told[0].json()["data"], json!({ "session": session(&linked.user, "IN_PROGRESS") }));

    // What was shared stays, and a new token starts over.
    let account = world.api().data(&format!("/accounts/{}", linked.account)).await;
    assert_eq!(account["connectionStatus"], "CONNECTED");
    let widget = world.widget_for(&linked.user).await;
    assert_eq!(widget.api.all("/accounts", 10).await.len(), 1);
    widget.link("abccorp", &GEORGE).await;
    is(&world, &linked.user, "COMPLETED").await;
    reset(&world, &linked.user).await;
    for account in world.api().all("/accounts", 10).await {
        world.api().delete(&format!("/accounts/{}", account["id"].as_str().unwrap())).await.done();
    }
    is(&world, &linked.user, "REVOKED").await;
}

async fn resetting_again_changes_nothing(world: World) {
    let linked = world.linked("grab", &GEORGE).await;
    reset(&world, &linked.user).await;
    let before = world.census().await;
    futures_util::future::join_all((0..4).map(|_| reset(&world, &linked.user))).await;
    assert_eq!(world.census().await, before, "and it is told once");
    let resets = world.event_types().await.iter().filter(|found| **found == "USER_SESSION_RESET").count();
    assert_eq!(resets, 1);
}

async fn a_reset_leaves_everybody_else_alone(world: World) {
    let (one, other) = (world.linked("grab", &GEORGE).await, world.linked("abccorp", &GEORGE).await);
    let nobody = format!("/users/acme-{}/resetSession", "0".repeat(32));
    world.api().post_empty(&nobody).await.refused("MISSING_RESOURCE");
    is(&world, &one.user, "COMPLETED").await;
    one.widget.api.get("/accounts").await.data(200);
    let waiting = world.user().await;
    reset(&world, &one.user).await;
    is(&world, &other.user, "COMPLETED").await;
    other.widget.api.get("/accounts").await.data(200);
    Widget::open(&world.stranger("link-sandbox"), &waiting.token).await;
}
