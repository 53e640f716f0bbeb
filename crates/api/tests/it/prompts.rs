//! Codes: wrong ones, late ones, ones that nobody asked for.

use std::time::Duration;

use serde_json::json;

use crate::harness::{GEORGE, Receiver, World, on_both_databases};

on_both_databases!(
    a_wrong_code_fails_the_attempt,
    a_code_that_comes_too_late_is_refused,
    a_prompt_is_answered_once,
    an_answer_must_be_encrypted_for_this_server,
    after_a_failure_the_person_tries_again,
);

async fn a_wrong_code_fails_the_attempt(world: World) {
    let receiver = Receiver::start().await;
    receiver.subscribe(&world.api(), &["ACCOUNT_FAILED"]).await;
    let widget = world.widget().await;
    let account = widget.start("upwork", &GEORGE).await;
    let waiting = widget.until(&account, "WAITING_FOR_ANSWER").await;
    widget.answer(&account, &waiting["prompt"]["id"], "4321").await.data(202);

    let failed = widget.until(&account, "FAILED").await;
    assert_eq!((&failed["connectionStatus"], &failed["errorCode"]), (&json!("ERROR"), &json!("INVALID_MFA")));
    let connection = &world.api().data(&format!("/accounts/{account}")).await["connection"];
    assert_eq!((&connection["status"], &connection["errorCode"]), (&json!("ERROR"), &json!("INVALID_MFA")));
    assert_eq!(connection["errorMessage"], failed["errorMessage"]);
    assert!(connection["errorMessage"].is_string());

    let event = receiver.wait_for("ACCOUNT_FAILED").await[0].json();
    assert_eq!(event["data"]["errorCode"], "INVALID_MFA");
    assert_eq!(event["data"]["loginName"], GEORGE.email);
    assert_eq!(world.api().all("/identities", 10).await.len(), 0);
    assert_eq!(world.api().all("/tasks", 10).await.len(), 0, "nothing was read, so there was no task");
}

async fn a_code_that_comes_too_late_is_refused(world: World) {
    let widget = world.widget().await;
    let account = widget.start("upwork", &GEORGE).await;
    let waiting = widget.until(&account, "WAITING_FOR_ANSWER").await;
    let prompt = &waiting["prompt"];
    let until = prompt["expiresAt"].as_str().unwrap();
    assert!(("2026-11-20T08:05:00Z".."2026-11-20T08:06:00Z").contains(&until), "{until}");

    // Five minutes and a second go by at once.
    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(5 * 60 + 1)).await;
    tokio::time::resume();
    world.clock.advance(Duration::from_secs(5 * 60 + 1));

    let failed = widget.until(&account, "FAILED").await;
    assert_eq!((&failed["connectionStatus"], &failed["errorCode"]), (&json!("ERROR"), &json!("MFA_TIMEOUT")));
    assert!(failed["prompt"].is_null());
    let before = world.census().await;
    widget.answer(&account, &prompt["id"], GEORGE.code).await.faulty(&["promptId"]);
    assert_eq!(world.census().await, before);
    let account = world.api().data(&format!("/accounts/{account}")).await;
    assert_eq!(account["connection"]["errorCode"], "MFA_TIMEOUT");
    assert_eq!(world.event_types().await, ["USER_CREATED", "ACCOUNT_CREATED", "ACCOUNT_FAILED"]);
}

async fn a_prompt_is_answered_once(world: World) {
    let widget = world.widget().await;
    let account = widget.start("upwork", &GEORGE).await;
    let waiting = widget.until(&account, "WAITING_FOR_ANSWER").await;
    widget.answer(&account, &waiting["prompt"]["id"], GEORGE.code).await.data(202);
    widget.answer(&account, &waiting["prompt"]["id"], GEORGE.code).await.faulty(&["promptId"]);
    widget.until(&account, "DONE").await;
    widget.answer(&account, &waiting["prompt"]["id"], GEORGE.code).await.faulty(&["promptId"]);
    let account = world.api().data(&format!("/accounts/{account}")).await;
    assert_eq!(account["connectionStatus"], "CONNECTED", "late answers change nothing");
}

async fn an_answer_must_be_encrypted_for_this_server(world: World) {
    let widget = world.widget().await;
    let account = widget.start("upwork", &GEORGE).await;
    let prompt = widget.until(&account, "WAITING_FOR_ANSWER").await["prompt"]["id"].take();
    let path = format!("/accounts/{account}/answers");
    for answer in [json!("1234"), json!(widget.encrypt(&json!({ "code": "1234" }))), json!("a.b.c.d.e")] {
        let body = json!({ "promptId": prompt, "answer": answer });
        widget.api.post(&path, &body).await.faulty(&["answer"]);
    }
    widget.api.post(&path, &json!({})).await.faulty(&["answer", "promptId"]);
    widget
        .api
        .post(&path, &json!({ "promptId": 1, "answer": ["1234"] }))
        .await
        .faulty(&["answer", "promptId"]);
    let unknown = format!("/accounts/a-{}/answers", "0".repeat(32));
    let body = json!({ "promptId": prompt, "answer": widget.encrypt(&json!({ "answer": "1234" })) });
    widget.api.post(&unknown, &body).await.refused("MISSING_RESOURCE");
    assert_eq!(widget.progress(&account).await["stage"], "WAITING_FOR_ANSWER", "the prompt is still open");
}

async fn after_a_failure_the_person_tries_again(world: World) {
    let widget = world.widget().await;
    let account = widget.start("upwork", &GEORGE).await;
    let waiting = widget.until(&account, "WAITING_FOR_ANSWER").await;
    widget.answer(&account, &waiting["prompt"]["id"], "0000").await.data(202);
    widget.until(&account, "FAILED").await;
    assert_eq!(widget.link("upwork", &GEORGE).await, account, "the same login is the same account");
    let found = world.api().data(&format!("/accounts/{account}")).await;
    assert_eq!(found["connectionStatus"], "CONNECTED");
    assert!(found["connection"]["errorCode"].is_null());
    let types = world.event_types().await;
    let count = |wanted: &str| types.iter().filter(|found| **found == wanted).count();
    assert_eq!((count("ACCOUNT_CREATED"), count("ACCOUNT_FAILED"), count("ACCOUNT_CONNECTED")), (1, 1, 1));
}
