//! The examples of the OpenAPI document are what the server answers: the calls are played again, and compared with
//! `src/openapi/examples.json`. With `SAHOD_RECORD_EXAMPLES` set they are written there instead.

mod calls;
mod fit;
mod scene;
mod stable;

use std::collections::BTreeMap;

use axum::{
    body::Body,
    http::{Method, header},
};
use serde_json::{Value, json};

use crate::{
    archives,
    harness::{
        Receiver, World,
        document::{document, operations},
        on_both_databases,
        receiver::Delivery,
    },
};
use calls::Call;
use scene::Names;
use stable::Stable;

on_both_databases!(the_server_answers_as_in_the_examples, every_example_fits_what_it_is_an_example_of);

const KEPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/openapi/examples.json");
const HOW: &str = "if that is meant, write the examples anew: docs/checklists.md says how";

async fn the_server_answers_as_in_the_examples(world: World) {
    let played = play(&world).await;
    if is_recording() {
        std::fs::write(KEPT, serde_json::to_string_pretty(&played).unwrap() + "\n").unwrap();
        return;
    }
    let kept: Value = serde_json::from_str(&std::fs::read_to_string(KEPT).unwrap()).unwrap();
    let mut stale = Vec::new();
    differences("", Some(&kept), Some(&played), &mut stale);
    assert!(stale.is_empty(), "the examples are out of date; {HOW}\n{}", stale.join("\n"));
}

/// Where the kept examples are not what was played.
fn differences(place: &str, kept: Option<&Value>, played: Option<&Value>, found: &mut Vec<String>) {
    let members = |value: Option<&Value>| value.and_then(Value::as_object).cloned();
    let (Some(before), Some(now)) = (members(kept), members(played)) else {
        if kept != played {
            let text = |value: Option<&Value>| value.map_or("nothing".to_owned(), Value::to_string);
            found.push(format!("{place}: was {}, is {}", text(kept), text(played)));
        }
        return;
    };
    for name in before.keys().chain(now.keys().filter(|name| !before.contains_key(*name))) {
        differences(&format!("{place}/{name}"), before.get(name), now.get(name), found);
    }
}

async fn every_example_fits_what_it_is_an_example_of(world: World) {
    let faults = fit::faults(&document(&world).await);
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[expect(clippy::disallowed_methods, reason = "tests have no config")]
fn is_recording() -> bool {
    std::env::var("SAHOD_RECORD_EXAMPLES").is_ok()
}

/// Makes every call, and waits for every event; what was sent and answered, by operation and event.
async fn play(world: &World) -> Value {
    let (api, receiver) = (world.api(), Receiver::start().await);
    receiver.subscribe(&api, &["ALL_EVENTS"]).await;
    let shown = Receiver::start().await;
    let names = scene::set(world, &receiver, &shown).await;
    let document = document(world).await;
    let described = operations(&document);
    let mut calls = calls::calls();
    for operation in described.iter().map(|operation| &operation.facts["operationId"]) {
        let known = calls.iter().any(|call| operation == call.operation);
        assert!(known, "no call shows {operation}: add one to tests/it/examples/calls.rs");
    }
    let mut stable = Stable::new(&shown.url);
    let mut operations = BTreeMap::new();
    for call in &mut calls {
        let described = described.iter().find(|operation| operation.facts["operationId"] == call.operation);
        let described = described.unwrap_or_else(|| panic!("{} is no operation", call.operation));
        let (method, path) = (described.method.clone(), &described.path);
        assert!(is_of(call.path, path), "{}: {} is not {path}", call.operation, call.path);
        operations.insert(call.operation, make(world, call, method, &names, &mut stable).await);
    }
    scene::go_on(world, &names, &receiver).await;

    let wanted: Vec<&String> = document["webhooks"].as_object().unwrap().keys().collect();
    let all_came = |got: &Vec<_>| wanted.iter().all(|name| first(got, name).is_some());
    let got = receiver.wait(all_came).await;
    let events: BTreeMap<_, _> =
        wanted.iter().map(|name| (*name, stable.value(&first(&got, name).unwrap()))).collect();
    json!({ "operations": operations, "events": events })
}

/// The first event of that type that arrived.
fn first(got: &[Delivery], name: &str) -> Option<Value> {
    got.iter().map(Delivery::json).find(|event| event["type"] == name)
}

/// Makes a call.
async fn make(world: &World, call: &Call, method: Method, names: &Names, stable: &mut Stable) -> Value {
    world.app.requests.flush_requests().await;
    let path = with_newest(world, &filled(call.path, names)).await;
    let body = call.body.as_ref().map(|body| filled(&body.to_string(), names));
    let headers: &[_] = if body.is_some() { &[(header::CONTENT_TYPE, "application/json")] } else { &[] };
    let sent = Body::from(body.clone().unwrap_or_default());
    let answer = world.api().send(method, &path, headers, sent).await;
    assert!(answer.status < 300, "{}: {answer:?}", call.operation);
    archives::until_read(&world.api()).await;
    let mut example = json!({});
    if let Some(body) = body {
        example["body"] = stable.value(&serde_json::from_str(&body).unwrap());
    }
    example["answer"] = stable.value(&answer.body);
    example
}

/// With names in place of what stands in braces.
fn filled(text: &str, names: &Names) -> String {
    names.iter().fold(text.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
}

/// With the newest object's id in place of `{}`.
async fn with_newest(world: &World, path: &str) -> String {
    let Some((list, rest)) = path.split_once("/{}") else { return path.to_owned() };
    let newest = world.api().data(&format!("{list}?size=1")).await["items"][0]["id"].take();
    format!("{list}/{}{rest}", newest.as_str().unwrap_or_else(|| panic!("nothing in {list}")))
}

/// Whether a call's path is one of the document's.
fn is_of(path: &str, described: &str) -> bool {
    let path = path.split('?').next().unwrap();
    let same = |(given, part): (&str, &str)| part.starts_with('{') || given == part;
    path.split('/').count() == described.split('/').count()
        && path.split('/').zip(described.split('/')).all(same)
}
