//! The Open API described by the code that serves it: each endpoint is registered with its handler and its description
//! together, and the OpenAPI 3.1 document is made of what was registered. Schemas come from the types that are written to
//! the wire and from the parameters that are read, so that the description cannot say what the code does not do.

mod document;
mod errors;
mod events;
mod examples;
mod links;
mod operation;
mod parameters;

pub use document::Document;
pub use examples::example_event;
pub use operation::Operation;
pub use parameters::{Param, Value};

use std::borrow::Cow;

use axum::{
    Router,
    handler::Handler,
    http::Method,
    routing::{MethodRouter, delete, get, patch, post, put},
};

use crate::state::Surface;

/// The endpoints of one resource.
pub struct Endpoints {
    tag: &'static str,
    about: &'static str,
    list: Vec<Endpoint>,
}

struct Endpoint {
    method: Method,
    /// Below `/v1`, with `{id}` for what varies.
    path: Cow<'static, str>,
    handler: MethodRouter<Surface>,
    operation: Operation,
}

impl Endpoints {
    /// None yet. `tag` heads the resource in the reference, `about` says in a sentence what it is.
    pub const fn new(tag: &'static str, about: &'static str) -> Self {
        Self { tag, about, list: Vec::new() }
    }

    /// Adds `GET path`.
    pub fn get<H, T>(self, path: impl Into<Cow<'static, str>>, handler: H, operation: Operation) -> Self
    where
        H: Handler<T, Surface>,
        T: 'static,
    {
        self.add(Method::GET, path, get(handler), operation)
    }

    /// Adds `POST path`.
    pub fn post<H, T>(self, path: impl Into<Cow<'static, str>>, handler: H, operation: Operation) -> Self
    where
        H: Handler<T, Surface>,
        T: 'static,
    {
        self.add(Method::POST, path, post(handler), operation)
    }

    /// Adds `PUT path`.
    pub fn put<H, T>(self, path: impl Into<Cow<'static, str>>, handler: H, operation: Operation) -> Self
    where
        H: Handler<T, Surface>,
        T: 'static,
    {
        self.add(Method::PUT, path, put(handler), operation)
    }

    /// Adds `PATCH path`.
    pub fn patch<H, T>(self, path: impl Into<Cow<'static, str>>, handler: H, operation: Operation) -> Self
    where
        H: Handler<T, Surface>,
        T: 'static,
    {
        self.add(Method::PATCH, path, patch(handler), operation)
    }

    /// Adds `DELETE path`.
    pub fn delete<H, T>(self, path: impl Into<Cow<'static, str>>, handler: H, operation: Operation) -> Self
    where
        H: Handler<T, Surface>,
        T: 'static,
    {
        self.add(Method::DELETE, path, delete(handler), operation)
    }

    /// Adds a path whose handler is routed already, such as one with a body limit of its own.
    pub fn add(
        mut self,
        method: Method,
        path: impl Into<Cow<'static, str>>,
        handler: MethodRouter<Surface>,
        operation: Operation,
    ) -> Self {
        self.list.push(Endpoint { method, path: path.into(), handler, operation });
        self
    }
}

/// The routes of all endpoints, below `/v1`.
pub fn router(endpoints: Vec<Endpoints>) -> Router<Surface> {
    let all = endpoints.into_iter().flat_map(|resource| resource.list);
    all.fold(Router::new(), |router, endpoint| {
        router.route(&format!("/v1{}", endpoint.path), endpoint.handler)
    })
}
