//! The OpenAPI 3.1 document.

use axum::http::Method;
use schemars::{
    SchemaGenerator,
    generate::{Contract, SchemaSettings},
};
use serde_json::{Map, Value, json};

use super::{Endpoint, Endpoints, errors, events, examples::Examples, links, operation::Operation};
use crate::server::PublicUrls;

/// What bodies are written in.
pub(super) const JSON: &str = "application/json";

/// The document, but for where the installation is.
#[derive(Debug)]
pub struct Document(Value);

impl Document {
    /// Describes those endpoints.
    pub fn new(resources: &[Endpoints]) -> Self {
        let mut answers = generator(Contract::Serialize, false);
        let examples = Examples::recorded();
        let mut paths = Map::new();
        for resource in resources {
            for endpoint in &resource.list {
                let path = paths.entry(endpoint.path.clone()).or_insert_with(|| json!({}));
                path[endpoint.method.as_str().to_lowercase()] =
                    operation(resource.tag, endpoint, &examples, &mut answers);
            }
        }
        links::add(&mut paths);
        let webhooks = events::webhooks(&examples, &mut answers);
        let mut schemas = answers.take_definitions(true);
        schemas.insert("Error".to_owned(), errors::schema());
        Self(json!({
            "openapi": "3.1.0",
            "info": {
                "title": "Sahod Open API",
                "version": env!("CARGO_PKG_VERSION"),
                "description": "Employment and income data that people share with your organisation.",
            },
            "tags": resources.iter().map(tag).collect::<Vec<_>>(),
            "security": [{ "basic": [] }],
            "paths": paths,
            "webhooks": webhooks,
            "components": {
                "securitySchemes": { "basic": {
                    "type": "http", "scheme": "basic",
                    "description": "The API key as user name, its secret as password.",
                } },
                "parameters": { "Idempotency-Key": {
                    "name": "Idempotency-Key", "in": "header", "required": false,
                    "description": "A text of your own that names this request. Sent again with the same key, it \
                        is answered as the first time and nothing is done twice. Keys are kept for 24 hours.",
                    "schema": { "type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$" },
                } },
                "responses": errors::components(),
                "schemas": schemas,
            },
        }))
    }

    /// As JSON text, for an installation at those addresses.
    pub fn at(&self, urls: &PublicUrls) -> String {
        let mut document = self.0.clone();
        document["servers"] = json!([
            { "url": format!("{}/v1", urls.sandbox), "description": "Sandbox: made-up people, nothing real." },
            { "url": format!("{}/v1", urls.open), "description": "Production: real people's data." },
        ]);
        document.to_string()
    }
}

fn generator(contract: Contract, inline: bool) -> SchemaGenerator {
    let mut settings = SchemaSettings::draft2020_12();
    settings.definitions_path = "/components/schemas".into();
    settings.meta_schema = None;
    settings.contract = contract;
    settings.inline_subschemas = inline;
    settings.into_generator()
}

fn tag(resource: &Endpoints) -> Value {
    json!({ "name": resource.tag, "description": resource.about })
}

fn operation(tag: &str, endpoint: &Endpoint, examples: &Examples, answers: &mut SchemaGenerator) -> Value {
    let operation = &endpoint.operation;
    let mut parameters = path_parameters(&endpoint.path);
    parameters.extend(operation.query.iter().map(super::Param::describe));
    if endpoint.method == Method::POST {
        parameters.push(json!({ "$ref": "#/components/parameters/Idempotency-Key" }));
    }
    let mut responses = Map::new();
    let mut success = success(operation, answers);
    examples.answer(operation.id, &mut success["content"][JSON]);
    responses.insert(operation.status.as_u16().to_string(), success);
    errors::refer(&mut responses);
    let mut description = json!({
        "operationId": operation.id,
        "tags": [tag],
        "summary": operation.summary,
        "description": operation.about,
        "parameters": parameters,
        "responses": responses,
    });
    if operation.deprecated {
        description["deprecated"] = true.into();
    }
    if let Some(body) = operation.body {
        // In place: what is sent is described by other rules than what is answered, under the same names.
        let schema = body(&mut generator(Contract::Deserialize, true));
        let mut media = json!({ "schema": schema });
        examples.body(operation.id, &mut media);
        description["requestBody"] =
            json!({ "required": operation.body_required, "content": { JSON: media } });
    }
    description
}

/// What stands in braces in a path.
fn path_parameters(path: &str) -> Vec<Value> {
    let names = path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let describe = |name: &str| {
        json!({
            "name": name, "in": "path", "required": true,
            "description": "The id of the object, as a list or an event gives it.",
            "schema": { "type": "string", "minLength": 1, "maxLength": 200 },
        })
    };
    names.map(describe).collect()
}

/// The envelope of a success.
fn success(operation: &Operation, answers: &mut SchemaGenerator) -> Value {
    let mut schema = json!({
        "type": "object",
        "required": ["code", "message", "requestId"],
        "properties": {
            "code": { "type": "string", "const": "OK" },
            "message": { "type": "string" },
            "requestId": { "type": "string", "format": "uuid" },
        },
    });
    if let Some(data) = operation.data(answers) {
        schema["properties"]["data"] = data;
        if let Some(required) = schema["required"].as_array_mut() {
            required.push("data".into());
        }
    }
    json!({
        "description": "Success.",
        "headers": { "X-Request-Id": { "schema": { "type": "string", "format": "uuid" }, "description": "As in the body." } },
        "content": { JSON: { "schema": schema } },
    })
}
