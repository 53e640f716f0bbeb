//! Answers held against the document that is generated beside the code, read strictly: what it does not name must not be
//! there.

use std::{
    collections::HashMap,
    sync::{Arc, LazyLock, Mutex},
};

use axum::http::Method;
use jsonschema::Validator;
use serde_json::{Value, json};

use super::document::{Described, operations};

/// The Link API's document.
pub(crate) static LINK_API: LazyLock<Description> =
    LazyLock::new(|| Description::new(serde_json::from_str(&sahod_api::link_api_document()).unwrap()));

/// What an API says that it has.
pub(crate) struct Description {
    document: Value,
    operations: Vec<Described>,
    validators: Mutex<HashMap<String, Arc<Validator>>>,
}

impl Description {
    fn new(document: Value) -> Self {
        let mut operations = operations(&document);
        // Where two match a path, the one that says more comes first.
        operations.sort_by_key(|operation| operation.path.matches('{').count());
        Self { document, operations, validators: Mutex::default() }
    }

    /// Holds an answer with an envelope against what is said of its operation.
    #[track_caller]
    pub(crate) fn check_answer(&self, method: &Method, path: &str, status: u16, body: &Value) {
        let path = path.split('?').next().unwrap();
        let found = self.operations.iter().find(|described| described.is_at(method, path));
        let Some(operation) = found else {
            let code = body["code"].as_str().unwrap();
            assert!(
                ["MISSING_RESOURCE", "UNSUPPORTED_METHOD", "SERVER_UNAVAILABLE", "REQUEST_LIMIT_EXCEEDED"]
                    .contains(&code),
                "{method} {path} is not described, but answers {status} {code}"
            );
            return;
        };
        self.hold(operation, status, "application/json", body);
    }

    /// Holds an answer of that operation against what is said of it: one without an envelope, or one event of a stream.
    #[track_caller]
    pub(crate) fn check_data(&self, operation: &str, media_type: &str, data: &Value) {
        let found = self.operations.iter().find(|described| described.facts["operationId"] == operation);
        self.hold(found.unwrap_or_else(|| panic!("{operation} is not described")), 200, media_type, data);
    }

    #[track_caller]
    fn hold(&self, operation: &Described, status: u16, media_type: &str, value: &Value) {
        let place = format!("{} {} {status}", operation.method, operation.path);
        let response = &operation.facts["responses"][status.to_string()];
        let response = match response["$ref"].as_str() {
            Some(shared) => self.document.pointer(&shared[1..]).unwrap(),
            None => response,
        };
        let schema = &response["content"][media_type]["schema"];
        let schema = schema.get("contentSchema").unwrap_or(schema);
        assert!(schema.is_object(), "{place} is not described: {value}");
        let validator = {
            let mut known = self.validators.lock().unwrap();
            let make = || Arc::new(strict_validator(&self.document, schema));
            Arc::clone(known.entry(place.clone()).or_insert_with(make))
        };
        let faults = validator.iter_errors(value);
        let faults: Vec<_> = faults.map(|fault| format!("{}: {fault}", fault.instance_path())).collect();
        assert!(faults.is_empty(), "{place} is not as described: {faults:#?}");
    }
}

/// What checks a value against a schema of a document. One that shows more than the schema says is as bad as one that shows
/// less.
pub(crate) fn strict_validator(document: &Value, schema: &Value) -> Validator {
    let mut components = document["components"].clone();
    let mut schema = schema.clone();
    close(&mut schema);
    components["schemas"].as_object_mut().unwrap().values_mut().for_each(close);
    let root = json!({ "allOf": [schema], "components": components });
    let options = jsonschema::options().with_draft(jsonschema::Draft::Draft202012);
    options.should_validate_formats(true).build(&root).unwrap()
}

/// Lets a schema's objects have no members but those it names.
fn close(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            let names = members.get("properties").is_some_and(Value::is_object);
            if names && !members.contains_key("additionalProperties") {
                members.insert("unevaluatedProperties".to_owned(), json!(false));
            }
            members.values_mut().for_each(close);
        }
        Value::Array(items) => items.iter_mut().for_each(close),
        _ => {}
    }
}
