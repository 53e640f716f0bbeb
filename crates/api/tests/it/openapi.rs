//! The generated OpenAPI document: complete, sound, and in agreement with the contract.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::harness::{
    World, agreement,
    document::{document, operations},
    on_both_databases,
};

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
        operations.iter().map(|operation| operation.facts["operationId"].to_string()).collect();
    assert_eq!(ids.len(), operations.len(), "no two operations have the same id");
    let disagreements = agreement::disagreements(&document);
    assert!(disagreements.is_empty(), "{}", disagreements.join("\n"));
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
