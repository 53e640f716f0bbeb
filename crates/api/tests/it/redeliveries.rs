//! Webhooks whose receivers have a bad day, and what their owner can do about it.

use std::{slice, time::Duration};

use axum::{
    body::Body,
    http::{HeaderName, Method},
};
use sahod_app::Acting;
use sahod_model::SecretString;
use serde_json::{Value, json};

use crate::harness::{PATIENCE, Receiver, World, on_both_databases, receiver::SECRET};

on_both_databases!(
    every_attempt_is_told,
    what_a_webhook_missed_can_be_had,
    events_are_replayed_one_by_one_or_many,
    replays_that_make_no_sense_are_refused,
    both_secrets_sign_for_a_while,
    a_secret_is_replaced_once,
    a_test_event_says_what_came_back,
    a_receiver_that_is_gone_is_left_alone,
    a_receiver_that_fails_for_five_days_is_switched_off,
    a_receiver_that_asks_for_rest_gets_it,
    a_silent_receiver_delays_nobody_else,
    a_webhook_is_changed_and_keeps_its_place,
);

/// What a webhook's status says, once it says so.
async fn status(world: &World, hook: &str, is: impl Fn(&Value) -> bool) -> Value {
    let wait = async {
        loop {
            let status = world.api().data(&format!("/webhooks/{hook}/status")).await;
            if is(&status) {
                return status;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(PATIENCE, wait).await.expect("the status")
}

/// Once everything that happened is delivered, or waits to be tried again.
async fn settled(world: &World, hook: &str) -> Value {
    status(world, hook, |status| status["sequence"] == status["lastSequence"]).await
}

async fn every_attempt_is_told(world: World) {
    let (api, receiver) = (world.api(), Receiver::answering(&[500]).await);
    let hook = receiver.subscribe(&api, &["USER_CREATED"]).await;
    world.user().await;
    let wait = world.next_try_in(&hook, 1).await;
    settled(&world, &hook).await;
    world.clock.advance(wait);
    receiver.wait(|got| got.len() == 2).await;
    status(&world, &hook, |status| status["waiting"] == 0).await;

    let path = format!("/webhooks/{hook}/attempts");
    let attempts = api.all(&path, 1).await;
    let (second, first) = (&attempts[0], &attempts[1]);
    assert_eq!(attempts.len(), 2);
    assert_eq!(
        (&first["number"], &first["status"], &first["failure"]),
        (&json!(1), &json!(500), &json!("answered 500"))
    );
    assert_eq!(
        (&second["number"], &second["status"], &second["failure"]),
        (&json!(2), &json!(200), &json!(null))
    );
    assert!(first["nextAttemptAt"].is_string() && second["nextAttemptAt"].is_null());
    let sent = &receiver.deliveries()[0];
    for attempt in &attempts {
        assert_eq!((&attempt["eventId"], &attempt["sequence"]), (&sent.json()["id"], &json!(1)));
        assert_eq!(attempt["request"]["url"], receiver.url.as_str());
        assert_eq!(attempt["request"]["headers"]["Smile-Signature"], sent.signature.as_str());
        assert_eq!(attempt["request"]["bodyBytes"], sent.body.len());
        assert_eq!(attempt["response"]["body"], "");
    }
    assert_eq!(api.all(&format!("{path}?failed=true"), 10).await, slice::from_ref(first));
    let event = first["eventId"].as_str().unwrap();
    assert_eq!(api.all(&format!("/events/{event}/attempts"), 1).await, attempts);
    let other = world.open(&world.globex);
    other.get(&path).await.refused("MISSING_RESOURCE");
    other.get(&format!("/events/{event}/attempts")).await.refused("MISSING_RESOURCE");
}

async fn what_a_webhook_missed_can_be_had(world: World) {
    let (api, receiver) = (world.api(), Receiver::start().await);
    let hook = receiver.subscribe(&api, &["USER_CREATED"]).await;
    let path = format!("/webhooks/{hook}");
    world.user().await;
    receiver.wait(|got| got.len() == 1).await;
    settled(&world, &hook).await;

    assert_eq!(api.patch(&path, &json!({ "active": false })).await.data(200)["active"], false);
    let missed = [world.user().await.id, world.user().await.id];
    api.post(&format!("{path}/replay"), &json!({ "missed": true })).await.faulty(&["id"]);
    api.patch(&path, &json!({ "active": true })).await.data(200);
    let last = world.user().await.id;
    let got = receiver.wait(|got| got.len() == 2).await;
    assert_eq!(got[1].json()["data"]["userId"], last, "what happens from now on");
    let status = settled(&world, &hook).await;
    assert_eq!((&status["missedFrom"], &status["missedTo"]), (&json!(2), &json!(3)));

    let replayed = api.post(&format!("{path}/replay"), &json!({ "missed": true })).await.data(200);
    assert_eq!(replayed, json!({ "count": 2, "nextSequence": null }));
    let got = receiver.wait(|got| got.len() == 4).await;
    let mut had: Vec<_> = got[2..].iter().map(|got| got.json()["data"]["userId"].clone()).collect();
    had.sort_by_key(|user| missed.iter().position(|missed| user == missed));
    assert_eq!(had, missed);
    let status = api.data(&format!("{path}/status")).await;
    assert_eq!((&status["missedFrom"], &status["missedTo"]), (&json!(null), &json!(null)));
}

async fn events_are_replayed_one_by_one_or_many(world: World) {
    let (api, receiver) = (world.api(), Receiver::start().await);
    let hook = receiver.subscribe(&api, &["USER_CREATED"]).await;
    let mut moments = Vec::new();
    for _ in 0..3 {
        world.user().await;
        moments.push(api.data("/events?size=1").await["items"][0]["createdAt"].take());
        world.clock.advance(Duration::from_mins(1));
    }
    let got = receiver.wait(|got| got.len() == 3).await;
    settled(&world, &hook).await;
    let replay = async |body: &Value, count: usize| {
        let before = receiver.deliveries().len();
        let answer = api.post(&format!("/webhooks/{hook}/replay"), body).await.data(200);
        assert_eq!(answer["count"], count, "{body}");
        let again = receiver.wait(|got| got.len() == before + count).await;
        let mut numbers: Vec<_> =
            again[before..].iter().map(|got| got.header("sahod-sequence").unwrap().to_owned()).collect();
        numbers.sort();
        numbers
    };
    let second = got[1].json()["id"].clone();
    assert_eq!(replay(&json!({ "eventId": second }), 1).await, ["2"]);
    assert_eq!(replay(&json!({ "fromSequence": 2 }), 2).await, ["2", "3"]);
    assert_eq!(replay(&json!({ "fromSequence": 1, "toSequence": 2 }), 2).await, ["1", "2"]);
    assert_eq!(replay(&json!({ "from": moments[1] }), 2).await, ["2", "3"]);
    assert_eq!(replay(&json!({ "from": moments[0], "to": moments[1] }), 2).await, ["1", "2"]);
    assert_eq!(replay(&json!({ "missed": true }), 0).await, [""; 0]);
    let again = receiver.deliveries();
    let of_second = again.iter().filter(|got| got.json()["id"] == second);
    assert!(of_second.clone().count() > 3);
    assert!(of_second.clone().all(|got| got.body == again[1].body), "the same every time");
}

async fn replays_that_make_no_sense_are_refused(world: World) {
    let (api, receiver) = (world.api(), Receiver::start().await);
    let hook = receiver.subscribe(&api, &["TASK_FINISHED"]).await;
    world.user().await;
    let unwanted = api.data("/events?size=1").await["items"][0]["id"].take();
    let path = format!("/webhooks/{hook}/replay");
    for (body, faults) in [
        (json!({}), &["eventId"][..]),
        (json!({ "missed": false }), &["eventId"]),
        (json!({ "missed": true, "fromSequence": 1 }), &["eventId"]),
        (json!({ "eventId": unwanted }), &["eventId"]),
        (json!({ "eventId": "et-00000000000000000000000000000001" }), &["eventId"]),
        (json!({ "eventId": "x", "missed": true }), &["eventId"]),
        (json!({ "fromSequence": 0 }), &["eventId", "fromSequence"]),
        (json!({ "fromSequence": 2, "toSequence": 1 }), &["fromSequence"]),
        (json!({ "toSequence": 1, "missed": true }), &["toSequence"]),
        (json!({ "from": "yesterday" }), &["eventId", "from"]),
        (json!({ "from": "2026-11-20T08:00:00Z", "to": "2026-11-19T08:00:00Z" }), &["from"]),
        (json!({ "to": "2026-11-19T08:00:00Z" }), &["eventId", "to"]),
    ] {
        api.post(&path, &body).await.faulty(faults);
    }
    world.open(&world.globex).post(&path, &json!({ "missed": true })).await.refused("MISSING_RESOURCE");
}

async fn both_secrets_sign_for_a_while(world: World) {
    let (api, receiver) = (world.api(), Receiver::start().await);
    let hook = receiver.subscribe(&api, &["USER_CREATED"]).await;
    let path = format!("/webhooks/{hook}/rotateSecret");
    let rotated =
        api.post(&path, &json!({ "secret": "another one", "overlapSeconds": 3600 })).await.data(200);
    assert_eq!(rotated["secret"], "another one");
    let until = &rotated["previousSecretExpiresAt"];
    assert!(until.is_string());
    assert_eq!(&api.data(&format!("/webhooks/{hook}/status")).await["previousSecretExpiresAt"], until);

    world.user().await;
    let both = receiver.wait(|got| got.len() == 1).await.remove(0);
    assert!(both.is_signed_with("another one"));
    let verify = |secret: &str, signature: Option<&str>| {
        sahod_webhooks::verify(&SecretString::from(secret.to_owned()), &both.body, signature.unwrap())
    };
    assert!(verify(SECRET, both.header("smile-signature-previous")));
    let standard = both.header("webhook-signature").unwrap();
    let at_s: i64 = both.header("webhook-timestamp").unwrap().parse().unwrap();
    let id = both.header("webhook-id").unwrap();
    let signatures = ["another one", SECRET]
        .map(|secret| sahod_webhooks::sign_standard(&SecretString::from(secret), id, at_s, &both.body));
    assert_eq!(standard, signatures.join(" "));

    world.clock.advance(Duration::from_hours(1));
    world.user().await;
    let one = receiver.wait(|got| got.len() == 2).await.remove(1);
    assert!(one.is_signed_with("another one"));
    assert_eq!(one.header("smile-signature-previous"), None);
    assert!(!one.header("webhook-signature").unwrap().contains(' '));

    // One that somebody else may know ends at once.
    let rotated = api.post(&path, &json!({ "overlapSeconds": 0 })).await.data(200);
    assert_eq!(rotated["previousSecretExpiresAt"], json!(null));
    world.user().await;
    let new = receiver.wait(|got| got.len() == 3).await.remove(2);
    assert!(new.is_signed_with(rotated["secret"].as_str().unwrap()));
    assert_eq!(new.header("smile-signature-previous"), None);
}

async fn a_secret_is_replaced_once(world: World) {
    let (api, receiver) = (world.api(), Receiver::start().await);
    let path = format!("/webhooks/{}/rotateSecret", receiver.subscribe(&api, &["USER_CREATED"]).await);
    let key = HeaderName::from_static("idempotency-key");
    let mut secrets = Vec::new();
    for _ in 0..2 {
        let answer = api.send(Method::POST, &path, &[(key.clone(), "once")], Body::empty()).await;
        secrets.push(answer.data(200)["secret"].as_str().unwrap().to_owned());
    }
    assert_eq!(secrets[0], secrets[1], "a repeat gives the same answer");
    assert!(secrets[0].starts_with("whsec_") && secrets[0].len() == 50);
    api.post(&path, &json!({ "secret": secrets[0] })).await.faulty(&["secret"]);
    let wrong = json!({ "secret": "", "overlapSeconds": 604_801 });
    api.post(&path, &wrong).await.faulty(&["overlapSeconds", "secret"]);
    world.open(&world.globex).post_empty(&path).await.refused("MISSING_RESOURCE");
}

async fn a_test_event_says_what_came_back(world: World) {
    let (api, receiver) = (world.api(), Receiver::answering(&[200, 500]).await);
    let hook = receiver.subscribe(&api, &["TASK_FINISHED", "USER_CREATED"]).await;
    let path = format!("/webhooks/{hook}/test");
    let taken = api.post_empty(&path).await.data(200);
    let got = receiver.wait(|got| got.len() == 1).await.remove(0);
    assert!(got.is_signed_with(SECRET));
    assert_eq!((got.event_type(), got.header("sahod-sequence")), ("TASK_FINISHED".to_owned(), None));
    assert_eq!(
        (&taken["status"], &taken["failure"], &taken["sequence"]),
        (&json!(200), &json!(null), &json!(null))
    );
    assert_eq!(taken["eventId"], got.json()["id"]);

    api.patch(&format!("/webhooks/{hook}"), &json!({ "active": false })).await.data(200);
    let failed = api.post(&path, &json!({ "type": "ACCOUNT_CONNECTED" })).await.data(200);
    assert_eq!((&failed["status"], &failed["failure"]), (&json!(500), &json!("answered 500")));
    assert_eq!(failed["nextAttemptAt"], json!(null), "nobody tries it again");
    assert_eq!(api.all(&format!("/webhooks/{hook}/attempts"), 1).await, [failed, taken]);
    assert_eq!(world.events().await.len(), 0, "nothing happened");
    for wrong in [json!({ "type": "ALL_EVENTS" }), json!({ "type": "RECORD_CREATED" }), json!({ "type": 1 })]
    {
        api.post(&path, &wrong).await.faulty(&["type"]);
    }
}

async fn a_receiver_that_is_gone_is_left_alone(world: World) {
    let (api, stays, goes) = (world.api(), Receiver::start().await, Receiver::answering(&[410]).await);
    world
        .app
        .organisations
        .set_contact(&Acting::operator(), &world.acme.id, Some("ops@acme.example"))
        .await
        .unwrap();
    stays.subscribe(&api, &["ALL_EVENTS"]).await;
    let hook = goes.subscribe(&api, &["ALL_EVENTS"]).await;
    world.user().await;
    let told = stays.wait_for("WEBHOOK_DISABLED").await.pop().unwrap().json()["data"].take();
    assert_eq!((&told["webhookId"], &told["reason"]), (&json!(hook), &json!("GONE")));
    let status = api.data(&format!("/webhooks/{hook}/status")).await;
    assert_eq!((&status["active"], &status["switchedOffReason"]), (&json!(false), &json!("GONE")));
    assert!(status["switchedOffAt"].is_string());
    assert_eq!(api.data(&format!("/webhooks/{hook}")).await["active"], false);
    let mail = world.mailbox.first().await;
    for part in ["RCPT TO:<ops@acme.example>", "Subject: Webhook \"test\" was switched off", &hook, "410"] {
        assert!(mail.contains(part), "{part}: {mail}");
    }

    world.user().await;
    stays.wait(|got| got.len() == 3).await;
    assert_eq!(goes.deliveries().len(), 1);
    // Its owner knows better.
    api.patch(&format!("/webhooks/{hook}"), &json!({ "active": true })).await.data(200);
    let status = api.data(&format!("/webhooks/{hook}/status")).await;
    assert_eq!((&status["switchedOffAt"], &status["switchedOffReason"]), (&json!(null), &json!(null)));
    let last = world.user().await.id;
    let got = goes.wait(|got| got.len() == 2).await;
    assert_eq!(got[1].json()["data"]["userId"], last);
}

async fn a_receiver_that_fails_for_five_days_is_switched_off(world: World) {
    let (api, stays, fails) = (world.api(), Receiver::start().await, Receiver::answering(&[500; 100]).await);
    stays.subscribe(&api, &["ALL_EVENTS"]).await;
    let hook = fails.subscribe(&api, &["USER_CREATED"]).await;
    world.user().await;
    let failing = status(&world, &hook, |status| !status["failingSince"].is_null()).await;
    assert_eq!((&failing["active"], &failing["waiting"]), (&json!(true), &json!(1)));
    world.clock.advance(Duration::from_hours(5 * 24));
    let told = stays.wait_for("WEBHOOK_DISABLED").await.pop().unwrap().json()["data"].take();
    assert_eq!((&told["webhookId"], &told["reason"]), (&json!(hook), &json!("FAILING")));
    assert_eq!(told["failingSince"], failing["failingSince"]);
    let off = api.data(&format!("/webhooks/{hook}/status")).await;
    assert_eq!((&off["active"], &off["switchedOffReason"]), (&json!(false), &json!("FAILING")));
    assert!(world.mailbox.is_empty(), "nobody said where to write to");
}

async fn a_receiver_that_asks_for_rest_gets_it(world: World) {
    let (api, receiver) = (world.api(), Receiver::answering(&[429]).await);
    let hook = receiver.subscribe(&api, &["USER_CREATED"]).await;
    let first = world.user().await.id;
    let resting = status(&world, &hook, |status| !status["pausedUntil"].is_null()).await;
    assert_eq!(resting["waiting"], 1);
    assert!(world.next_try_in(&hook, 1).await > Duration::from_mins(55), "not before it is over");
    let second = world.user().await.id;
    world.clock.advance(Duration::from_mins(55));
    api.data(&format!("/webhooks/{hook}/status")).await;
    assert_eq!(receiver.deliveries().len(), 1, "new events wait, too");
    world.clock.advance(Duration::from_mins(6));
    let got = receiver.wait(|got| got.len() == 3).await;
    let users: Vec<_> = got[1..].iter().map(|got| got.json()["data"]["userId"].clone()).collect();
    assert!(users.contains(&json!(first)) && users.contains(&json!(second)), "{users:?}");
}

async fn a_silent_receiver_delays_nobody_else(world: World) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let silent = json!({
        "name": "silent", "url": format!("http://{}/", listener.local_addr().unwrap()), "secret": SECRET,
        "eventTypes": ["ALL_EVENTS"], "active": true,
    });
    for _ in 0..3 {
        world.api().post("/webhooks", &silent).await.data(200);
    }
    let receiver = Receiver::start().await;
    receiver.subscribe(&world.api(), &["ALL_EVENTS"]).await;
    for _ in 0..20 {
        world.user().await;
    }
    receiver.wait(|got| got.len() == 20).await;
}

async fn a_webhook_is_changed_and_keeps_its_place(world: World) {
    let (api, one, two) = (world.api(), Receiver::start().await, Receiver::start().await);
    let hook = one.subscribe(&api, &["USER_CREATED"]).await;
    let path = format!("/webhooks/{hook}");
    let before = api.data(&path).await;
    world.user().await;
    one.wait(|got| got.len() == 1).await;
    world.clock.advance(Duration::from_secs(1));
    let change = json!({
        "name": "new", "url": two.url, "eventTypes": ["USER_CREATED", "TASK_FINISHED"], "includePayload": true,
    });
    let changed = api.patch(&path, &change).await.data(200);
    assert_eq!(api.data(&path).await, changed);
    for (name, value) in change.as_object().unwrap() {
        assert_eq!(&changed[name], value);
    }
    for name in ["id", "createdAt", "secret", "active"] {
        assert_eq!(changed[name], before[name]);
    }
    assert!(changed["updatedAt"].as_str() > before["updatedAt"].as_str());
    world.user().await;
    two.wait(|got| got.len() == 1).await;
    assert_eq!(one.deliveries().len(), 1);

    let wrong =
        json!({ "name": "", "url": "ftp://x", "eventTypes": [], "active": "yes", "includePayload": 1 });
    api.patch(&path, &wrong).await.faulty(&["active", "eventTypes", "includePayload", "name"]);
    api.patch(&path, &json!({ "url": "ftp://example.com" })).await.faulty(&["url"]);
    assert_eq!(api.patch(&path, &json!({})).await.data(200)["name"], "new");
    world.open(&world.globex).patch(&path, &json!({ "name": "x" })).await.refused("MISSING_RESOURCE");
}
