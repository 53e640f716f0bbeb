//! The errors that every operation may answer with, each with an example.

use serde_json::{Map, Value, json};

use crate::error::Code;

/// The code, when it comes, and the `data` of its example.
fn all() -> [(Code, &'static str, Value); 11] {
    let fault = |parameter: &str, detail: &str| json!({ "parameter": parameter, "detail": detail });
    [
        (
            Code::InvalidParameters,
            "A parameter or a field of the body is missing or wrong. `data.errors` names every one of them.",
            json!({ "errors": [
                fault("size", "must be a whole number from 1 to 150"),
                fault("startDate", "must not be after endDate"),
            ] }),
        ),
        (Code::InvalidCredentials, "There is no such API key, or the secret is not the key's.", json!({})),
        (Code::InvalidToken, "The `Authorization` header is missing or not of the Basic scheme.", json!({})),
        (
            Code::UnauthorizedAccess,
            "The API key is of the other mode: sandbox keys work at the sandbox address only.",
            json!({}),
        ),
        (
            Code::MissingResource,
            "There is no object of that id in this mode, or it is not your organisation's.",
            json!({}),
        ),
        (Code::UnsupportedType, "The body is not `application/json`.", json!({})),
        (
            Code::RequestLimitExceeded,
            "Too many requests from this address. `Retry-After` says in how many seconds to go on.",
            json!({}),
        ),
        (Code::ServerError, "A fault on this side. Quote the `requestId` when you report it.", json!({})),
        (Code::UnsupportedMethod, "The path exists, but not with this method.", json!({})),
        (
            Code::ServerUnavailable,
            "The server cannot serve the request at the moment. Trying again later is safe.",
            json!({}),
        ),
        (Code::TimeLimitExceeded, "The answer took too long. Trying again is safe.", json!({})),
    ]
}

/// The responses by their component's name.
pub(super) fn components() -> Value {
    let mut responses = Map::new();
    for (code, when, data) in all() {
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
                "requestId": "0197a1b2-3c4d-7e5f-8a6b-7c8d9e0f1a2b", "data": data,
            },
        });
    }
    Value::Object(responses)
}

/// Adds a reference to each of them.
pub(super) fn refer(responses: &mut Map<String, Value>) {
    for (code, ..) in all() {
        let status = code.status().as_u16();
        let reference = json!({ "$ref": format!("#/components/responses/{status}") });
        responses.insert(status.to_string(), reference);
    }
}

/// The envelope of an error.
pub(super) fn schema() -> Value {
    let codes: Vec<&str> = all().iter().map(|(code, ..)| code.as_str()).collect();
    json!({
        "type": "object",
        "description": "What every error looks like.",
        "required": ["code", "message", "requestId", "data"],
        "properties": {
            "code": { "type": "string", "enum": codes, "description": "What went wrong, for programs." },
            "message": { "type": "string", "description": "What went wrong, for people." },
            "requestId": { "type": "string", "format": "uuid", "description": "Names this request in logs." },
            "data": { "type": "object", "properties": { "errors": {
                "type": "array",
                "description": "With `INVALID_PARAMETERS`: everything that is wrong, at once.",
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
