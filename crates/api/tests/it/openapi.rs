//! The generated OpenAPI documents: complete, sound, and in agreement with the contract or, of the Link API, with what the
//! server answers. (That every answer of every test is as the Link API's document says is checked by the harness.)

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::harness::{
    World, agreement,
    described::LINK_API,
    document::{document, link_document, operations},
    on_both_databases,
};

on_both_databases!(
    the_document_is_served_to_everyone,
    the_link_apis_document_is_served_to_everyone,
    the_keys_of_receipts_are_as_described,
);

async fn the_document_is_served_to_everyone(world: World) {
    let document = document(&world).await;
    is_sound(&document);

    let events = document["webhooks"].as_object().unwrap();
    for name in ["ACCOUNT_CONNECTED", "TASK_FINISHED", "LIABILITIES_UPDATED", "INSIGHT_ADDED"] {
        assert!(events.contains_key(name), "{name}");
    }
    let disagreements = agreement::disagreements(&document);
    assert!(disagreements.is_empty(), "{}", disagreements.join("\n"));
}

async fn the_link_apis_document_is_served_to_everyone(world: World) {
    let document = link_document(&world).await;
    is_sound(&document);
    for name in ["sessionToken", "linkToken"] {
        assert_eq!(document["components"]["securitySchemes"][name]["scheme"], "bearer", "{name}");
    }
    let undescribed = undescribed(&document);
    assert!(undescribed.is_empty(), "{}", undescribed.join("\n"));
}

async fn the_keys_of_receipts_are_as_described(world: World) {
    let (status, keys) = world.plain("/link-sandbox/.well-known/jwks.json").await;
    assert_eq!(status, 200);
    LINK_API.check_data("get-receipt-keys", "application/json", &serde_json::from_str(&keys).unwrap());
}

/// Every property that a reader is told nothing of.
fn undescribed(document: &Value) -> Vec<String> {
    let schemas = document["components"]["schemas"].as_object().unwrap();
    let of_schema = |(name, schema): (&String, &Value)| -> Vec<String> {
        let properties = schema["properties"].as_object().into_iter().flatten();
        let silent =
            properties.filter(|(_, property)| property["description"].as_str().is_none_or(str::is_empty));
        silent.map(|(property, _)| format!("{name}.{property} has no description")).collect()
    };
    schemas.iter().flat_map(of_schema).collect()
}

/// What holds for every document.
fn is_sound(document: &Value) {
    assert_eq!(document["openapi"], "3.1.0");
    assert_eq!(document["servers"].as_array().unwrap().len(), 2);

    let schemas = json!({ "$defs": document["components"]["schemas"] });
    jsonschema::meta::validate(&schemas).expect("the schemas are JSON Schema 2020-12");
    let mut missing = Vec::new();
    references(document, &mut |reference| {
        if document.pointer(&reference[1..]).is_none() {
            missing.push(reference.to_owned());
        }
    });
    assert_eq!(missing, Vec::<String>::new(), "every reference leads somewhere");

    let operations = operations(document);
    let ids: BTreeSet<_> =
        operations.iter().map(|operation| operation.facts["operationId"].to_string()).collect();
    assert_eq!(ids.len(), operations.len(), "no two operations have the same id");
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
