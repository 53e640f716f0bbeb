//! `Idempotency-Key`: what a caller repeats happens once.

use std::{collections::HashSet, time::Duration};

use axum::{
    body::Body,
    http::{HeaderMap, HeaderName, Method, header},
};
use futures_util::future::join_all;
use http_body_util::BodyExt as _;
use sahod_app::{Acting, IdempotentRequest, KeyPurpose};
use sahod_model::Mode;
use serde_json::{Value, json};

use crate::{
    archives, consent_templates,
    harness::{Client, GEORGE, World, contract, on_both_databases},
    invite_templates, invites,
};

on_both_databases!(
    every_post_is_carried_out_once,
    a_key_names_one_request,
    keys_are_1_to_255_visible_characters,
    keys_belong_to_a_tenant_in_one_mode,
    tries_at_once_on_two_nodes_make_one_user,
    what_was_refused_can_be_put_right,
    a_verdict_is_given_again,
    what_failed_here_is_tried_anew,
    a_repeat_waits_for_the_first_for_so_long,
    keys_are_forgotten_after_a_day,
    other_methods_take_no_key,
);

/// An answer, byte for byte.
#[derive(Debug, PartialEq)]
struct Exact {
    status: u16,
    body: Vec<u8>,
}

/// Sends a request with those keys; its answer, and its headers.
async fn send(client: &Client, path: &str, keys: &[&str], body: &str) -> (Exact, HeaderMap) {
    let mut headers = vec![(header::CONTENT_TYPE, "application/json")];
    headers.extend(keys.iter().map(|key| (HeaderName::from_static("idempotency-key"), *key)));
    let response = client.raw(&Method::POST, path, &headers, Body::from(body.to_owned())).await;
    let (head, body) = response.into_parts();
    let body = body.collect().await.unwrap().to_bytes().to_vec();
    (Exact { status: head.status.as_u16(), body }, head.headers)
}

impl Exact {
    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    #[track_caller]
    fn faulty(&self, parameter: &str) {
        let body = self.json();
        assert_eq!((self.status, &body["code"]), (400, &json!("INVALID_PARAMETERS")), "{body}");
        let faults = body["data"]["errors"].as_array().unwrap();
        assert_eq!((faults.len(), &faults[0]["parameter"]), (1, &json!(parameter)), "{body}");
    }
}

fn is_again(headers: &HeaderMap) -> bool {
    headers.get("idempotent-replayed").is_some_and(|value| value == "true")
}

/// A request that each POST of the contract takes. One that is missing here fails the test that walks them.
async fn sample(world: &World, path: &str) -> (String, String) {
    match path {
        "/users" => (path.to_owned(), json!({ "externalMetadata": { "crm": "42" } }).to_string()),
        "/tokens" => (format!("/tokens?userId={}", world.user().await.id), String::new()),
        "/webhooks" => {
            let hook = json!({
                "name": "n", "url": "https://example.com/hook", "secret": "s", "eventTypes": ["ALL_EVENTS"],
                "active": true,
            });
            (path.to_owned(), hook.to_string())
        }
        "/users/{id}/resetSession" => (path.replace("{id}", &world.user().await.id), String::new()),
        "/accounts/{accountId}/disableMonitor" => {
            let account = world.linked("upwork", &GEORGE).await.account;
            (path.replace("{accountId}", &account), String::new())
        }
        "/consentTemplates" => (path.to_owned(), consent_templates::consent_template("1").to_string()),
        "/inviteTemplates" => (path.to_owned(), invite_templates::invite_template().to_string()),
        "/invites" => (path.to_owned(), invites::invite(&world.api()).await.to_string()),
        "/accounts/{id}/exports/generate" => {
            let account = world.linked("upwork", &GEORGE).await.account;
            (path.replace("{id}", &account), json!({ "exportExtensionType": "CSV" }).to_string())
        }
        "/archives" => {
            (path.to_owned(), archives::payslip(&world.user().await.id, archives::GEORGES).to_string())
        }
        "/archives/classify" => {
            (path.to_owned(), archives::unknown(&world.user().await.id, archives::GEORGES).to_string())
        }
        "/archives/-/payslips/uploadRawFile" => {
            (path.to_owned(), archives::raw_payslip(&world.user().await.id).to_string())
        }
        "/archives/-/payslips/sendManualResult" => {
            let body = archives::payslip(&world.user().await.id, archives::GEORGES);
            let archive = archives::handed_over(&world.api(), "/archives", &body).await;
            (path.to_owned(), json!({ "archiveId": archive["id"], "validFile": true }).to_string())
        }
        _ => panic!("no sample request for POST {path}: add one, so that its repeats are tested"),
    }
}

async fn every_post_is_carried_out_once(world: World) {
    let api = world.api();
    let posts = contract::operations().into_iter().filter(|operation| operation.method == Method::POST);
    let mut walked = 0;
    for contract::Operation { path, .. } in posts {
        let (path, body) = sample(&world, path).await;
        let key = format!("once-{walked}");
        let (first, headers) = send(&api, &path, &[&key], &body).await;
        assert!((200..300).contains(&first.status), "{path}: {}", first.json());
        assert!(!is_again(&headers));
        archives::until_read(&api).await;
        let census = world.census().await;
        for _ in 0..2 {
            let (again, headers) = send(&api, &path, &[&key], &body).await;
            assert_eq!(again, first, "{path}");
            assert!(is_again(&headers), "{path}");
            assert_eq!(headers["x-request-id"], *first.json()["requestId"].as_str().unwrap());
            assert_eq!(headers["content-type"], "application/json");
            assert_eq!(headers["cache-control"], "no-store");
        }
        assert_eq!(world.census().await, census, "{path}: a repeat changes nothing");
        let (other, _) = send(&api, &path, &[&key], "{ }").await;
        other.faulty("Idempotency-Key");
        let (new, headers) = send(&api, &path, &[], &body).await;
        assert!(!is_again(&headers) && new.body != first.body, "{path}: without a key nothing is remembered");
        walked += 1;
    }
    assert!(walked >= 3);
}

async fn a_key_names_one_request(world: World) {
    let (api, user) = (world.api(), world.user().await.id);
    let body = json!({ "externalMetadata": { "a": "1" } }).to_string();
    let (first, _) = send(&api, "/users", &["k"], &body).await;
    assert_eq!(first.status, 201);
    let census = world.census().await;
    for (path, body) in [
        ("/users", "{}"),
        ("/users", ""),
        ("/users", &body.replace('1', "2")),
        ("/users", &format!("{body} ")),
        ("/users?x=1", &body),
        ("/users?", &body),
        (&format!("/tokens?userId={user}"), &body),
        ("/webhooks", &body),
    ] {
        send(&api, path, &["k"], body).await.0.faulty("Idempotency-Key");
    }
    assert_eq!(world.census().await, census);
    assert_eq!(send(&api, "/users", &["k"], &body).await.0, first);
}

async fn keys_are_1_to_255_visible_characters(world: World) {
    let (api, census) = (world.api(), world.census().await);
    let long = "k".repeat(256);
    for keys in [&[""][..], &[" "], &["a b"], &["a\tb"], &["clé"], &[&long], &["a", "a"], &["a", "b"]] {
        send(&api, "/users", keys, "").await.0.faulty("Idempotency-Key");
    }
    // Who nobody knows is told that first.
    assert_eq!(send(&world.stranger("sandbox"), "/users", &[""], "").await.0.status, 401);
    assert_eq!(world.census().await, census);
    for key in ["k", &"k".repeat(255), "!~\"';--", "\"8e03978e-40d5-43e8-bc93-6894a57f9324\""] {
        let (made, _) = send(&api, "/users", &[key], "").await;
        assert_eq!(made.status, 201, "{key}");
        assert_eq!(send(&api, "/users", &[key], "").await.0, made);
    }
    // What is no path, and no method of a path, says so.
    assert_eq!(send(&api, "/nothing", &["k"], "").await.0.status, 404);
    assert_eq!(send(&api, "/users/x", &["k"], "").await.0.status, 501);
}

async fn keys_belong_to_a_tenant_in_one_mode(world: World) {
    let callers = [
        world.api(),
        world.open(&world.globex),
        world.production(&world.acme),
        world.production(&world.globex),
    ];
    let mut ids = HashSet::new();
    for caller in &callers {
        let (made, headers) = send(caller, "/users", &["k"], "").await;
        assert_eq!((made.status, is_again(&headers)), (201, false));
        ids.insert(made.json()["data"]["user"]["id"].clone());
    }
    assert_eq!(ids.len(), callers.len());
    // A key pair that takes over from another one repeats what that one asked for.
    let pair = world
        .app
        .organisations
        .create_api_key(&Acting::operator(), &world.acme.id, Mode::Sandbox, KeyPurpose::everything("new"))
        .await
        .unwrap();
    let secret = sahod_model::ExposeSecret::expose_secret(&pair.secret).to_owned();
    let rotated = world.stranger("sandbox").basic(pair.key.as_str(), &secret);
    assert_eq!(
        send(&rotated, "/users", &["k"], "").await.0,
        send(&world.api(), "/users", &["k"], "").await.0
    );
}

async fn tries_at_once_on_two_nodes_make_one_user(world: World) {
    let (key, secret) = &world.acme.sandbox;
    let nodes = [world.api(), world.another_node().1.at("sandbox").basic(key, secret)];
    let before = world.api().all("/users", 150).await.len();
    for round in 0..5 {
        let name = format!("round-{round}");
        let keys = [name.as_str()];
        let tries = (0..8).map(|number| send(&nodes[number % 2], "/users", &keys, ""));
        let answers = join_all(tries).await;
        assert!(answers.iter().all(|(answer, _)| *answer == answers[0].0 && answer.status == 201));
        assert_eq!(answers.iter().filter(|(_, headers)| !is_again(headers)).count(), 1);
    }
    assert_eq!(world.api().all("/users", 150).await.len(), before + 5);
}

async fn what_was_refused_can_be_put_right(world: World) {
    let api = world.api();
    let (refused, _) = send(&api, "/users", &["k"], "{").await;
    refused.faulty("body");
    let wrong = json!({ "externalMetadata": 7 }).to_string();
    send(&api, "/users", &["k"], &wrong).await.0.faulty("externalMetadata");
    let large = "x".repeat(300 * 1024);
    send(&api, "/users", &["k"], &large).await.0.faulty("body");
    let stranger = world.stranger("sandbox").basic("key-00000000000000000000000000000000", "x");
    assert_eq!(send(&stranger, "/users", &["k"], "").await.0.status, 400);
    let (made, headers) = send(&api, "/users", &["k"], "{}").await;
    assert_eq!((made.status, is_again(&headers)), (201, false));
    assert_eq!(send(&api, "/users", &["k"], "{}").await.0, made);
}

async fn a_verdict_is_given_again(world: World) {
    let path = format!("/tokens?userId=acme-{}", "0".repeat(32));
    let (first, _) = send(&world.api(), &path, &["k"], "").await;
    assert_eq!((first.status, &first.json()["code"]), (404, &json!("MISSING_RESOURCE")));
    let (again, headers) = send(&world.api(), &path, &["k"], "").await;
    assert_eq!((again, is_again(&headers)), (first, true));
}

async fn what_failed_here_is_tried_anew(world: World) {
    let (key, secret) = &world.acme.sandbox;
    let broken = world.without_login_keys().basic(key, secret);
    for _ in 0..2 {
        let (failed, headers) = send(&broken, "/users", &["k"], "").await;
        assert_eq!((failed.status, is_again(&headers)), (503, false));
    }
    let (made, headers) = send(&world.api(), "/users", &["k"], "").await;
    assert_eq!((made.status, is_again(&headers)), (201, false));
    // Now even the broken one knows the answer.
    assert_eq!(send(&broken, "/users", &["k"], "").await.0, made);
}

async fn a_repeat_waits_for_the_first_for_so_long(world: World) {
    let scope = world.store.scope(&world.acme.id, Mode::Sandbox).await.unwrap().unwrap();
    // A node that claimed the request and died.
    let request = IdempotentRequest { key: "k", request: b"POST /v1/users\n" };
    let lease = Duration::from_secs(30);
    world.store.scoped(&scope).claim_idempotency_key(&request, lease).await.unwrap();
    let census = world.census().await;
    let (running, headers) = send(&world.api(), "/users", &["k"], "").await;
    assert_eq!((running.status, &running.json()["code"]), (503, &json!("SERVER_UNAVAILABLE")));
    assert_eq!(headers["retry-after"], "1");
    assert_eq!(world.census().await, census);
    world.clock.advance(lease);
    let (made, headers) = send(&world.api(), "/users", &["k"], "").await;
    assert_eq!((made.status, is_again(&headers)), (201, false));
}

async fn keys_are_forgotten_after_a_day(world: World) {
    let (first, _) = send(&world.api(), "/users", &["k"], "").await;
    world.clock.advance(Duration::from_hours(24));
    world.app.upkeep.sweep().await.unwrap();
    assert_eq!(send(&world.api(), "/users", &["k"], "").await.0, first);
    world.clock.advance(Duration::from_hours(2));
    world.app.upkeep.sweep().await.unwrap();
    let (new, headers) = send(&world.api(), "/users", &["k"], "").await;
    assert!(new.status == 201 && new != first && !is_again(&headers));
}

async fn other_methods_take_no_key(world: World) {
    let headers = [(HeaderName::from_static("idempotency-key"), "")];
    for _ in 0..2 {
        let answer = world.api().send(Method::GET, "/users", &headers, Body::empty()).await;
        assert_eq!(answer.data(200)["items"].as_array().unwrap().len(), 0);
    }
}
