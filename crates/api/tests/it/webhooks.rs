//! Webhook endpoints: made, listed, got, deleted.

use serde_json::{Value, json};

use crate::harness::{Receiver, World, on_both_databases, receiver::SECRET};

on_both_databases!(
    an_endpoint_is_made_and_found_again,
    endpoints_are_listed_page_by_page,
    a_deleted_endpoint_is_gone,
    all_faults_of_an_endpoint_are_told_together,
    bounds_of_the_fields_are_inclusive,
);

async fn an_endpoint_is_made_and_found_again(world: World) {
    let api = world.api();
    let mut wanted = json!({
        "name": "Ops 🐙",
        "url": "https://hooks.example.com/sahod?from=acme",
        "secret": SECRET,
        "eventTypes": ["ACCOUNT_CONNECTED", "TASK_FINISHED", "ACCOUNT_CONNECTED"],
        "active": false,
    });
    let made = api.post("/webhooks", &wanted).await.data(200);
    assert!(made["id"].as_str().unwrap().starts_with("wh-"));
    assert_eq!(made["eventTypes"], json!(["ACCOUNT_CONNECTED", "TASK_FINISHED"]), "each type once");
    assert_eq!((&made["active"], &made["includePayload"]), (&json!(false), &json!(false)));
    assert_eq!((&made["name"], &made["url"]), (&wanted["name"], &wanted["url"]));
    assert!(!made.to_string().contains(SECRET), "the secret is not told again: {made}");
    assert_eq!(made["createdAt"], made["updatedAt"]);
    let id = made["id"].as_str().unwrap();
    assert_eq!(api.data(&format!("/webhooks/{id}")).await, made);
    assert_eq!(api.data("/webhooks").await["items"], json!([made]));

    wanted["includePayload"] = json!(true);
    wanted["extra"] = json!("what the contract does not know is ignored");
    assert_eq!(api.post("/webhooks", &wanted).await.data(200)["includePayload"], true);
}

async fn endpoints_are_listed_page_by_page(world: World) {
    let receiver = Receiver::start().await;
    let mut made = Vec::new();
    for _ in 0..7 {
        made.push(receiver.subscribe(&world.api(), &["ALL_EVENTS"]).await);
    }
    made.reverse();
    for size in [1, 3, 7, 150] {
        let listed = world.api().all("/webhooks", size).await;
        assert_eq!(listed.iter().map(|webhook| webhook["id"].as_str().unwrap()).collect::<Vec<_>>(), made);
    }
}

async fn a_deleted_endpoint_is_gone(world: World) {
    let receiver = Receiver::start().await;
    let (stays, goes) = (
        receiver.subscribe(&world.api(), &["ALL_EVENTS"]).await,
        receiver.subscribe(&world.api(), &["ALL_EVENTS"]).await,
    );
    let path = format!("/webhooks/{goes}");
    world.api().delete(&path).await.done();
    world.api().get(&path).await.refused("MISSING_RESOURCE");
    world.api().delete(&path).await.refused("MISSING_RESOURCE");
    let listed = world.api().all("/webhooks", 10).await;
    assert_eq!((listed.len(), &listed[0]["id"]), (1, &json!(stays)));
    for id in ["x", "wh-1", &format!("a-{}", &goes[3..]), &goes.to_uppercase()] {
        world.api().delete(&format!("/webhooks/{id}")).await.refused("MISSING_RESOURCE");
    }
}

async fn all_faults_of_an_endpoint_are_told_together(world: World) {
    let (api, before) = (world.api(), world.census().await);
    let all = ["active", "eventTypes", "name", "secret", "url"];
    api.post("/webhooks", &json!({})).await.faulty(&all);
    api.post_empty("/webhooks").await.faulty(&all);
    let nulls = json!({ "name": null, "url": null, "secret": null, "eventTypes": null, "active": null });
    api.post("/webhooks", &nulls).await.faulty(&all);
    let wrong = json!({
        "name": 1, "url": ["https://example.com"], "secret": {}, "eventTypes": "ALL_EVENTS", "active": "true",
        "includePayload": 1,
    });
    let mut with_payload = all.to_vec();
    with_payload.push("includePayload");
    api.post("/webhooks", &wrong).await.faulty(&with_payload);
    let bounds = json!({
        "name": "n".repeat(201), "url": "", "secret": "s".repeat(65), "active": 0,
        "eventTypes": ["ALL_EVENTS", "all_events", 7, null, "TASK_STARTED"],
    });
    let faults = ["active", "eventTypes[1]", "eventTypes[2]", "eventTypes[3]", "name", "secret", "url"];
    api.post("/webhooks", &bounds).await.faulty(&faults);

    let good = json!({
        "name": "n", "url": "https://example.com", "secret": "s", "eventTypes": ["ALL_EVENTS"], "active": true,
    });
    let with = |name: &str, value: Value| {
        let mut body = good.clone();
        body[name] = value;
        body
    };
    api.post("/webhooks", &with("eventTypes", json!([]))).await.faulty(&["eventTypes"]);
    for url in
        ["ftp://example.com", "example.com", "https://", "javascript:alert(1)", "//x", " ", "http://[::1"]
    {
        api.post("/webhooks", &with("url", json!(url))).await.faulty(&["url"]);
    }
    assert_eq!(world.census().await, before, "nothing was made");
}

async fn bounds_of_the_fields_are_inclusive(world: World) {
    let url = format!("https://example.com/{}", "p".repeat(480));
    assert_eq!(url.len(), 500);
    let body = json!({
        "name": "🐙".repeat(200), "url": url, "secret": "🐙".repeat(64), "eventTypes": ["ALL_EVENTS"], "active": true,
    });
    let made = world.api().post("/webhooks", &body).await.data(200);
    assert_eq!((&made["name"], &made["url"]), (&body["name"], &body["url"]));
}
