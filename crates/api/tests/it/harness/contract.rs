//! The contract's own schemas (`tests/contract/openapi-ga.json`, cut from the published description: facts of the
//! operations that exist here and of the events that are sent), read more strictly than they are written:
//!
//! - every property that a schema names must be there, because absent values are `null` and never dropped;
//! - a property that it does not name must not be there.
//!
//! Where Sahod differs on purpose is said below, each with its reason, and nowhere else.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, LazyLock, Mutex},
};

use axum::http::Method;
use jsonschema::Validator;
use serde_json::{Map, Value, json};

/// Schemas and properties that may be `null` although the contract does not say so.
const NULL_TOO: &[(&str, &str, &str)] = &[
    ("ObjectNextCursor", "", "the last page has none; the seeds show null"),
    ("Task", "finishedAt", "a task that still runs has not finished, and absent values are null"),
    ("TaskFinishedEventData", "errorCode", "a task that succeeded has no error, and absent values are null"),
    ("IdentityPayload", "latestEmployerName", "deprecated; many sources do not know it"),
    ("LiabilityPayload", "nextPaymentAmount", "nothing is to come of a loan whose last payment was due"),
    ("LinkPayload", "startDate", "nobody else was linked with, and absent values are null"),
    ("ContributionPayload", "referenceId", "not every scheme numbers its payments; the seeds show null"),
];

/// Properties that may be absent, with the reason.
const MAY_BE_ABSENT: &[(&str, &str, &str)] = &[
    ("User", "session", "belongs to the sessions of invited people, which come later"),
    ("UserCreatedEvent.data", "session", "the same"),
    ("TaskFinishedEventData", "payload", "only sent to webhooks that ask for the payload"),
    (
        "TaskFinishedEventData",
        "data",
        "required by the published schema, which does not define it: an error there",
    ),
];

static DOCUMENT: LazyLock<Value> = LazyLock::new(|| {
    let text = include_str!("../../contract/openapi-ga.json");
    let mut document: Value = serde_json::from_str(text).unwrap();
    for (name, schema) in document["components"]["schemas"].as_object_mut().unwrap() {
        convert(name, schema, Place::Whole);
    }
    document
});

/// Where a schema stands.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    /// On its own: it knows all properties.
    Whole,
    /// Within an `allOf`: others add properties.
    Part,
}

/// Makes a JSON Schema (2020-12) of a schema of `OpenAPI` 3.0.
fn convert(name: &str, schema: &mut Value, place: Place) {
    let Some(object) = schema.as_object_mut() else { return };
    let nullable = object.remove("nullable") == Some(json!(true))
        || NULL_TOO.iter().any(|(schema, property, _)| *schema == name && property.is_empty());
    if let Some(parts) = object.get_mut("allOf").and_then(Value::as_array_mut) {
        for part in parts {
            convert(name, part, Place::Part);
        }
        object.insert("unevaluatedProperties".to_owned(), json!(false));
    }
    if object.contains_key("properties") {
        convert_properties(name, object, place);
    }
    if let Some(items) = object.get_mut("items") {
        convert(&format!("{name}[]"), items, Place::Whole);
    }
    if let Some(values) = object.get_mut("enum").and_then(Value::as_array_mut) {
        let has_null = values.contains(&Value::Null);
        if nullable && !has_null {
            values.push(Value::Null);
        }
        if nullable || has_null {
            // The values say it all.
            object.remove("type");
        }
    } else if nullable && let Some(kind) = object.remove("type") {
        object.insert("type".to_owned(), json!([kind, "null"]));
    }
}

fn convert_properties(name: &str, object: &mut Map<String, Value>, place: Place) {
    let listed = |list: &[(&str, &str, &str)], property: &str| {
        list.iter().any(|(schema, named, _)| *schema == name && *named == property)
    };
    let properties = object["properties"].as_object_mut().unwrap();
    for (property, schema) in properties.iter_mut() {
        convert(&format!("{name}.{property}"), schema, Place::Whole);
        if listed(NULL_TOO, property) {
            *schema = json!({ "anyOf": [schema.take(), { "type": "null" }] });
        }
    }
    let mut required: BTreeSet<String> = properties.keys().cloned().collect();
    let written = object.get("required").and_then(Value::as_array).into_iter().flatten();
    required.extend(written.map(|property| property.as_str().unwrap().to_owned()));
    required.retain(|property| !listed(MAY_BE_ABSENT, property));
    object.insert("required".to_owned(), json!(required));
    // Schemas of payloads are only used as parts of others.
    if place == Place::Whole && !name.ends_with("Payload") {
        object.insert("unevaluatedProperties".to_owned(), json!(false));
    }
}

fn validator(reference: &str) -> Arc<Validator> {
    static KNOWN: LazyLock<Mutex<HashMap<String, Arc<Validator>>>> = LazyLock::new(Mutex::default);
    let make = || {
        let root = json!({ "$ref": reference, "components": DOCUMENT["components"] });
        let options = jsonschema::options().with_draft(jsonschema::Draft::Draft202012);
        Arc::new(options.should_validate_formats(true).build(&root).unwrap())
    };
    Arc::clone(KNOWN.lock().unwrap().entry(reference.to_owned()).or_insert_with(make))
}

#[track_caller]
fn hold(what: &str, reference: &str, value: &Value) {
    let faults: Vec<String> = validator(reference)
        .iter_errors(value)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(faults.is_empty(), "{what} is not as {reference} says: {faults:#?}");
}

/// Holds a successful answer of the Open API against its operation's schema and status.
pub(crate) fn check_answer(method: &Method, path: &str, status: u16, body: &Value) {
    let path = path.split('?').next().unwrap();
    let operation = match path.rsplit_once('/') {
        Some((resource, _)) if !resource.is_empty() => &DOCUMENT["operations"][format!("{resource}/{{id}}")],
        _ => &DOCUMENT["operations"][path],
    };
    let operation = &operation[method.as_str().to_lowercase()];
    assert!(operation.is_object(), "{method} {path} is no operation of the contract");
    assert_eq!(operation["status"], status, "{method} {path}");
    hold(&format!("{method} {path}"), operation["schema"]["$ref"].as_str().unwrap(), body);
}

/// Holds the body of a webhook against the schema of its type.
pub(crate) fn check_event(body: &Value) {
    let words = body["type"].as_str().unwrap().split('_');
    let name: String = words.flat_map(|word| [word[..1].to_owned(), word[1..].to_lowercase()]).collect();
    hold("a webhook's body", &format!("#/components/schemas/{name}Event"), body);
}

/// Every operation: method, path, and the names of its query parameters.
pub(crate) fn operations() -> Vec<(Method, String, Vec<String>)> {
    let mut found = Vec::new();
    for (path, methods) in DOCUMENT["operations"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let query = operation["query"].as_array().unwrap();
            let query = query.iter().map(|name| name.as_str().unwrap().to_owned()).collect();
            found.push((method.to_uppercase().parse().unwrap(), path.clone(), query));
        }
    }
    found
}

/// The status and message of an error code.
pub(crate) fn error(code: &str) -> Option<(u16, &'static str)> {
    Some(match code {
        "INVALID_CREDENTIALS" => (400, "The credentials you provided are incorrect."),
        "INVALID_PARAMETERS" => (400, "Missing or invalid parameters were sent in your request."),
        "INVALID_TOKEN" => (401, "The token you provided is invalid or has expired."),
        "UNAUTHORIZED_ACCESS" => (403, "You do not have permission to access this resource."),
        "MISSING_RESOURCE" => (404, "The resource you provided cannot be found or is unavailable."),
        "UNSUPPORTED_TYPE" => (415, "Please specify a valid content type for your request."),
        "REQUEST_LIMIT_EXCEEDED" => (
            429,
            "You have exceeded your rate limit for this resource. Please try again later or contact support.",
        ),
        "SERVER_ERROR" => {
            (500, "Our system is currently experiencing issues. Please try again later or contact support.")
        }
        "UNSUPPORTED_METHOD" => (501, "The HTTP method you used is not supported for this resource."),
        "SERVER_UNAVAILABLE" => (
            503,
            "The server is not available to handle the request. It may be down or under maintenance. \
             Please try again later or contact support.",
        ),
        "TIME_LIMIT_EXCEEDED" => (
            504,
            "The server was not able to give a response in the allotted time. \
             Please try again or contact support.",
        ),
        _ => return None,
    })
}
