//! The generated OpenAPI documents: what the APIs say that they have.

use axum::{body::Body, http::Method};
use http_body_util::BodyExt as _;
use sahod_model::Right;
use serde_json::Value;

use super::{World, contract};

/// The Open API's, as it is served.
pub(crate) async fn document(world: &World) -> Value {
    served(world, "/openapi.json").await
}

/// The Link API's, as it is served.
pub(crate) async fn link_document(world: &World) -> Value {
    served(world, "/link-openapi.json").await
}

async fn served(world: &World, path: &str) -> Value {
    let answer = world.stranger("docs").raw(&Method::GET, path, &[], Body::empty()).await;
    assert_eq!(answer.status(), 200);
    let body = answer.into_body().collect().await.unwrap().to_bytes();
    serde_json::from_slice(&body).unwrap()
}

/// An operation that the document describes.
pub(crate) struct Described {
    pub(crate) method: Method,
    /// With a name in braces for what varies.
    pub(crate) path: String,
    /// What the document says of it.
    pub(crate) facts: Value,
}

impl Described {
    /// The names of its query parameters.
    pub(crate) fn query(&self) -> impl Iterator<Item = &str> {
        let parameters = self.facts["parameters"].as_array().unwrap().iter();
        parameters.filter(|it| it["in"] == "query").map(|it| it["name"].as_str().unwrap())
    }

    /// Whether it is a list, which is read page by page.
    pub(crate) fn is_list(&self) -> bool {
        self.query().any(|name| name == "cursor")
    }

    /// Whether it is what answers there.
    pub(crate) fn is_at(&self, method: &Method, path: &str) -> bool {
        self.method == method && contract::matches(&self.path, path)
    }

    /// The right that it says it needs of an API key.
    pub(crate) fn right(&self) -> Right {
        let needed = &self.facts["security"][0]["basic"];
        let right = needed[0].as_str().and_then(Right::from_name);
        right.filter(|_| needed[1].is_null()).unwrap_or_else(|| panic!("{}: no right: {needed}", self.path))
    }

    pub(crate) fn takes_body(&self) -> bool {
        self.facts.get("requestBody").is_some()
    }
}

/// Every operation of a document.
pub(crate) fn operations(document: &Value) -> Vec<Described> {
    let paths = document["paths"].as_object().unwrap().iter();
    let operations = paths.flat_map(|(path, methods)| {
        let methods = methods.as_object().unwrap().iter().filter(|(method, _)| *method != "servers");
        methods.map(|(method, facts)| Described {
            method: method.to_uppercase().parse().unwrap(),
            path: path.clone(),
            facts: facts.clone(),
        })
    });
    operations.collect()
}
