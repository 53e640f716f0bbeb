//! Webhook endpoints: made, listed, got, deleted.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::harness::{PATIENCE, Receiver, World, on_both_databases, receiver::SECRET};

on_both_databases!(
    an_endpoint_is_made_and_found_again,
    endpoints_are_listed_page_by_page,
    a_deleted_endpoint_is_gone,
    all_faults_of_an_endpoint_are_told_together,
    bounds_of_the_fields_are_inclusive,
    a_secret_is_what_it_says_it_is,
    a_login_in_an_address_is_used_and_never_shown,
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

async fn a_secret_is_what_it_says_it_is(world: World) {
    let (api, receiver) = (world.api(), Receiver::start().await);
    let with = |secret: &str| {
        let mut body = receiver.webhook(&["USER_CREATED"]);
        body["secret"] = json!(secret);
        body
    };
    let encoded = |bytes: usize| format!("whsec_{}", STANDARD.encode(vec![7; bytes]));
    for secret in ["whsec_", "whsec_not!base64", &encoded(23), &encoded(65), &"x".repeat(65)] {
        api.post("/webhooks", &with(secret)).await.faulty(&["secret"]);
    }
    for (secret, shown) in [
        (encoded(24), "••••BwcH"),
        (encoded(48), "••••BwcH"),
        (encoded(64), "••••Bw=="),
        ("x".repeat(24), "••••xxxx"),
        ("short".to_owned(), "•••• (weak: choose at least 24 characters)"),
    ] {
        let made = api.post("/webhooks", &with(&secret)).await.data(200);
        assert_eq!(made["secret"], shown, "{secret}");
        let path = format!("/webhooks/{}", made["id"].as_str().unwrap());
        assert_eq!(api.data(&path).await["secret"], shown);
        let rotate = format!("{path}/rotateSecret");
        api.post(&rotate, &json!({ "secret": "whsec_not!base64" })).await.faulty(&["secret"]);
        let rotated = api.post(&rotate, &json!({ "secret": format!("{}!", &secret[..5]) })).await;
        // Five of what begins with `whsec_` are plain again.
        assert_eq!(rotated.data(200)["secretIsWeak"], true);
        assert_eq!(api.post_empty(&rotate).await.data(200)["secretIsWeak"], false);
    }
}

async fn a_login_in_an_address_is_used_and_never_shown(world: World) {
    let (api, receiver) = (world.api(), Receiver::start().await);
    let mut body = receiver.webhook(&["USER_CREATED"]);
    body["url"] = json!(receiver.url.replace("://", "://me:canary@"));
    let shown = receiver.url.replace("://", "://***@");
    let made = api.post("/webhooks", &body).await.data(200);
    assert_eq!(made["url"], shown);
    let path = format!("/webhooks/{}", made["id"].as_str().unwrap());

    // Whoever writes back what was shown does not mean it.
    api.patch(&path, &json!({ "url": shown })).await.faulty(&["url"]);
    let changed = api.patch(&path, &json!({ "name": "new" })).await.data(200);
    world.user().await;
    let got = receiver.wait(|got| got.len() == 1).await;
    let basic = format!("Basic {}", STANDARD.encode("me:canary"));
    assert_eq!(got[0].header("authorization"), Some(basic.as_str()));
    let tested = api.post_empty(&format!("{path}/test")).await.data(200);
    assert_eq!(tested["status"], 200);
    let attempts = attempts(&world, &path, 2).await;
    let attempt = &attempts["items"][0];
    assert_eq!(
        (&attempt["request"]["url"], &attempt["request"]["headers"]["Authorization"]),
        (&json!(shown), &json!("Basic ***"))
    );
    for answer in [&changed, &tested, &attempts, &api.data("/webhooks").await, &api.data(&path).await] {
        let answer = answer.to_string();
        assert!(!answer.contains("canary") && !answer.contains(&basic), "{answer}");
    }

    // Without one nobody is named.
    api.patch(&path, &json!({ "url": receiver.url })).await.data(200);
    world.user().await;
    let got = receiver.wait(|got| got.len() == 3).await;
    assert_eq!(got[2].header("authorization"), None);
}

/// The attempts of a webhook once there are so many.
async fn attempts(world: &World, webhook: &str, count: usize) -> Value {
    let wait = async {
        loop {
            let attempts = world.api().data(&format!("{webhook}/attempts")).await;
            if attempts["items"].as_array().is_some_and(|attempts| attempts.len() == count) {
                return attempts;
            }
            tokio::task::yield_now().await;
        }
    };
    timeout(PATIENCE, wait).await.expect("so many attempts")
}
