//! The log of events, for customers who catch up.

use std::time::Duration;

use serde_json::{Value, json};

use crate::{
    archives,
    harness::{GEORGE, PATIENCE, Receiver, World, on_both_databases},
};

on_both_databases!(
    events_are_listed_either_way_and_filtered,
    an_event_is_told_as_it_is_sent,
    a_request_can_wait_for_the_next_event,
    nobody_waits_when_the_server_stops,
    what_is_kept_no_more_is_said,
    faults_are_told_together,
);

fn sequences(events: &[Value]) -> Vec<i64> {
    events.iter().map(|event| event["sequence"].as_i64().unwrap()).collect()
}

async fn events_are_listed_either_way_and_filtered(world: World) {
    let linked = world.linked("grab", &GEORGE).await;
    world.user().await;
    world.open(&world.globex).post_empty("/users").await.data(201);
    world.production(&world.acme).post_empty("/users").await.data(201);
    let api = world.api();
    let count = i64::try_from(world.events().await.len()).unwrap();
    let newest_first: Vec<i64> = (1..=count).rev().collect();
    let oldest_first: Vec<i64> = (1..=count).collect();
    for size in [2, 150] {
        assert_eq!(sequences(&api.all("/events", size).await), newest_first);
        assert_eq!(sequences(&api.all("/events?after=0", size).await), oldest_first);
        assert_eq!(sequences(&api.all("/events?after=3", size).await), oldest_first[3..]);
    }
    assert_eq!(sequences(&api.all(&format!("/events?after={count}"), 10).await), [0; 0]);

    let created = api.all("/events?type=USER_CREATED", 1).await;
    assert_eq!(sequences(&created), [count, 1]);
    assert!(created.iter().all(|event| event["type"] == "USER_CREATED"));
    let of_george = api.all(&format!("/events?userId={}", linked.user), 5).await;
    assert_eq!(sequences(&of_george), newest_first[1..], "all but the last");
    let of_both = format!("/events?userId={}&type=TASK_FINISHED&after=0", linked.user);
    assert_eq!(api.all(&of_both, 10).await.len(), 1);
    assert_eq!(api.all("/events?type=ALL_EVENTS", 150).await.len(), newest_first.len());
}

/// They are sealed anew each time.
fn without_cursors(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.remove("nextCursor");
            members.values_mut().for_each(without_cursors);
        }
        Value::Array(items) => items.iter_mut().for_each(without_cursors),
        _ => {}
    }
}

async fn an_event_is_told_as_it_is_sent(world: World) {
    let receiver = Receiver::start().await;
    let mut hook = receiver.webhook(&["ALL_EVENTS"]);
    hook["includePayload"] = json!(true);
    world.api().post("/webhooks", &hook).await.data(200);
    world.linked("grab", &GEORGE).await;
    let sent = receiver.wait_for("USER_SESSION_COMPLETED").await;
    assert!(sent.len() > 8);
    for delivery in sent {
        let mut body = delivery.json();
        let id = body["id"].as_str().unwrap().to_owned();
        let mut told = world.api().data(&format!("/events/{id}")).await;
        let sequence = told.as_object_mut().unwrap().remove("sequence").unwrap();
        without_cursors(&mut told);
        without_cursors(&mut body);
        assert_eq!(told, body);
        assert_eq!(delivery.header("sahod-sequence"), Some(sequence.to_string().as_str()));
        assert_eq!(delivery.header("webhook-id"), Some(id.as_str()));
        let has_payload =
            ["TASK_FINISHED", "USER_SESSION_COMPLETED"].contains(&body["type"].as_str().unwrap());
        assert_eq!(body["data"].get("payload").is_some(), has_payload, "{}", body["type"]);
        // Lists have none.
        let before = sequence.as_i64().unwrap() - 1;
        let mut listed = world.api().data(&format!("/events?after={before}&size=1")).await["items"][0].take();
        listed.as_object_mut().unwrap().remove("sequence");
        body["data"].as_object_mut().unwrap().remove("payload");
        assert_eq!(listed, body);
        world.open(&world.globex).get(&format!("/events/{id}")).await.refused("MISSING_RESOURCE");
    }
}

async fn a_request_can_wait_for_the_next_event(world: World) {
    let api = world.api();
    assert_eq!(api.data("/events?after=0&wait=0").await["items"], json!([]));
    let (waited, user) = tokio::join!(api.data("/events?after=0&wait=20"), async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        // Somebody else's does not end it.
        world.open(&world.globex).post_empty("/users").await.data(201);
        world.user().await
    });
    assert_eq!(waited["items"][0]["data"]["userId"], user.id);
    // Others of the same tenant do not, either.
    let path = "/events?after=0&type=ARCHIVE_STARTED&wait=20";
    let (waited, ()) = tokio::join!(api.data(path), async {
        world.user().await;
        let user = world.user().await.id;
        tokio::time::sleep(Duration::from_millis(50)).await;
        archives::handed_over(&world.api(), "/archives", &archives::payslip(&user, archives::GEORGES)).await;
    });
    assert_eq!(waited["items"][0]["type"], "ARCHIVE_STARTED");
    // What is there already is not waited for.
    assert_eq!(api.data(path).await["items"], waited["items"]);
}

async fn nobody_waits_when_the_server_stops(world: World) {
    let api = world.api();
    let (waited, ()) =
        tokio::join!(tokio::time::timeout(PATIENCE, api.data("/events?after=0&wait=20")), async {
            tokio::time::sleep(Duration::from_millis(50)).await;
            world.app.delivery.stop_waiting();
        });
    assert_eq!(waited.unwrap()["items"], json!([]));
    assert_eq!(api.data("/events?after=0&wait=20").await["items"], json!([]));
}

async fn what_is_kept_no_more_is_said(world: World) {
    let api = world.api();
    world.user().await;
    world.user().await;
    world.clock.advance(Duration::from_hours(91 * 24));
    world.user().await;
    world.app.upkeep.sweep().await.unwrap();
    assert_eq!(sequences(&api.all("/events", 10).await), [3]);
    assert_eq!(sequences(&api.all("/events?after=2", 10).await), [3]);
    for after in ["0", "1", "4", "9223372036854775807"] {
        api.get(&format!("/events?after={after}")).await.faulty(&["after"]);
    }
    let refused = api.get("/events?after=1").await.body.to_string();
    assert!(refused.contains("after=2"), "it says how to go on: {refused}");
}

async fn faults_are_told_together(world: World) {
    let api = world.api();
    let all = "/events?after=-1&type=USER&userId=x&wait=21&size=0";
    api.get(all).await.faulty(&["after", "size", "type", "userId", "wait"]);
    api.get("/events?wait=1").await.faulty(&["wait"]);
    for id in ["x", "et-1", "et-00000000000000000000000000000001"] {
        api.get(&format!("/events/{id}")).await.refused("MISSING_RESOURCE");
        api.get(&format!("/events/{id}/attempts")).await.refused("MISSING_RESOURCE");
    }
}
