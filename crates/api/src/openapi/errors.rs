//! The errors that every operation of an API may answer with, each with an example.

use serde_json::{Map, Value, json};

use super::api::{Api, ErrorCase};
use crate::error::Code;

/// The `data` of an error's example.
fn data(api: &Api, code: Code) -> Value {
    if code != Code::InvalidParameters {
        return json!({});
    }
    let fault = |(parameter, detail): &(&str, &str)| json!({ "parameter": parameter, "detail": detail });
    json!({ "errors": api.faults.iter().map(fault).collect::<Vec<_>>() })
}

/// The responses by their component's name.
pub(super) fn components(api: &Api) -> Value {
    let mut responses = Map::new();
    for ErrorCase { code, when } in api.errors {
        let status = code.status().as_u16().to_string();
        let response = responses.entry(status).or_insert_with(|| {
            json!({
                "description": "",
                "content": { "application/json": {
                    "schema": { "$ref": "#/components/schemas/Error" }, "examples": {},
                } },
            })
        });
        let before = response["description"].as_str().unwrap_or_default();
        response["description"] = [before, when].join(if before.is_empty() { "" } else { " Or: " }).into();
        response["content"]["application/json"]["examples"][code.as_str()] = json!({
            "summary": when,
            "value": {
                "code": code.as_str(), "message": code.message(),
                "requestId": "0197a1b2-3c4d-7e5f-8a6b-7c8d9e0f1a2b", "data": data(api, *code),
            },
        });
    }
    Value::Object(responses)
}

/// Adds a reference to each of them.
pub(super) fn refer(api: &Api, responses: &mut Map<String, Value>) {
    for ErrorCase { code, .. } in api.errors {
        let status = code.status().as_u16();
        let reference = json!({ "$ref": format!("#/components/responses/{status}") });
        responses.insert(status.to_string(), reference);
    }
}

/// The envelope of an error.
pub(super) fn schema(api: &Api) -> Value {
    let codes: Vec<&str> = api.errors.iter().map(|error| error.code.as_str()).collect();
    json!({
        "type": "object",
        "description": "What every error looks like.",
        "required": ["code", "message", "requestId", "data"],
        "properties": {
            "code": { "type": "string", "enum": codes, "description": "What went wrong, for programs." },
            "message": { "type": "string", "description": "What went wrong, for people." },
            "requestId": { "type": "string", "format": "uuid", "description": "Names this request in logs." },
            "data": { "type": "object", "description": "More about it; empty with most codes.", "properties": { "errors": {
                "type": "array",
                "description": "With `INVALID_PARAMETERS`: everything that is wrong, at once. With `REQUEST_LIMIT_EXCEEDED`, where it is no rate of requests: what was too much.",
                "items": {
                    "type": "object",
                    "required": ["parameter", "detail"],
                    "properties": {
                        "parameter": { "type": "string", "description": "What is wrong: a parameter, or a field of the body." },
                        "detail": { "type": "string", "description": "What is wrong with it, and what is right." }
                    }
                }
            } } }
        }
    })
}
