//! Endpoints: each has its handler and its description together.

use std::borrow::Cow;

use axum::{
    Router,
    handler::Handler,
    http::Method,
    routing::{MethodRouter, delete, get, patch, post, put},
};

use super::operation::Operation;
use crate::state::Surface;

/// The endpoints of one resource.
pub struct Endpoints {
    pub(super) tag: &'static str,
    pub(super) about: &'static str,
    pub(super) list: Vec<Endpoint>,
}

pub(super) struct Endpoint {
    pub(super) method: Method,
    /// Below `/v1` or, where the operation says so, the surface's root; with `{id}` for what varies.
    pub(super) path: Cow<'static, str>,
    handler: MethodRouter<Surface>,
    pub(super) operation: Operation,
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

/// The routes of all endpoints.
pub fn router(endpoints: Vec<Endpoints>) -> Router<Surface> {
    let all = endpoints.into_iter().flat_map(|resource| resource.list);
    all.fold(Router::new(), |router, endpoint| {
        let base = if endpoint.operation.at_root { "" } else { "/v1" };
        router.route(&format!("{base}{}", endpoint.path), endpoint.handler)
    })
}
