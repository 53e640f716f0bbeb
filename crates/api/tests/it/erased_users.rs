//! Erasing users: by their tenant, twice, half-way, and when nothing has happened for long.

use std::time::Duration;

use serde_json::{Value, json};

use crate::{
    archives,
    harness::{GEORGE, RYAN, Receiver, World, on_both_databases},
    invite_templates::invite_template,
};

on_both_databases!(
    an_erased_user_is_gone_with_everything_of_theirs,
    erasing_again_changes_nothing,
    an_erased_user_can_share_nothing,
    a_link_that_is_running_ends_with_its_user,
    users_to_whom_nothing_happens_are_erased,
);

async fn invited(world: &World) -> Value {
    let template = world.api().post("/inviteTemplates", &invite_template()).await.data(201);
    let invite = json!({ "fullName": "Ana Cruz", "email": "ana@example.com", "templateId": template["id"] });
    world.api().post("/invites", &invite).await.data(201)
}

async fn an_erased_user_is_gone_with_everything_of_theirs(world: World) {
    let (api, receiver) = (world.api(), Receiver::start().await);
    receiver.subscribe(&api, &["ACCOUNT_DISCONNECTED", "ARCHIVE_REVOKED"]).await;
    let other = world.linked("abccorp", &RYAN).await;
    let invite = invited(&world).await;
    let (user, id) = (invite["userId"].as_str().unwrap().to_owned(), invite["id"].as_str().unwrap());
    let widget = world.widget_for(&user).await;
    let accounts = [widget.link("upwork", &GEORGE).await, widget.link("abccorp", &GEORGE).await];
    let archive =
        archives::handed_over(&api, "/archives", &archives::payslip(&user, archives::GEORGES)).await;
    let unspent = api.post_empty(&format!("/tokens?userId={user}")).await.data(201);

    api.delete(&format!("/users/{user}")).await.done();

    for path in [
        format!("/users/{user}"),
        format!("/users/{user}/payload"),
        format!("/users/{user}/steps"),
        format!("/invites/{id}"),
        format!("/invites/{id}/logs"),
        format!("/accounts/{}", accounts[0]),
        format!("/archives/{}", archive["id"].as_str().unwrap()),
    ] {
        api.get(&path).await.refused("MISSING_RESOURCE");
    }
    api.post_empty(&format!("/users/{user}/resetSession")).await.refused("MISSING_RESOURCE");
    api.post_empty(&format!("/tokens?userId={user}")).await.refused("MISSING_RESOURCE");
    for list in ["accounts", "archives", "tasks", "identities", "transactions"] {
        assert!(api.all(&format!("/{list}?userId={user}"), 10).await.is_empty(), "{list}");
    }
    assert_eq!(api.all("/users", 10).await.len(), 1);
    assert!(api.all("/invites", 10).await.is_empty());
    widget.api.get("/accounts").await.refused("INVALID_TOKEN");
    let token = unspent["accessToken"].as_str().unwrap();
    world.stranger("link-sandbox").bearer(token).post_empty("/sessions").await.refused("INVALID_TOKEN");
    for key in [user.as_str(), &accounts[0], &accounts[1], archive["id"].as_str().unwrap()] {
        assert!(world.store.key(key).await.unwrap().is_none(), "{key}");
    }
    receiver.wait(|got| got.len() == 3).await;

    // What happened is still told, without a word of whom.
    let events = api.all(&format!("/events?userId={user}"), 150).await;
    assert!(events.len() > 5);
    for event in &events {
        let event = api.data(&format!("/events/{}", event["id"].as_str().unwrap())).await;
        assert!(!event.to_string().contains("gpalomero"), "{event}");
    }
    assert_eq!(api.data(&format!("/accounts/{}", other.account)).await["connectionStatus"], "CONNECTED");
    assert_eq!(other.widget.api.all("/accounts", 10).await.len(), 1);
}

async fn erasing_again_changes_nothing(world: World) {
    let (api, linked) = (world.api(), world.linked("abccorp", &GEORGE).await);
    let path = format!("/users/{}", linked.user);
    let at_once = (0..4).map(|_| api.delete(&path));
    for answer in futures_util::future::join_all(at_once).await {
        answer.done();
    }
    let before = world.census().await;
    api.delete(&path).await.done();
    assert_eq!(world.census().await, before);
    let told = world.event_types().await.iter().filter(|found| **found == "ACCOUNT_DISCONNECTED").count();
    assert_eq!(told, 1);
    api.delete(&format!("/users/acme-{}", "0".repeat(32))).await.refused("MISSING_RESOURCE");
    world.open(&world.globex).delete(&path).await.refused("MISSING_RESOURCE");
    world.production(&world.acme).delete(&path).await.refused("MISSING_RESOURCE");
    // For as long as there are events of theirs; then nobody knows that they were there.
    world.clock.advance(Duration::from_hours(24 * 91));
    world.app.upkeep.sweep().await.unwrap();
    api.delete(&path).await.refused("MISSING_RESOURCE");
}

async fn an_erased_user_can_share_nothing(world: World) {
    let (api, widget) = (world.api(), world.widget().await);
    let user = widget.session["userId"].as_str().unwrap().to_owned();
    // Somebody who was let in before the user went.
    let acting = world.session_of(&widget).await;
    api.delete(&format!("/users/{user}")).await.done();
    widget.start_with("upwork", GEORGE.email, GEORGE.password).await.refused("INVALID_TOKEN");
    let request = sahod_app::LinkRequest {
        provider_id: "upwork".parse().unwrap(),
        consent_version: widget.session["consent"]["version"].as_str().unwrap().to_owned(),
        credentials: widget.encrypt(&json!({ "login": GEORGE.email, "password": GEORGE.password })),
    };
    let started = world.app.linking.start_link(&acting, request).await;
    assert!(matches!(started, Err(sahod_app::AppError::InvalidToken)), "{started:?}");
    api.post("/archives", &archives::payslip(&user, archives::GEORGES)).await.faulty(&["userId"]);
    assert!(api.all("/accounts", 10).await.is_empty());
    assert!(api.all("/archives", 10).await.is_empty());
}

async fn a_link_that_is_running_ends_with_its_user(world: World) {
    let widget = world.widget().await;
    let account = widget.start("upwork", &GEORGE).await;
    widget.until(&account, "WAITING_FOR_ANSWER").await;
    let stream = widget.follow(&account).await;
    let user = widget.session["userId"].as_str().unwrap();
    world.api().delete(&format!("/users/{user}")).await.done();
    assert!(stream.rest().await.iter().all(|now| now["stage"] != "DONE"), "the stream ends without it");
    assert!(world.store.key(&account).await.unwrap().is_none());
}

async fn users_to_whom_nothing_happens_are_erased(world: World) {
    let api = world.api();
    let erase = async || world.app.sharing.erase_idle_users().await.unwrap();
    let (invite, old, quiet) = (invited(&world).await, world.user().await, world.user().await);
    let days = |days: u64| Duration::from_hours(24 * days);
    let there = async |users: &[&str]| -> Vec<bool> {
        let all = api.all("/users", 10).await;
        users.iter().map(|id| all.iter().any(|user| user["id"] == **id)).collect()
    };
    world.clock.advance(days(370));
    let later = world.user().await;
    let account = world.widget_for(&old.id).await.link("abccorp", &GEORGE).await;
    let users = [invite["userId"].as_str().unwrap(), &quiet.id, &old.id, &later.id];
    assert_eq!(erase().await, 1);
    assert_eq!(there(&users).await, [true, false, true, true], "an invite is good for two weeks");
    world.clock.advance(days(10));
    assert_eq!(erase().await, 1);
    assert_eq!(there(&users).await, [false, false, true, true]);
    assert_eq!(erase().await, 0);

    // Who shared something until then has as long again.
    api.delete(&format!("/accounts/{account}")).await.done();
    world.clock.advance(days(350));
    assert_eq!(erase().await, 0);
    world.clock.advance(days(20));
    assert_eq!(erase().await, 2);
    assert_eq!(there(&users).await, [false; 4]);
}
