//! The generated OpenAPI document: complete, sound, and in agreement with the contract.

use std::collections::{BTreeMap, BTreeSet};

use axum::{body::Body, http::Method};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};

use crate::harness::{World, agreement, on_both_databases};

on_both_databases!(the_document_is_served_to_everyone);

async fn the_document_is_served_to_everyone(world: World) {
    let document = document(&world).await;
    assert_eq!(document["openapi"], "3.1.0");
    assert_eq!(document["servers"].as_array().unwrap().len(), 2);

    let schemas = json!({ "$defs": document["components"]["schemas"] });
    jsonschema::meta::validate(&schemas).expect("the schemas are JSON Schema 2020-12");
    let mut missing = Vec::new();
    references(&document, &mut |reference| {
        if document.pointer(&reference[1..]).is_none() {
            missing.push(reference.to_owned());
        }
    });
    assert_eq!(missing, Vec::<String>::new(), "every reference leads somewhere");

    let events = document["webhooks"].as_object().unwrap();
    for name in ["ACCOUNT_CONNECTED", "TASK_FINISHED", "LIABILITIES_UPDATED", "INSIGHT_ADDED"] {
        assert!(events.contains_key(name), "{name}");
    }
    let operations = operations(&document);
    let ids: BTreeSet<_> =
        operations.values().map(|operation| operation["operationId"].to_string()).collect();
    assert_eq!(ids.len(), operations.len(), "no two operations have the same id");
    let disagreements = agreement::disagreements(&document);
    assert!(disagreements.is_empty(), "{}", disagreements.join("\n"));
}

pub(crate) async fn document(world: &World) -> Value {
    let answer = world.stranger("docs").raw(&Method::GET, "/openapi.json", &[], Body::empty()).await;
    assert_eq!(answer.status(), 200);
    let body = answer.into_body().collect().await.unwrap().to_bytes();
    serde_json::from_slice(&body).unwrap()
}

/// By method and path.
pub(crate) fn operations(document: &Value) -> BTreeMap<String, &Value> {
    let paths = document["paths"].as_object().unwrap();
    paths
        .iter()
        .flat_map(|(path, methods)| {
            let methods = methods.as_object().unwrap().iter();
            methods.map(move |(method, operation)| (format!("{method} {path}"), operation))
        })
        .collect()
}

fn references(value: &Value, found: &mut impl FnMut(&str)) {
    match value {
        Value::Object(members) => {
            if let Some(Value::String(reference)) = members.get("$ref") {
                found(reference);
            }
            members.values().for_each(|member| references(member, found));
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        _ => {}
    }
}
