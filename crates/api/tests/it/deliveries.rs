//! Webhooks as a customer's server receives them.

use std::time::Duration;

use serde_json::{Value, json};

use crate::harness::{
    GEORGE, Receiver, World, on_both_databases,
    receiver::{Delivery, SECRET},
};

on_both_databases!(
    a_link_and_a_revoke_tell_their_story_in_order,
    an_employer_announces_every_kind_that_it_has,
    every_body_is_signed_with_the_secret,
    a_receiver_that_fails_gets_the_same_event_again,
    a_webhook_gets_the_types_that_it_wants,
    an_inactive_webhook_gets_nothing,
    a_deleted_webhook_gets_nothing_more,
    events_stay_within_their_tenant_and_mode,
    a_failed_link_says_whose_login_it_was,
);

/// The events of a link at Upwork, in order.
const LINK: [&str; 12] = [
    "ACCOUNT_CREATED",
    "ACCOUNT_CONNECTED",
    "TASK_STARTED",
    "IDENTITY_ADDED",
    "RATING_ADDED",
    "TRANSACTIONS_ADDED",
    "EINCOMES_ADDED",
    "LINK_ADDED",
    "INSIGHT_ADDED",
    "TASK_FINISHED",
    "USER_SESSION_COMPLETED",
    "ACCOUNT_DISCONNECTED",
];

async fn a_link_and_a_revoke_tell_their_story_in_order(world: World) {
    world.share_links().await;
    let receiver = Receiver::start().await;
    receiver.subscribe(&world.api(), &["ALL_EVENTS"]).await;
    let linked = world.linked("upwork", &GEORGE).await;
    let api = world.api();
    let counts = |list: &'static str| {
        let api = api.clone();
        async move { api.all(&format!("/{list}"), 150).await }
    };
    let (identity, rating) = (counts("identities").await.remove(0), counts("ratings").await.remove(0));
    let (link, insight) = (counts("links").await.remove(0), counts("insights").await.remove(0));
    let (transactions, months) = (counts("transactions").await.len(), counts("eincomes").await.len());
    // What is sent from now on has nothing of the account any more.
    receiver.wait_for("USER_SESSION_COMPLETED").await;
    api.delete(&format!("/accounts/{}", linked.account)).await.done();

    let got = receiver.wait_for("ACCOUNT_DISCONNECTED").await;
    let story = [&["USER_CREATED"], &LINK[..]].concat();
    assert_eq!(got.iter().map(Delivery::event_type).collect::<Vec<_>>(), story);
    assert_eq!(world.event_types().await, story, "the outbox has them in the same order");

    let bodies: Vec<Value> = got.iter().map(Delivery::json).collect();
    for (body, stored) in bodies.iter().zip(world.events().await) {
        assert_eq!((&body["id"], &body["version"]), (&json!(stored.id), &json!(1)));
        assert!(body["id"].as_str().unwrap().starts_with("et-"));
        assert_eq!(body["createdAt"], json!(stored.created_at));
    }
    let data = |event_type: &str| &bodies.iter().find(|body| body["type"] == event_type).unwrap()["data"];
    let account = json!({ "userId": linked.user, "accountId": linked.account, "providers": ["upwork"] });
    let source = json!({
        "userId": linked.user, "sourceId": linked.account, "sourceType": "ACCOUNT", "providers": ["upwork"],
        "taskType": "LINK_ACCOUNT",
    });
    let with = |base: &Value, more: Value| {
        let mut value = base.clone();
        value.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        value
    };
    let session =
        json!({ "userId": linked.user, "channel": "Default", "channelId": null, "status": "IN_PROGRESS" });
    assert_eq!(data("USER_CREATED"), &json!({ "userId": linked.user, "session": session }));
    assert_eq!(data("ACCOUNT_CREATED"), &account);
    assert_eq!(data("ACCOUNT_CONNECTED"), &with(&account, json!({ "loginName": GEORGE.email })));
    assert_eq!(data("TASK_STARTED"), &source);
    assert_eq!(data("IDENTITY_ADDED"), &with(&account, json!({ "identityId": identity["id"] })));
    assert_eq!(data("RATING_ADDED"), &with(&account, json!({ "ratingId": rating["id"] })));
    assert_eq!(data("TRANSACTIONS_ADDED"), &with(&account, json!({ "count": transactions })));
    assert_eq!(data("EINCOMES_ADDED"), &with(&account, json!({ "count": months })));
    assert_eq!(data("LINK_ADDED"), &with(&account, json!({ "id": link["id"] })));
    assert_eq!(data("INSIGHT_ADDED"), &with(&account, json!({ "id": insight["id"] })));
    let finished = json!({
        "status": "SUCCEEDED", "errorCode": null,
        "datapoints": ["IDENTITIES", "RATINGS", "TRANSACTIONS", "EINCOMES", "LINK", "INSIGHTS"],
    });
    assert_eq!(data("TASK_FINISHED"), &with(&source, finished));
    assert_eq!(data("ACCOUNT_DISCONNECTED"), &account);
}

async fn an_employer_announces_every_kind_that_it_has(world: World) {
    let receiver = Receiver::start().await;
    let types = [
        "DOCUMENTS_ADDED",
        "EMPLOYMENTS_ADDED",
        "INCOMES_ADDED",
        "CONTRIBUTIONS_ADDED",
        "LIABILITIES_ADDED",
        "TASK_FINISHED",
    ];
    receiver.subscribe(&world.api(), &types).await;
    let mut counts = Vec::new();
    for provider in ["abccorp", "sss_ph"] {
        let account = world.linked(provider, &GEORGE).await.account;
        for list in ["documents", "employments", "incomes", "contributions", "liabilities"] {
            let count = world.api().all(&format!("/{list}?sourceId={account}"), 150).await.len();
            if count > 0 {
                counts.push((format!("{}_ADDED", list.to_uppercase()), count));
            }
        }
    }
    let finished = |delivery: &&Delivery| delivery.event_type() == "TASK_FINISHED";
    let got = receiver.wait(|got| got.iter().filter(finished).count() == 2).await;
    let announced: Vec<_> = got
        .iter()
        .filter(|delivery| !finished(delivery))
        .map(|delivery| {
            (
                delivery.event_type(),
                usize::try_from(delivery.json()["data"]["count"].as_u64().unwrap()).unwrap(),
            )
        })
        .collect();
    assert_eq!(announced, counts);
    assert_eq!(announced.len(), 6, "three kinds from the employer, three from the scheme");
}

async fn every_body_is_signed_with_the_secret(world: World) {
    let receiver = Receiver::start().await;
    receiver.subscribe(&world.api(), &["ALL_EVENTS"]).await;
    world.linked("grab", &GEORGE).await;
    let got = receiver.wait_for("TASK_FINISHED").await;
    for delivery in &got {
        assert!(delivery.is_signed_with(SECRET));
        assert!(!delivery.is_signed_with("another secret"));
        assert_eq!(delivery.signature.len(), 128, "HMAC-SHA512 in hexadecimal");
        assert_eq!(delivery.signature, delivery.signature.to_lowercase());
        assert_eq!(delivery.content_type, "application/json");
    }
}

async fn a_receiver_that_fails_gets_the_same_event_again(world: World) {
    let receiver = Receiver::answering(&[500, 302, 503]).await;
    let webhook = receiver.subscribe(&world.api(), &["USER_CREATED"]).await;
    let user = world.user().await;
    let mut got = receiver.wait(|got| got.len() == 1).await;
    // Some dozens of seconds, twice; then longer.
    for (tries, from, to) in [(2, 30, 40), (3, 60, 80), (4, 180, 220)] {
        let wait = world.next_try_in(&webhook, tries - 1).await;
        let range = Duration::from_secs(from - 1)..Duration::from_secs(to);
        assert!(range.contains(&wait), "try {tries} after {wait:?}");
        assert_eq!(receiver.deliveries().len(), tries - 1, "not before its time");
        world.clock.advance(wait);
        got = receiver.wait(|got| got.len() == tries).await;
    }
    assert_eq!(got.iter().map(|delivery| delivery.answered).collect::<Vec<_>>(), [500, 302, 503, 200]);
    for delivery in &got {
        assert_eq!(
            (&delivery.body, &delivery.signature),
            (&got[0].body, &got[0].signature),
            "the same on every try"
        );
    }
    assert_eq!(got[0].json()["data"]["userId"], user.id);

    // It was taken: nothing more comes of it, however long one waits.
    world.clock.advance(Duration::from_hours(24));
    let next = world.user().await;
    let got = receiver.wait(|got| got.len() == 5).await;
    assert_eq!(got[4].json()["data"]["userId"], next.id);
}

async fn a_webhook_gets_the_types_that_it_wants(world: World) {
    let (all, single, pair) = (Receiver::start().await, Receiver::start().await, Receiver::start().await);
    all.subscribe(&world.api(), &["ALL_EVENTS"]).await;
    single.subscribe(&world.api(), &["TASK_FINISHED"]).await;
    pair.subscribe(&world.api(), &["ACCOUNT_CREATED", "EINCOMES_ADDED"]).await;
    world.linked("grab", &GEORGE).await;
    let last = world.user().await;
    // Events go out one after the other: when the last one is there, all are.
    all.wait(|got| got.last().is_some_and(|last_one| last_one.json()["data"]["userId"] == last.id)).await;
    assert_eq!(single.types(), ["TASK_FINISHED"]);
    assert_eq!(pair.types(), ["ACCOUNT_CREATED", "EINCOMES_ADDED"]);
    assert_eq!(all.types(), world.event_types().await);
}

async fn an_inactive_webhook_gets_nothing(world: World) {
    let (active, inactive) = (Receiver::start().await, Receiver::start().await);
    let mut body = inactive.webhook(&["ALL_EVENTS"]);
    body["active"] = json!(false);
    world.api().post("/webhooks", &body).await.data(200);
    active.subscribe(&world.api(), &["ALL_EVENTS"]).await;
    world.linked("grab", &GEORGE).await;
    active.wait_for("TASK_FINISHED").await;
    assert_eq!(inactive.types(), [""; 0]);
}

async fn a_deleted_webhook_gets_nothing_more(world: World) {
    let (stays, goes) = (Receiver::start().await, Receiver::answering(&[500]).await);
    stays.subscribe(&world.api(), &["ALL_EVENTS"]).await;
    let id = goes.subscribe(&world.api(), &["ALL_EVENTS"]).await;
    world.user().await;
    goes.wait(|got| got.len() == 1).await;
    world.api().delete(&format!("/webhooks/{id}")).await.done();
    // Neither what is new nor what would have been tried again.
    world.clock.advance(Duration::from_hours(1));
    let last = world.user().await;
    stays.wait(|got| got.last().is_some_and(|got| got.json()["data"]["userId"] == last.id)).await;
    world.clock.advance(Duration::from_hours(24));
    let last = world.user().await;
    stays.wait(|got| got.last().is_some_and(|got| got.json()["data"]["userId"] == last.id)).await;
    assert_eq!(goes.types(), ["USER_CREATED"]);
    assert_eq!(world.store.dead_jobs(10).await.unwrap(), [], "it is no failure either");
}

async fn events_stay_within_their_tenant_and_mode(world: World) {
    let (acme, globex, production) =
        (Receiver::start().await, Receiver::start().await, Receiver::start().await);
    acme.subscribe(&world.api(), &["ALL_EVENTS"]).await;
    globex.subscribe(&world.open(&world.globex), &["ALL_EVENTS"]).await;
    production.subscribe(&world.production(&world.acme), &["ALL_EVENTS"]).await;
    world.linked("grab", &GEORGE).await;
    acme.wait_for("TASK_FINISHED").await;
    assert!(globex.deliveries().is_empty() && production.deliveries().is_empty());
    world.production(&world.acme).post_empty("/users").await.data(201);
    production.wait_for("USER_CREATED").await;
    assert!(globex.deliveries().is_empty());
}

async fn a_failed_link_says_whose_login_it_was(world: World) {
    let receiver = Receiver::start().await;
    receiver.subscribe(&world.api(), &["ALL_EVENTS"]).await;
    let widget = world.widget().await;
    let progress = widget.start_with("grab", "nobody@example.com", "wrong").await.data(201);
    let account = progress["accountId"].as_str().unwrap();
    let failed = widget.until(account, "FAILED").await;
    let got = receiver.wait_for("ACCOUNT_FAILED").await;
    assert_eq!(receiver.types(), ["USER_CREATED", "ACCOUNT_CREATED", "ACCOUNT_FAILED"]);
    let data = json!({
        "userId": widget.session["userId"], "accountId": account, "providers": ["grab"],
        "loginName": "nobody@example.com", "errorCode": "INVALID_CREDENTIALS",
        "errorMessage": failed["errorMessage"],
    });
    assert_eq!(got[2].json()["data"], data);
    let text = String::from_utf8(got[2].body.to_vec()).unwrap();
    assert!(!text.contains("wrong\""), "{text}");
}
