//! People of a tenant's own in its sandbox.

use serde_json::{Value, json};

use crate::harness::{Widget, World, on_both_databases, world::NewUser};

on_both_databases!(
    a_scenario_signs_in_and_plays_out,
    a_try_tells_what_happens_and_makes_nothing,
    what_makes_no_sense_is_refused,
    scenarios_are_their_tenants_own,
    production_has_none,
);

pub(crate) fn scenario() -> Value {
    json!({
        "providerId": "grab", "login": "Maria@example.com", "password": "let me in", "person": "GEORGE",
        "identity": { "fullName": "Maria Santos", "firstName": "Maria", "lastName": "Santos" },
        "script": { "prompts": ["AUTHENTICATOR"], "data": "EMPTY", "syncError": "AUTH_REQUIRED" },
    })
}

async fn a_scenario_signs_in_and_plays_out(world: World) {
    let api = world.api();
    let made = api.post("/sandbox/scenarios", &scenario()).await.data(201);
    assert_eq!(api.data(&format!("/sandbox/scenarios/{}", made["id"].as_str().unwrap())).await, made);
    assert_eq!(api.all("/sandbox/scenarios", 10).await, std::slice::from_ref(&made));

    let widget = world.widget().await;
    let wrong = widget.start_with("grab", "maria@example.com", "let me out").await.data(201);
    let failed = widget.until(wrong["accountId"].as_str().unwrap(), "FAILED").await;
    assert_eq!(failed["errorCode"], "INVALID_CREDENTIALS");

    let progress = widget.start_with("grab", " maria@EXAMPLE.com", "let me in").await.data(201);
    let account = progress["accountId"].as_str().unwrap();
    let asked = widget.until(account, "WAITING_FOR_ANSWER").await;
    assert_eq!(asked["prompt"]["kind"], "AUTHENTICATOR");
    widget.answer(account, &asked["prompt"]["id"], "123456").await.data(202);
    widget.until(account, "DONE").await;
    let identity = api.all(&format!("/identities?sourceId={account}"), 10).await.remove(0);
    assert_eq!((&identity["fullName"], &identity["lastName"]), (&json!("Maria Santos"), &json!("Santos")));
    assert!(api.all(&format!("/transactions?sourceId={account}"), 10).await.is_empty());

    api.delete(&format!("/sandbox/scenarios/{}", made["id"].as_str().unwrap())).await.done();
    let gone = world.widget().await.start_with("grab", "maria@example.com", "let me in").await.data(201);
    assert_eq!(api.all("/sandbox/scenarios", 10).await, [Value::Null; 0]);
    assert_ne!(gone["accountId"], account);
}

async fn a_try_tells_what_happens_and_makes_nothing(world: World) {
    let api = world.api();
    let mut tries = Vec::new();
    for (login, script) in [
        ("a1", json!({})),
        ("a2", json!({ "prompts": ["CHOICE", "QUESTION"], "error": "ACCOUNT_LOCKED", "signInSeconds": 7 })),
        ("a3", json!({ "data": "PARTIAL", "readSeconds": 2, "syncError": "AUTH_REQUIRED" })),
        ("a4", json!({ "data": "HUGE" })),
    ] {
        let mut made = scenario();
        (made["login"], made["script"]) = (json!(login), script);
        let id = api.post("/sandbox/scenarios", &made).await.data(201)["id"].take();
        tries.push(format!("/sandbox/scenarios/{}/try", id.as_str().unwrap()));
    }
    let before = world.census().await;
    let mut told = Vec::new();
    for path in &tries {
        told.push(api.post_empty(path).await.data(200));
    }
    assert_eq!(world.census().await, before);
    assert_eq!((&told[0]["prompts"], &told[0]["signInError"]), (&json!([]), &Value::Null));
    assert_eq!(told[1]["prompts"], json!(["CHOICE", "CODE", "QUESTION"]));
    let (error, seconds) = (&told[1]["signInError"], &told[1]["seconds"]);
    assert_eq!((error, seconds, &told[1]["datapoints"]), (&json!("ACCOUNT_LOCKED"), &json!(7), &json!([])));
    assert_eq!(
        (&told[2]["readError"], &told[2]["syncError"]),
        (&json!("SERVICE_UNAVAILABLE"), &json!("AUTH_REQUIRED"))
    );
    let count = |told: &Value| {
        let kinds = told["datapoints"].as_array().unwrap();
        kinds.iter().find(|kind| kind["datapoint"] == "TRANSACTIONS").unwrap()["count"].as_u64().unwrap()
    };
    assert_eq!(count(&told[3]), count(&told[0]) + 20_000);
}

async fn what_makes_no_sense_is_refused(world: World) {
    let api = world.api();
    let with = |name: &str, value: Value| {
        let mut body = scenario();
        body[name] = value;
        body
    };
    for (name, value, fault) in [
        ("providerId", json!("nowhere"), "providerId"),
        ("providerId", json!("kawani_id"), "password"),
        ("login", json!("  "), "login"),
        ("password", Value::Null, "password"),
        ("person", json!("BOB"), "person"),
        ("identity", json!({ "dob": "yesterday" }), "identity.dob"),
        ("script", json!({ "prompts": ["SMS", "PIGEON"] }), "script.prompts"),
        ("script", json!({ "prompts": ["SMS", "SMS", "SMS", "SMS", "SMS", "SMS"] }), "script.prompts"),
        ("script", json!({ "signInSeconds": 121 }), "script.signInSeconds"),
        ("script", json!({ "error": "NO_IDEA" }), "script.error"),
        ("script", json!({ "data": "SOME" }), "script.data"),
    ] {
        api.post("/sandbox/scenarios", &with(name, value)).await.faulty(&[fault]);
    }
    api.post("/sandbox/scenarios", &scenario()).await.data(201);
    api.post("/sandbox/scenarios", &with("login", json!("maria@EXAMPLE.com"))).await.faulty(&["login"]);
    api.post("/sandbox/scenarios", &with("providerId", json!("upwork"))).await.data(201);
}

async fn scenarios_are_their_tenants_own(world: World) {
    let made = world.api().post("/sandbox/scenarios", &scenario()).await.data(201);
    let (path, other) =
        (format!("/sandbox/scenarios/{}", made["id"].as_str().unwrap()), world.open(&world.globex));
    other.get(&path).await.refused("MISSING_RESOURCE");
    other.post_empty(&format!("{path}/try")).await.refused("MISSING_RESOURCE");
    other.delete(&path).await.refused("MISSING_RESOURCE");
    assert!(other.all("/sandbox/scenarios", 10).await.is_empty());
    let user = NewUser::make(&other).await;
    let widget = Widget::open(&world.stranger("link-sandbox"), &user.token).await;
    let progress = widget.start_with("grab", "maria@example.com", "let me in").await.data(201);
    let failed = widget.until(progress["accountId"].as_str().unwrap(), "FAILED").await;
    assert_eq!(failed["errorCode"], "INVALID_CREDENTIALS");
}

async fn production_has_none(world: World) {
    let production = world.production(&world.acme);
    production.get("/sandbox/scenarios").await.refused("UNAUTHORIZED_ACCESS");
    production.post("/sandbox/scenarios", &scenario()).await.refused("UNAUTHORIZED_ACCESS");
}
