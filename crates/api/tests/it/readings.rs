//! Half-way through a reading: what can be seen, and what becomes of it when it is cut off.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::{sync::watch, time::timeout};

use crate::harness::{GEORGE, PATIENCE, Receiver, Widget, World, on_both_databases, world::ITEMS};

on_both_databases!(
    data_appears_kind_by_kind,
    a_revoke_ends_a_reading_for_good,
    a_second_attempt_ends_the_reading_of_the_first,
    a_server_that_stops_ends_its_links,
    what_a_dead_server_left_is_ended_by_the_next,
    what_a_dead_server_left_is_ended_within_a_minute,
);

/// A link at Grab, held still when the person is signed in and nothing is read yet.
async fn reading(world: &World) -> (Widget, String) {
    let widget = world.widget().await;
    world.gate.close();
    let account = widget.start("grab", &GEORGE).await;
    assert_eq!(world.api().data(&format!("/accounts/{account}")).await["connectionStatus"], "PENDING");
    world.gate.step();
    let progress = widget.until(&account, "READING").await;
    assert_eq!((&progress["connectionStatus"], &progress["datapoints"]), (&json!("CONNECTED"), &json!([])));
    (widget, account)
}

/// Lets the source hand over one kind.
async fn read_one(world: &World, widget: &Widget, account: &str, kind: &str) {
    world.gate.step();
    let mut stream = widget.follow(account).await;
    loop {
        let progress = stream.next().await.expect("the kind is read before the end");
        if progress["datapoints"].as_array().unwrap().contains(&json!(kind)) {
            return;
        }
    }
}

async fn count(world: &World, list: &str) -> usize {
    world.api().all(&format!("/{list}"), 150).await.len()
}

async fn tasks(world: &World) -> Vec<Value> {
    world.api().all("/tasks", 10).await
}

async fn data_appears_kind_by_kind(world: World) {
    let (widget, account) = reading(&world).await;
    assert_eq!(world.api().data(&format!("/accounts/{account}")).await["connectionStatus"], "CONNECTED");
    let task = tasks(&world).await.remove(0);
    assert_eq!(
        (&task["status"], &task["finishedAt"], &task["datapoints"]),
        (&json!("Started"), &Value::Null, &json!([]))
    );
    let kinds = ["identities", "ratings", "transactions", "documents", "liabilities"];
    for kind in kinds {
        assert_eq!(count(&world, kind).await, 0, "{kind} before it is read");
        read_one(&world, &widget, &account, &kind.to_uppercase()).await;
        assert!(count(&world, kind).await > 0, "{kind} can be read while others are still to come");
    }
    let done = widget.until(&account, "DONE").await;
    assert_eq!(done["datapoints"].as_array().unwrap().len(), 7, "with what is derived");
    let task = tasks(&world).await.remove(0);
    assert_eq!((&task["status"], &task["datapoints"]), (&json!("Finished"), &done["datapoints"]));
}

async fn a_revoke_ends_a_reading_for_good(world: World) {
    let receiver = Receiver::start().await;
    receiver.subscribe(&world.api(), &["ALL_EVENTS"]).await;
    let (widget, account) = reading(&world).await;
    read_one(&world, &widget, &account, "IDENTITIES").await;
    let stream = widget.follow(&account).await;
    world.api().delete(&format!("/accounts/{account}")).await.done();
    let story = stream.rest().await;
    assert_eq!(story[story.len() - 1]["stage"], "REVOKED");
    for kind in ITEMS {
        assert_eq!(count(&world, kind).await, 0, "{kind}");
    }
    let task = tasks(&world).await.remove(0);
    assert_eq!(task["status"], "Finished");

    // Whatever the source still says is heard by nobody.
    let before = world.census().await;
    (0..20).for_each(|_| world.gate.step());
    let story = [
        "USER_CREATED",
        "ACCOUNT_CREATED",
        "ACCOUNT_CONNECTED",
        "TASK_STARTED",
        "IDENTITY_ADDED",
        "TASK_FINISHED",
        "ACCOUNT_DISCONNECTED",
    ];
    let got = receiver.wait_for("ACCOUNT_DISCONNECTED").await;
    assert_eq!(receiver.types(), story);
    assert_eq!(got[5].json()["data"]["status"], "FAILED");
    assert_eq!(world.census().await, before);
    assert_eq!(world.event_types().await, story);
}

async fn a_second_attempt_ends_the_reading_of_the_first(world: World) {
    let (first, account) = reading(&world).await;
    read_one(&world, &first, &account, "IDENTITIES").await;
    let stream = first.follow(&account).await;
    let second = world.widget_for(first.session["userId"].as_str().unwrap()).await;
    assert_eq!(second.start("grab", &GEORGE).await, account);
    assert!(stream.rest().await.iter().all(|progress| progress["stage"] != "DONE"), "the older stream ends");
    let cut_off = tasks(&world).await.remove(0);
    assert_eq!(cut_off["status"], "Finished", "its task is over at once");

    (0..20).for_each(|_| world.gate.step());
    second.until(&account, "DONE").await;
    let both = tasks(&world).await;
    assert_eq!(both.len(), 2);
    assert_eq!(both[0]["datapoints"].as_array().unwrap().len(), 7);
    assert_eq!(both[1], cut_off);
    assert_eq!(count(&world, "identities").await, 1, "nothing is there twice");
    let events = world.events().await;
    let of = |name: &str| events.iter().filter(|event| event.event_type.as_str() == name).collect::<Vec<_>>();
    assert_eq!((of("IDENTITY_ADDED").len(), of("ACCOUNT_CREATED").len()), (1, 1));
    let ends: Vec<Value> = of("TASK_FINISHED")
        .iter()
        .map(|event| serde_json::from_str::<Value>(&event.body).unwrap()["status"].take())
        .collect();
    assert_eq!(ends, ["FAILED", "SUCCEEDED"]);
}

async fn a_server_that_stops_ends_its_links(world: World) {
    let waiting = world.widget().await;
    let asked = waiting.start("upwork", &GEORGE).await;
    waiting.until(&asked, "WAITING_FOR_ANSWER").await;
    let (widget, account) = reading(&world).await;
    let streams = (waiting.follow(&asked).await, widget.follow(&account).await);

    world.app.linking.stop_links().await;
    for (stream, status) in [(streams.0, "ERROR"), (streams.1, "CONNECTED")] {
        let story = stream.rest().await;
        let last = &story[story.len() - 1];
        assert_eq!(
            (&last["stage"], &last["errorCode"], &last["connectionStatus"]),
            (&json!("FAILED"), &json!("SYSTEM_ERROR"), &json!(status))
        );
    }
    for widget in [&waiting, &widget] {
        let user = widget.session["userId"].as_str().unwrap();
        let last = &world.api().all(&format!("/users/{user}/steps"), 10).await[0];
        assert_eq!((&last["step"], &last["errorCode"]), (&json!("FAILED"), &json!("SYSTEM_ERROR")));
    }
    assert_eq!(tasks(&world).await[0]["status"], "Finished");
    let types = world.event_types().await;
    assert_eq!(types.iter().filter(|name| **name == "ACCOUNT_FAILED").count(), 1);
    assert_eq!(types.iter().filter(|name| **name == "TASK_FINISHED").count(), 1);
}

async fn what_a_dead_server_left_is_ended_within_a_minute(world: World) {
    let widget = world.widget().await;
    let account = widget.start("upwork", &GEORGE).await;
    widget.until(&account, "WAITING_FOR_ANSWER").await;
    let status = async || world.api().data(&format!("/accounts/{account}")).await["connectionStatus"].take();

    // As long as the first one says that it works on it, the other one leaves it alone.
    let (node, _) = world.another_node();
    for _ in 0..5 {
        world.app.linking.end_links_of_the_dead().await.unwrap();
        world.clock.advance(Duration::from_secs(30));
        node.linking.end_links_of_the_dead().await.unwrap();
        assert_eq!(status().await, "AWAITING_MFA");
    }
    world.clock.advance(Duration::from_secs(30));
    node.linking.end_links_of_the_dead().await.unwrap();
    assert_eq!(status().await, "ERROR");
    node.linking.end_links_of_the_dead().await.unwrap();
}

async fn what_a_dead_server_left_is_ended_by_the_next(world: World) {
    let asking = world.widget().await;
    let asked = asking.start("upwork", &GEORGE).await;
    let prompt = asking.until(&asked, "WAITING_FOR_ANSWER").await["prompt"]["id"].take();
    let (reader, account) = reading(&world).await;

    // The first one does nothing more; what it held in memory the next one does not know.
    let (node, link_api) = world.another_node();
    let (stop, stopped) = watch::channel(false);
    let recovery = tokio::spawn(node.linking.clone().end_abandoned_links(true, stopped));
    for (widget, account, status) in [(&asking, &asked, "ERROR"), (&reader, &account, "CONNECTED")] {
        let token = widget.session["sessionToken"].as_str().unwrap();
        let there = Widget { api: link_api.bearer(token), session: widget.session.clone() };
        let ended = async {
            loop {
                let progress = there.progress(account).await;
                if progress["stage"] == "FAILED" {
                    return progress;
                }
                tokio::task::yield_now().await;
            }
        };
        let progress = timeout(PATIENCE, ended).await.expect("it is ended");
        assert_eq!(
            (&progress["connectionStatus"], &progress["errorCode"]),
            (&json!(status), &json!("SYSTEM_ERROR"))
        );
        there.answer(account, &prompt, GEORGE.code).await.faulty(&["promptId"]);
    }
    stop.send_replace(true);
    recovery.await.unwrap();
    assert_eq!(tasks(&world).await[0]["status"], "Finished");

    // The person tries again, there.
    let token = asking.session["sessionToken"].as_str().unwrap();
    let there = Widget { api: link_api.bearer(token), session: asking.session.clone() };
    (0..20).for_each(|_| world.gate.step());
    assert_eq!(there.link("upwork", &GEORGE).await, asked);
}
