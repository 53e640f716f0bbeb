//! The requests log: what a tenant's servers called.

use axum::{
    body::Body,
    http::{HeaderName, Method},
};
use serde_json::{Value, json};

use crate::harness::{Client, World, on_both_databases};

on_both_databases!(
    every_call_of_a_known_caller_is_noted,
    nothing_that_a_caller_made_up_is_noted,
    requests_are_listed_and_filtered,
    a_cursor_of_the_log_is_good_for_nothing_else,
    repeats_are_noted_as_what_they_are,
    more_than_the_queue_holds_is_counted_and_dropped,
);

/// The whole log, newest first.
async fn log(world: &World, client: &Client) -> Vec<Value> {
    world.app.requests.flush_requests().await;
    client.all("/requests", 150).await
}

/// Method, path, status and error code of each, newest first.
async fn calls(world: &World, client: &Client) -> Vec<Value> {
    let log = log(world, client).await;
    log.iter().map(|call| json!([call["method"], call["path"], call["status"], call["errorCode"]])).collect()
}

async fn every_call_of_a_known_caller_is_noted(world: World) {
    let api = world.api();
    let user = world.user().await.id;
    let answer = api.get(&format!("/users/{user}?x=1")).await;
    let id = answer.body["requestId"].as_str().unwrap().to_owned();
    api.get("/transactions?size=0").await.refused("INVALID_PARAMETERS");
    api.get("/accounts/x").await.refused("MISSING_RESOURCE");
    api.post_text("/users", Some("text/plain"), "x").await.refused("UNSUPPORTED_TYPE");
    let (key, secret) = &world.acme.sandbox;
    // Nobody's: nothing to note them for.
    world.stranger("sandbox").get("/users").await.refused("INVALID_TOKEN");
    api.at("open").get("/users").await.refused("UNAUTHORIZED_ACCESS");
    api.get("/nothing").await.refused("MISSING_RESOURCE");
    api.send(Method::PUT, "/users", &[], Body::empty()).await.refused("UNSUPPORTED_METHOD");

    let noted = calls(&world, &api).await;
    assert_eq!(
        noted,
        [
            json!(["POST", "/v1/users", 415, "UNSUPPORTED_TYPE"]),
            json!(["GET", "/v1/accounts/{id}", 404, "MISSING_RESOURCE"]),
            json!(["GET", "/v1/transactions", 400, "INVALID_PARAMETERS"]),
            json!(["GET", format!("/v1/users/{user}"), 200, null]),
            json!(["POST", "/v1/users", 201, null]),
        ]
    );
    let one = api.data(&format!("/requests/{id}")).await;
    assert_eq!(
        (&one["id"], &one["route"], &one["apiKeyId"]),
        (&json!(id), &json!("/v1/users/{id}"), &json!(key))
    );
    assert!(one["durationUs"].as_u64().unwrap() > 0 && one["createdAt"].is_string(), "{one}");
    let names: Vec<&str> = one.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(
        names,
        ["id", "createdAt", "method", "route", "path", "status", "errorCode", "durationUs", "apiKeyId"]
    );
    // Looking at the log is a call, too.
    let newest = calls(&world, &api).await;
    assert_eq!(newest[0], json!(["GET", format!("/v1/requests/{id}"), 200, null]));
    assert_eq!(newest[1], json!(["GET", "/v1/requests", 200, null]));

    // What was cut off for taking too long is noted as well.
    let never = Body::from_stream(futures_util::stream::pending::<Result<&'static [u8], std::io::Error>>());
    let impatient = world.impatient().basic(key, secret);
    impatient.post_text("/users", Some("application/json"), never).await.refused("TIME_LIMIT_EXCEEDED");
    assert_eq!(calls(&world, &api).await[0], json!(["POST", "/v1/users", 504, "TIME_LIMIT_EXCEEDED"]));
}

async fn nothing_that_a_caller_made_up_is_noted(world: World) {
    let api = world.api();
    let secret = "ana.cruz@example.com";
    api.get(&format!("/users/{secret}?name={secret}")).await.refused("MISSING_RESOURCE");
    api.get(&format!("/providers/ana_cruz?{secret}")).await.refused("MISSING_RESOURCE");
    let body = json!({ "externalMetadata": { "email": secret } });
    api.post("/users", &body).await.data(201);
    let agent = [(HeaderName::from_static("user-agent"), secret)];
    api.send(Method::GET, "/users", &agent, Body::empty()).await.data(200);
    let noted = log(&world, &api).await;
    assert_eq!(noted.len(), 4);
    let text = Value::Array(noted).to_string().to_lowercase();
    assert!(!text.contains("ana") && !text.contains("example.com"), "{text}");
}

async fn requests_are_listed_and_filtered(world: World) {
    let api = world.api();
    for _ in 0..3 {
        world.user().await;
        api.get("/users/x").await.refused("MISSING_RESOURCE");
        api.data("/users").await;
    }
    world.app.requests.flush_requests().await;
    let all = api.all("/requests", 2).await;
    assert_eq!(all.len(), 9);
    let dates: Vec<&str> = all.iter().map(|call| call["createdAt"].as_str().unwrap()).collect();
    assert!(dates.is_sorted_by(|newer, older| newer >= older), "{dates:?}");
    let today = dates[0][..10].to_owned();
    for (query, found) in [
        ("method=POST", 3),
        ("status=404", 3),
        ("status=404&method=POST", 0),
        (&format!("method=POST&startDate={today}&endDate={today}"), 3),
        ("method=POST&endDate=2020-01-01", 0),
    ] {
        assert_eq!(api.all(&format!("/requests?{query}"), 150).await.len(), found, "{query}");
    }
    let faults = "method=get&status=99&startDate=2026-02-30&endDate=x&size=0";
    api.get(&format!("/requests?{faults}")).await.faulty(&[
        "endDate",
        "method",
        "size",
        "startDate",
        "status",
    ]);
    for id in ["x", "00000000-0000-4000-8000-000000000000", "%FF"] {
        api.get(&format!("/requests/{id}")).await.refused("MISSING_RESOURCE");
    }
}

async fn a_cursor_of_the_log_is_good_for_nothing_else(world: World) {
    let api = world.api();
    for _ in 0..2 {
        api.get("/users").await.data(200);
    }
    world.app.requests.flush_requests().await;
    let cursor = api.data("/requests?size=1").await["nextCursor"].as_str().unwrap().to_owned();
    for other in [world.open(&world.globex), world.production(&world.acme)] {
        other.get(&format!("/requests?cursor={cursor}")).await.faulty(&["cursor"]);
    }
    api.get(&format!("/users?cursor={cursor}")).await.faulty(&["cursor"]);
}

async fn repeats_are_noted_as_what_they_are(world: World) {
    let api = world.api();
    let key = [(HeaderName::from_static("idempotency-key"), "k")];
    let (mut ids, wrong) = (Vec::new(), [(HeaderName::from_static("idempotency-key"), "")]);
    for _ in 0..2 {
        let answer = api.send(Method::POST, "/users", &key, Body::empty()).await;
        ids.push(answer.body["requestId"].clone());
    }
    api.send(Method::POST, "/users", &wrong, Body::empty()).await.faulty(&["Idempotency-Key"]);
    assert_eq!(ids[0], ids[1]);
    assert_eq!(
        calls(&world, &api).await,
        [
            json!(["POST", "/v1/users", 400, "INVALID_PARAMETERS"]),
            json!(["POST", "/v1/users", 201, null]),
            json!(["POST", "/v1/users", 201, null]),
        ]
    );
    let log = log(&world, &api).await;
    assert_ne!(log[2]["id"], log[3]["id"], "each call has an id of its own");
}

async fn more_than_the_queue_holds_is_counted_and_dropped(world: World) {
    let (api, caller) = (world.api(), &world.acme.sandbox);
    api.data("/users").await;
    world.app.requests.flush_requests().await;
    let noted = api.data("/requests").await["items"][0].clone();
    let secret = caller.1.clone().into();
    let organisations = &world.app.organisations;
    let acting = organisations.authenticate(&caller.0, &secret, sahod_model::Mode::Sandbox).await.unwrap();
    let id = noted["id"].as_str().unwrap().parse().unwrap();
    let request = world.app.requests.get_request(&acting, id).await.unwrap();
    world.app.requests.flush_requests().await;
    // No await in between: nobody writes meanwhile.
    for _ in 0..10_000 {
        let id = sahod_model::RequestId::new(&*world.clock, &*world.random);
        world.app.requests.record_request(&acting, |_| sahod_model::Request { id, ..request.clone() });
    }
    assert_eq!(world.app.requests.dropped_requests(), 10_000 - 8_192);
    world.app.requests.flush_requests().await;
    assert_eq!(world.app.requests.dropped_requests(), 10_000 - 8_192, "the others were written");
    api.data("/users").await;
}
