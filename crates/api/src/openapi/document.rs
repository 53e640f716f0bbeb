//! The OpenAPI 3.1 document.

use axum::http::Method;
use schemars::{
    SchemaGenerator,
    generate::{Contract, SchemaSettings},
};
use serde_json::{Map, Value, json};

use super::{
    answers::{self, JSON},
    api::{Api, DescribedWebhook, SecurityScheme},
    endpoints::{Endpoint, Endpoints},
    errors,
    examples::Examples,
    links,
    operation::{Access, Answer},
    parameters,
};
use crate::urls::PublicUrls;

/// The document, but for where the installation is.
#[derive(Debug)]
pub struct OpenApiDocument {
    api: &'static Api,
    text: Value,
    /// The paths that are below the root of the surface, and not below `/v1`.
    at_root: Vec<String>,
}

impl OpenApiDocument {
    /// Describes those endpoints.
    pub fn new(api: &'static Api, resources: &[Endpoints]) -> Self {
        let mut schemas = generator(Contract::Serialize, false);
        let examples = Examples::recorded(api.examples);
        let mut paths = Map::new();
        let mut at_root = Vec::new();
        for resource in resources {
            for endpoint in &resource.list {
                if endpoint.operation.at_root {
                    at_root.push(endpoint.path.to_string());
                }
                let path = paths.entry(endpoint.path.clone()).or_insert_with(|| json!({}));
                path[endpoint.method.as_str().to_lowercase()] =
                    operation(api, resource.tag, endpoint, &examples, &mut schemas);
            }
        }
        links::add(&mut paths, api.made_ids);
        let webhooks: Map<_, _> = (api.webhooks)(&mut schemas).iter().map(webhook).collect();
        let mut schemas = schemas.take_definitions(true);
        schemas.insert("Error".to_owned(), errors::schema(api));
        let mut text = json!({
            "openapi": "3.1.0",
            "info": { "title": api.title, "version": env!("CARGO_PKG_VERSION"), "description": api.about },
            "tags": resources.iter().map(tag).collect::<Vec<_>>(),
            "security": api.security.iter().take(1).map(required).collect::<Vec<_>>(),
            "paths": paths,
            "components": {
                "securitySchemes": api.security.iter().map(scheme).collect::<Map<_, _>>(),
                "responses": errors::components(api),
                "schemas": schemas,
            },
        });
        if !webhooks.is_empty() {
            text["webhooks"] = webhooks.into();
        }
        if api.idempotency_keys {
            text["components"]["parameters"] = json!({ "Idempotency-Key": {
                "name": "Idempotency-Key", "in": "header", "required": false,
                "description": "A text of your own that names this request. Sent again with the same key, it \
                    is answered as the first time and nothing is done twice. Keys are kept for 24 hours.",
                "schema": { "type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$" },
            } });
        }
        Self { api, text, at_root }
    }

    /// For an installation at those addresses.
    pub fn at(&self, urls: &PublicUrls) -> Value {
        let servers = |base: &str| -> Value {
            (self.api.servers)(urls)
                .iter()
                .map(|server| json!({ "url": format!("{}{base}", server.url), "description": server.about }))
                .collect()
        };
        let mut document = self.text.clone();
        document["servers"] = servers("/v1");
        for path in &self.at_root {
            document["paths"][path]["servers"] = servers("");
        }
        document
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

/// A security scheme as a requirement.
fn required(scheme: &SecurityScheme) -> Value {
    json!({ scheme.name: [] })
}

fn scheme(scheme: &SecurityScheme) -> (String, Value) {
    let described = json!({ "type": "http", "scheme": scheme.scheme, "description": scheme.about });
    (scheme.name.to_owned(), described)
}

fn webhook(webhook: &DescribedWebhook) -> (String, Value) {
    let mut media = json!({ "schema": &webhook.body });
    Examples::event(webhook.name, &mut media);
    let operation = json!({
        "operationId": webhook.name, "summary": webhook.summary, "tags": [webhook.tag],
        "description": webhook.about,
        "requestBody": { "required": true, "content": { JSON: media } },
        "responses": { "2XX": { "description": "Received. Anything else is tried again." } },
    });
    (webhook.name.to_owned(), json!({ "post": operation }))
}

fn tag(resource: &Endpoints) -> Value {
    json!({ "name": resource.tag, "description": resource.about })
}

fn operation(
    api: &Api,
    tag: &str,
    endpoint: &Endpoint,
    examples: &Examples,
    schemas: &mut SchemaGenerator,
) -> Value {
    let operation = &endpoint.operation;
    let mut parameters = path_parameters(&endpoint.path);
    parameters.extend(operation.query.iter().map(parameters::describe));
    if api.idempotency_keys && endpoint.method == Method::POST {
        parameters.push(json!({ "$ref": "#/components/parameters/Idempotency-Key" }));
    }
    let mut responses = answers::successes(operation, schemas);
    for media in
        responses.values_mut().filter_map(|response| response.pointer_mut("/content/application~1json"))
    {
        examples.answer(operation.id, media);
    }
    // Browsers get pages for errors too, those that the operation names.
    if !matches!(operation.answer, Answer::Html(_)) {
        errors::refer(api, &mut responses);
    }
    let mut description = json!({
        "operationId": operation.id,
        "tags": [tag],
        "summary": operation.summary,
        "description": operation.about,
        "parameters": parameters,
        "responses": responses,
    });
    match operation.access {
        Access::Usual if api.rights => {
            let right = operation.right(&endpoint.method).as_str();
            description["security"] =
                api.security.iter().take(1).map(|it| json!({ it.name: [right] })).collect();
        }
        Access::Usual => {}
        Access::With(name) => description["security"] = json!([{ name: [] }]),
        Access::Public => description["security"] = json!([]),
    }
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
