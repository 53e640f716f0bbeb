//! Invites: made with everything that belongs to them, and followed through what the person does.

use std::time::Duration;

use serde_json::{Value, json};

use crate::{
    harness::{Client, GEORGE, RYAN, Receiver, World, on_both_databases},
    invite_templates::invite_template,
};

on_both_databases!(
    an_invite_is_made_with_its_user_and_log,
    an_invite_follows_what_the_person_shares,
    a_failed_attempt_changes_no_invite,
    two_accounts_at_once_link_an_invite_once,
    revoking_all_accounts_at_once_ends_an_invite,
    invites_and_logs_are_listed_page_by_page,
    a_deleted_template_takes_no_new_invites,
    all_faults_of_an_invite_are_told_together,
    webhooks_tell_of_invites,
);

/// What makes an invite, with a template made for it.
pub(crate) async fn invite(api: &Client) -> Value {
    let template = api.post("/inviteTemplates", &invite_template()).await.data(201);
    json!({ "fullName": "Ana Cruz", "email": "ana.cruz@example.com", "templateId": template["id"] })
}

async fn make(world: &World) -> Value {
    let wanted = invite(&world.api()).await;
    world.api().post("/invites", &wanted).await.data(201)
}

/// The invite as it is now.
async fn now(world: &World, invite: &Value) -> Value {
    world.api().data(&format!("/invites/{}", invite["id"].as_str().unwrap())).await
}

/// What became of an invite, oldest first.
async fn log(world: &World, invite: &Value) -> Vec<String> {
    let path = format!("/invites/{}/logs", invite["id"].as_str().unwrap());
    let mut rows = world.api().all(&path, 2).await;
    rows.reverse();
    for row in &rows {
        assert!(row["id"].as_str().unwrap().starts_with("ivl-"));
        assert_eq!((&row["inviteId"], &row["userId"]), (&invite["id"], &invite["userId"]));
    }
    rows.iter().map(|row| row["inviteStatus"].as_str().unwrap().to_owned()).collect()
}

async fn count(world: &World, event_type: &str) -> usize {
    world.event_types().await.iter().filter(|found| **found == event_type).count()
}

async fn an_invite_is_made_with_its_user_and_log(world: World) {
    let api = world.api();
    let mut wanted = invite(&api).await;
    wanted["firstName"] = json!("Ana");
    wanted["lastName"] = json!("Cruz");
    wanted["winkTemplateId"] = json!(format!("wtpl-{}", "0a".repeat(16)));
    let made = api.post("/invites", &wanted).await.data(201);
    for (name, value) in wanted.as_object().unwrap() {
        assert_eq!(made[name], *value, "{name}");
    }
    assert!(made["id"].as_str().unwrap().starts_with("iv-"));
    assert_eq!((&made["status"], &made["linkedAt"]), (&json!("INVITED"), &Value::Null));
    assert_eq!((&made["invitedAt"], &made["updatedAt"]), (&made["createdAt"], &made["createdAt"]));
    assert_eq!(now(&world, &made).await, made, "address of the landing page included");
    assert_eq!(log(&world, &made).await, ["INVITED"]);
    assert_eq!(world.event_types().await, ["USER_CREATED", "INVITE_INVITED"]);
    let user = api.data(&format!("/users/{}", made["userId"].as_str().unwrap())).await;
    assert_eq!((&user["externalMetadata"], &user["createdAt"]), (&json!({}), &made["createdAt"]));

    let token =
        made["inviteLandingPageUrl"].as_str().unwrap().strip_prefix("http://user.test/invites/").unwrap();
    assert!(token.len() == 64 && token.bytes().all(|byte| byte.is_ascii_hexdigit()), "{token}");
    let other = api.post("/invites", &wanted).await.data(201);
    for name in ["id", "userId", "inviteLandingPageUrl"] {
        assert_ne!(other[name], made[name], "the same person twice is two invites");
    }

    let least = make(&world).await;
    for name in ["firstName", "lastName", "winkTemplateId"] {
        assert_eq!(least[name], Value::Null);
    }
}

async fn an_invite_follows_what_the_person_shares(world: World) {
    let made = make(&world).await;
    let user = made["userId"].as_str().unwrap();
    world.clock.advance(Duration::from_hours(1));
    let widget = world.widget_for(user).await;
    let first = widget.link("abccorp", &GEORGE).await;
    let linked = now(&world, &made).await;
    assert_eq!(linked["status"], "LINKED");
    assert!(linked["linkedAt"].as_str() > made["createdAt"].as_str());
    assert_eq!((&linked["updatedAt"], &linked["invitedAt"]), (&linked["linkedAt"], &made["invitedAt"]));

    let second = widget.link("abccorp", &RYAN).await;
    widget.link("abccorp", &GEORGE).await;
    assert_eq!(now(&world, &made).await, linked, "more accounts change nothing");
    world.api().delete(&format!("/accounts/{first}")).await.done();
    assert_eq!(now(&world, &made).await, linked, "one is still shared");
    widget.api.delete(&format!("/accounts/{second}")).await.done();
    let revoked = now(&world, &made).await;
    assert_eq!((&revoked["status"], &revoked["linkedAt"]), (&json!("REVOKED"), &linked["linkedAt"]));
    assert!(revoked["updatedAt"].as_str() >= linked["updatedAt"].as_str());
    assert_eq!(log(&world, &made).await, ["INVITED", "LINKED", "REVOKED"]);
    assert_eq!(count(&world, "INVITE_LINKED").await, 1);

    // People can come back.
    world.widget_for(user).await.link("abccorp", &GEORGE).await;
    assert_eq!(now(&world, &made).await["status"], "LINKED");
    assert_eq!(log(&world, &made).await, ["INVITED", "LINKED", "REVOKED", "LINKED"]);
    assert_eq!(count(&world, "INVITE_LINKED").await, 2);

    let types = world.event_types().await;
    let connected = types.iter().position(|found| *found == "ACCOUNT_CONNECTED").unwrap();
    assert_eq!(types[connected + 1], "INVITE_LINKED", "told with its cause: {types:?}");
}

async fn a_failed_attempt_changes_no_invite(world: World) {
    let made = make(&world).await;
    let widget = world.widget_for(made["userId"].as_str().unwrap()).await;
    let progress = widget.start_with("abccorp", GEORGE.email, "wrong").await.data(201);
    let failed = progress["accountId"].as_str().unwrap();
    widget.until(failed, "FAILED").await;
    assert_eq!(now(&world, &made).await, made);
    widget.api.delete(&format!("/accounts/{failed}")).await.done();
    assert_eq!(now(&world, &made).await, made, "nothing was shared, so nothing was taken back");

    // A failed attempt beside it does not keep a revoked account shared.
    let good = widget.link("abccorp", &RYAN).await;
    let progress = widget.start_with("abccorp", GEORGE.email, "wrong").await.data(201);
    widget.until(progress["accountId"].as_str().unwrap(), "FAILED").await;
    widget.api.delete(&format!("/accounts/{good}")).await.done();
    assert_eq!(now(&world, &made).await["status"], "REVOKED");
}

async fn two_accounts_at_once_link_an_invite_once(world: World) {
    let made = make(&world).await;
    let user = made["userId"].as_str().unwrap();
    let (one, two) = (world.widget_for(user).await, world.widget_for(user).await);
    tokio::join!(one.link("abccorp", &GEORGE), two.link("abccorp", &RYAN));
    assert_eq!(log(&world, &made).await, ["INVITED", "LINKED"]);
    assert_eq!(count(&world, "INVITE_LINKED").await, 1);
}

async fn revoking_all_accounts_at_once_ends_an_invite(world: World) {
    let made = make(&world).await;
    let widget = world.widget_for(made["userId"].as_str().unwrap()).await;
    let mut accounts = Vec::new();
    for (provider, person) in [("abccorp", &GEORGE), ("abccorp", &RYAN), ("grab", &GEORGE), ("grab", &RYAN)] {
        accounts.push(format!("/accounts/{}", widget.link(provider, person).await));
    }
    futures_util::future::join_all(accounts.iter().map(|path| widget.api.delete(path))).await;
    assert_eq!(now(&world, &made).await["status"], "REVOKED");
    assert_eq!(log(&world, &made).await, ["INVITED", "LINKED", "REVOKED"]);
}

async fn invites_and_logs_are_listed_page_by_page(world: World) {
    let api = world.api();
    let wanted = invite(&api).await;
    let mut made = Vec::new();
    for _ in 0..5 {
        made.push(api.post("/invites", &wanted).await.data(201));
    }
    made.reverse();
    for size in [1, 2, 5, 150] {
        assert_eq!(api.all("/invites", size).await, made, "{size}");
    }
    let widget = world.widget_for(made[0]["userId"].as_str().unwrap()).await;
    let account = widget.link("grab", &GEORGE).await;
    api.delete(&format!("/accounts/{account}")).await.done();
    let logs = |invite: &Value| format!("/invites/{}/logs", invite["id"].as_str().unwrap());
    let page = api.data(&format!("{}?size=1", logs(&made[0]))).await;
    assert_eq!(page["items"][0]["inviteStatus"], "REVOKED", "newest first");
    let cursor = page["nextCursor"].as_str().unwrap();
    let rest = api.data(&format!("{}?size=2&cursor={cursor}", logs(&made[0]))).await;
    assert_eq!((rest["items"].as_array().unwrap().len(), &rest["nextCursor"]), (2, &Value::Null));
    api.get(&format!("{}?cursor={cursor}", logs(&made[1]))).await.faulty(&["cursor"]);
    api.get(&format!("{}?size=0", logs(&made[1]))).await.faulty(&["size"]);
}

async fn a_deleted_template_takes_no_new_invites(world: World) {
    let api = world.api();
    let wanted = invite(&api).await;
    let made = api.post("/invites", &wanted).await.data(201);
    api.delete(&format!("/inviteTemplates/{}", wanted["templateId"].as_str().unwrap())).await.done();
    assert_eq!(now(&world, &made).await, made, "who was invited stays invited");
    let before = world.census().await;
    api.post("/invites", &wanted).await.faulty(&["templateId"]);
    assert_eq!(world.census().await, before);
}

async fn all_faults_of_an_invite_are_told_together(world: World) {
    let api = world.api();
    let theirs = invite(&world.open(&world.globex)).await;
    let production = invite(&world.production(&world.acme)).await;
    let wanted = invite(&api).await;
    let before = world.census().await;
    let needed = ["email", "fullName", "templateId"];
    api.post("/invites", &json!({})).await.faulty(&needed);
    api.post_empty("/invites").await.faulty(&needed);
    let all = ["email", "firstName", "fullName", "lastName", "templateId", "winkTemplateId"];
    let wrong = json!({
        "email": "ana", "firstName": "", "fullName": "Ana\r\nBcc: x@example.com", "lastName": "<b>Cruz",
        "templateId": "ivt-1", "winkTemplateId": "wtpl-1",
    });
    api.post("/invites", &wrong).await.faulty(&all);
    let types = json!({
        "email": 1, "firstName": [], "fullName": {}, "lastName": true, "templateId": 7, "winkTemplateId": [],
    });
    api.post("/invites", &types).await.faulty(&all);
    let bounds = json!({
        "email": format!("{}@example.com", "a".repeat(200)), "firstName": "f".repeat(65),
        "fullName": "f".repeat(201), "lastName": "l".repeat(65), "templateId": null, "winkTemplateId": "wtpl-",
    });
    api.post("/invites", &bounds).await.faulty(&all);
    // A template of another tenant or mode is none here, nor is one that never was.
    for template in
        [&theirs["templateId"], &production["templateId"], &json!(format!("ivt-{}", "0".repeat(32)))]
    {
        let mut body = wanted.clone();
        body["templateId"] = template.clone();
        api.post("/invites", &body).await.faulty(&["templateId"]);
    }
    assert_eq!(world.census().await, before, "nobody was made");
}

async fn webhooks_tell_of_invites(world: World) {
    let receiver = Receiver::start().await;
    receiver.subscribe(&world.api(), &["INVITE_INVITED", "INVITE_LINKED"]).await;
    let made = make(&world).await;
    world.widget_for(made["userId"].as_str().unwrap()).await.link("grab", &GEORGE).await;
    let got = receiver.wait_for("INVITE_LINKED").await;
    assert_eq!(receiver.types(), ["INVITE_INVITED", "INVITE_LINKED"]);
    for delivery in got {
        assert_eq!(delivery.json()["data"], json!({ "userId": made["userId"], "inviteId": made["id"] }));
    }
}
