//! The successful answers of an operation.

use axum::http::StatusCode;
use schemars::SchemaGenerator;
use serde_json::{Map, Value, json};

use super::operation::{Answer, Operation};

/// What bodies are written in.
pub(super) const JSON: &str = "application/json";

/// The responses by their status.
pub(super) fn successes(operation: &Operation, schemas: &mut SchemaGenerator) -> Map<String, Value> {
    let content = match &operation.answer {
        Answer::Html(answers) => return pages(answers),
        Answer::Nothing => json!({ JSON: { "schema": envelope(None) } }),
        Answer::One(schema) => json!({ JSON: { "schema": envelope(Some(schema(schemas).to_value())) } }),
        Answer::Page(schema) => {
            json!({ JSON: { "schema": envelope(Some(page(&schema(schemas).to_value()))) } })
        }
        Answer::Bare(schema) => json!({ JSON: { "schema": schema(schemas) } }),
        Answer::Events(name, schema) => json!({ "text/event-stream": { "schema": {
            "type": "string",
            "description": format!("The `data` of each event. Every event is called `{name}`."),
            "contentMediaType": JSON,
            "contentSchema": schema(schemas),
        } } }),
    };
    let response = json!({
        "description": "Success.",
        "headers": { "X-Request-Id": {
            "schema": { "type": "string", "format": "uuid" },
            "description": "Names this request, also in the body where that has an envelope.",
        } },
        "content": content,
    });
    Map::from_iter([(operation.status.as_u16().to_string(), response)])
}

/// What a browser gets.
fn pages(answers: &[(StatusCode, &str)]) -> Map<String, Value> {
    let page = |(status, when): &(StatusCode, &str)| {
        let mut response = json!({ "description": when });
        if status.is_redirection() {
            response["headers"]["Location"] = json!({ "schema": { "type": "string", "format": "uri" }, "description": "Where it goes on." });
        } else {
            response["content"]["text/html"]["schema"]["type"] = "string".into();
        }
        (status.as_u16().to_string(), response)
    };
    answers.iter().map(page).collect()
}

fn page(items: &Value) -> Value {
    json!({
        "type": "object",
        "properties": {
            "nextCursor": {
                "type": ["string", "null"],
                "description": "Pass it as `cursor` to get the next page; null on the last one."
            },
            "items": { "type": "array", "items": items }
        },
        "required": ["nextCursor", "items"]
    })
}

/// The envelope of a success.
fn envelope(data: Option<Value>) -> Value {
    let mut schema = json!({
        "type": "object",
        "required": ["code", "message", "requestId"],
        "properties": {
            "code": { "type": "string", "const": "OK" },
            "message": { "type": "string", "description": "For people; programs read `code`." },
            "requestId": { "type": "string", "format": "uuid", "description": "Names this request in logs." },
        },
    });
    if let Some(data) = data {
        schema["properties"]["data"] = data;
        if let Some(required) = schema["required"].as_array_mut() {
            required.push("data".into());
        }
    }
    schema
}
