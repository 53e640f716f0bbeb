//! The present program on what a release left behind.

use std::path::Path;

use axum::{Router, body::Bytes, http::HeaderMap, routing::post};
use sahod_model::{Clock as _, SystemClock};
use sahod_webhooks::{SIGNATURE_HEADER, verify};
use serde_json::{Value, json};
use tokio::{net::TcpListener, sync::mpsc};

use super::{Left, fixture};
use crate::harness::{Api, Engine, Installation, Sahod, installation::files, poll, soon, widget::text};

/// Opens a copy of a fixture, reads everything, lets everything run that waited, and revokes the account.
pub(super) async fn check(file: &Path, engine: Engine) {
    let (installation, left) = fixture::unpack(file, engine).await;

    // Fixtures grow older than what is in them may. So first all work is put off, and everything is as it was left.
    set_due(&installation, i64::MAX / 2, "TRUE").await;
    installation.sql("UPDATE streams SET lease_until = 0 RETURNING webhook_id").await;
    in_use_a_moment_ago(&installation).await;
    let sahod = installation.dev().await;
    read_everything(&sahod, &left).await;
    deliver(&sahod.open_with(&left.keys), &left).await;
    assert!(sahod.stop().await.status.success());

    // Then it is all due at once, but of what is to be forgotten, only one account is.
    let due = format!("kind <> 'erase_source.v1' OR subject = '{}'", left.ending);
    set_due(&installation, 0, &due).await;
    let sahod = installation.dev().await;
    let api = sahod.open_with(&left.keys);
    work(&installation, &api, &left).await;

    let account = format!("/accounts/{}", left.account);
    assert_eq!(api.delete(&account).await.unwrap().status, 200);
    assert_eq!(api.data(&account).await["connectionStatus"], "DISCONNECTED");
    assert_eq!(items_of(&api, &left.account).await, 0);
    assert!(sahod.stop().await.status.success());
}

async fn set_due(installation: &Installation, due_at: i64, which: &str) {
    let sql = format!("UPDATE jobs SET due_at = {due_at}, leased = 0 WHERE {which} RETURNING id");
    assert!(installation.sql(&sql).await.len() > 5, "much is to be done");
}

/// What every path gave then, it gives now.
async fn read_everything(sahod: &Sahod, left: &Left) {
    let api = sahod.open_with(&left.keys);
    for (path, then) in &left.answers {
        let now = api.data(path).await;
        if let Some(place) = differs(then, &now) {
            panic!("{path}: {place} differs\nthen: {then}\nnow: {now}");
        }
    }
    let key = |name: &str| text(&left.keys[name]);
    let production = sahod.at("openUrl").basic(&key("productionApiKey"), &key("productionApiSecret"));
    assert_eq!(production.get("/users").await.unwrap().status, 200);
}

/// Where the present answer lacks something of the former, or says something else. It may say more. Addresses on this machine
/// have another port at each start, and an end.
fn differs(then: &Value, now: &Value) -> Option<String> {
    match (then, now) {
        (Value::String(then), Value::String(_)) if then.starts_with("http://localhost:") => None,
        // How much of a secret is shown may change; that it is the same one shows in what it signs.
        (Value::String(then), Value::String(now)) if then.starts_with("••••") && now.starts_with("••••") => {
            None
        }
        (Value::Object(then), Value::Object(now)) => then.iter().find_map(|(name, then)| {
            let now = now.get(name).unwrap_or(&Value::Null);
            Some(format!("{name}.{}", differs(then, now)?))
        }),
        (Value::Array(then), Value::Array(now)) if then.len() == now.len() => {
            let mut pairs = then.iter().zip(now).enumerate();
            pairs.find_map(|(number, (then, now))| Some(format!("{number}.{}", differs(then, now)?)))
        }
        _ => (then != now).then(String::new),
    }
}

/// An event that happened then, and one that happens now, come to the webhook that was made then, signed with its secret.
async fn deliver(api: &Api, left: &Left) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let (sender, mut got) = mpsc::channel(64);
    let take = async move |headers: HeaderMap, body: Bytes| {
        let signature = headers[SIGNATURE_HEADER].to_str().unwrap().to_owned();
        // What follows after the test has seen enough is nobody's concern.
        let _ = sender.send((signature, body)).await;
    };
    tokio::spawn(async move { axum::serve(listener, Router::new().route("/", post(take))).await });

    let webhook = format!("/webhooks/{}", left.webhook);
    assert_eq!(api.patch(&webhook, &json!({ "url": url })).await.unwrap().status, 200);
    let (_, events) = left.answers.iter().find(|(path, _)| path == "/events").unwrap();
    let mut event = events["items"][0].clone();
    // In a header, where webhooks are concerned.
    event.as_object_mut().unwrap().remove("sequence");
    let replay = json!({ "eventId": event["id"] });
    assert_eq!(api.post(&format!("{webhook}/replay"), &replay).await.unwrap().status, 200);
    let mut expected = vec![event["id"].clone()];
    let user = api.post_empty("/users").await.unwrap().data(201);
    let made = api.data(&format!("/events?userId={}", text(&user["user"]["id"]))).await;
    expected.push(made["items"][0]["id"].clone());
    while !expected.is_empty() {
        let (signature, body) = soon("an event", got.recv()).await.unwrap();
        assert!(verify(&left.webhook_secret.clone().into(), &body, &signature));
        let body: Value = serde_json::from_slice(&body).unwrap();
        if body["id"] == event["id"] {
            assert_eq!(differs(&event, &body), None, "then: {event}\nnow: {body}");
        }
        expected.retain(|id| *id != body["id"]);
    }
}

/// Everything that waited is done.
async fn work(installation: &Installation, api: &Api, left: &Left) {
    poll("the end of all work", async || {
        // What is left is for the distant future, or comes again and again.
        let due = "SELECT kind FROM jobs WHERE attempt = 0 AND due_at < 1000000";
        let running = "SELECT kind FROM jobs WHERE leased = 1";
        let clock = api.data("/sandbox/clock").await;
        (clock["status"] == "READY"
            && installation.sql(due).await.is_empty()
            && installation.sql(running).await.is_empty())
        .then_some(())
    })
    .await;
    assert_eq!(installation.sql("SELECT kind FROM jobs WHERE failed_at IS NOT NULL").await, [""; 0]);
    // Read again, ended, read for the first time, and deleted, in this order.
    let tasks = api.data(&format!("/tasks?sourceId={}", left.account)).await;
    let again = |task: &Value| task["type"] == "UPDATE_ACCOUNT" && task["status"] == "Finished";
    assert!(tasks["items"].as_array().unwrap().iter().any(again), "{tasks}");
    assert_eq!(api.data(&format!("/accounts/{}", left.ending)).await["connectionStatus"], "DISCONNECTED");
    assert_eq!(items_of(api, &left.ending).await, 0);
    let unread = api.data(&format!("/archives/{}", left.unread)).await;
    assert_eq!(unread["state"]["status"], "ERROR", "it is a payslip, but none that can be read");
    let exports = files(&installation.data().join("files"));
    assert!(exports.iter().all(|(path, _)| !path.to_string_lossy().contains("export")), "{exports:?}");
}

/// How many employments and incomes are there of an account.
async fn items_of(api: &Api, account: &str) -> usize {
    let mut count = 0;
    for list in ["/employments", "/incomes", "/contributions", "/identities"] {
        let page = api.data(&format!("{list}?sourceId={account}")).await;
        count += page["items"].as_array().unwrap().len();
    }
    count
}

/// A start long after the data was in use last waits for a day before time destroys anything.
async fn in_use_a_moment_ago(installation: &Installation) {
    let tables = match installation.database {
        Some(_) => "SELECT tablename::text FROM pg_tables WHERE tablename = 'installation'",
        None => "SELECT name FROM sqlite_master WHERE name = 'installation'",
    };
    // Version 0.1 did not note when it was.
    if !installation.sql(tables).await.is_empty() {
        let now = SystemClock.now().as_micros();
        let sql = format!("UPDATE installation SET last_seen = {now} RETURNING CAST(number AS TEXT)");
        installation.sql(&sql).await;
    }
}
