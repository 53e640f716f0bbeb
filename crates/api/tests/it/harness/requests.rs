//! Requests to the surfaces, and their answers. Whatever the test is about, each answer is held against the envelope, each
//! success of the Open API against the contract's schema, and each answer of the Link API against its own document.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::{
    body::Body,
    extract::ConnectInfo,
    http::{HeaderMap, Method, Request, Response, header},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use http_body_util::BodyExt as _;
use sahod_api::Surfaces;
use serde_json::Value;
use tokio::time::timeout;
use tower::ServiceExt as _;

use super::{PATIENCE, contract, described::LINK_API};

/// A caller of one surface.
#[derive(Clone)]
pub(crate) struct Client {
    surfaces: Surfaces,
    surface: &'static str,
    /// Names the surface in place of the path, where surfaces are hosts.
    host: Option<&'static str>,
    authorization: Option<String>,
    address: IpAddr,
}

impl Client {
    /// Somebody unknown at that surface.
    pub(crate) const fn new(surfaces: Surfaces, surface: &'static str) -> Self {
        Self {
            surfaces,
            surface,
            host: None,
            authorization: None,
            address: IpAddr::V4(Ipv4Addr::new(203, 0, 113, 7)),
        }
    }

    pub(crate) fn authorized(&self, header: impl Into<String>) -> Self {
        Self { authorization: Some(header.into()), ..self.clone() }
    }

    pub(crate) fn basic(&self, key: &str, secret: &str) -> Self {
        self.authorized(format!("Basic {}", STANDARD.encode(format!("{key}:{secret}"))))
    }

    pub(crate) fn bearer(&self, token: &str) -> Self {
        self.authorized(format!("Bearer {token}"))
    }

    pub(crate) fn with_address(&self, address: IpAddr) -> Self {
        Self { address, ..self.clone() }
    }

    /// The same caller at a host of its own.
    pub(crate) fn with_host(&self, host: &'static str) -> Self {
        Self { host: Some(host), ..self.clone() }
    }

    /// The same caller at another surface.
    pub(crate) fn at(&self, surface: &'static str) -> Self {
        Self { surface, ..self.clone() }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, &[], Body::empty()).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.send(Method::DELETE, path, &[], Body::empty()).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        self.post_text(path, Some("application/json"), body.to_string()).await
    }

    pub(crate) async fn patch(&self, path: &str, body: &Value) -> Answer {
        let headers = [(header::CONTENT_TYPE, "application/json")];
        self.send(Method::PATCH, path, &headers, body.to_string().into()).await
    }

    pub(crate) async fn put(&self, path: &str, body: &Value) -> Answer {
        let headers = [(header::CONTENT_TYPE, "application/json")];
        self.send(Method::PUT, path, &headers, body.to_string().into()).await
    }

    pub(crate) async fn post_empty(&self, path: &str) -> Answer {
        self.send(Method::POST, path, &[], Body::empty()).await
    }

    pub(crate) async fn post_text(
        &self,
        path: &str,
        content_type: Option<&str>,
        body: impl Into<Body>,
    ) -> Answer {
        let headers: Vec<_> = content_type.map(|value| (header::CONTENT_TYPE, value)).into_iter().collect();
        self.send(Method::POST, path, &headers, body.into()).await
    }

    pub(crate) async fn send(
        &self,
        method: Method,
        path: &str,
        headers: &[(header::HeaderName, &str)],
        body: Body,
    ) -> Answer {
        let response = self.raw(&method, path, headers, body).await;
        let answer = Answer::read(format!("{method} {path}"), response).await;
        answer.check_envelope();
        match self.surface {
            "sandbox" | "open" if answer.status < 300 => {
                contract::check_answer(&method, path, answer.status, &answer.body);
            }
            "link-sandbox" | "link" => LINK_API.check_answer(&method, path, answer.status, &answer.body),
            _ => {}
        }
        answer
    }

    /// The answer as it is: for what has no envelope.
    pub(crate) async fn raw(
        &self,
        method: &Method,
        path: &str,
        headers: &[(header::HeaderName, &str)],
        body: Body,
    ) -> Response<Body> {
        let mut request = Request::builder()
            .method(method)
            .uri(self.host.map_or_else(|| format!("/{}/v1{path}", self.surface), |_| format!("/v1{path}")))
            .header(header::HOST, self.host.unwrap_or("localhost"))
            .extension(ConnectInfo(SocketAddr::new(self.address, 40_000)));
        if let Some(authorization) = &self.authorization {
            request = request.header(header::AUTHORIZATION, authorization);
        }
        for (name, value) in headers {
            request = request.header(name, *value);
        }
        let request = request.body(body).unwrap();
        timeout(PATIENCE, self.surfaces.clone().oneshot(request)).await.unwrap().unwrap()
    }

    /// The `data` of a successful `GET`.
    pub(crate) async fn data(&self, path: &str) -> Value {
        self.get(path).await.data(200)
    }

    /// All items of a list, page by page.
    pub(crate) async fn all(&self, path: &str, size: usize) -> Vec<Value> {
        let (name, _) = path.split_once('?').unwrap_or((path, ""));
        let separator = if path.contains('?') { '&' } else { '?' };
        let mut page = self.data(&format!("{path}{separator}size={size}")).await;
        let mut items = Vec::new();
        loop {
            let found = page["items"].as_array().unwrap();
            assert!(found.len() <= size, "{path}: {} items on a page of {size}", found.len());
            items.extend(found.iter().cloned());
            let Some(cursor) = page["nextCursor"].as_str() else { return items };
            assert_eq!(found.len(), size, "{path}: only the last page may be short");
            page = self.data(&format!("{name}?cursor={cursor}")).await;
        }
    }
}

/// An answer of an API.
#[derive(Debug)]
pub(crate) struct Answer {
    request: String,
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

impl Answer {
    async fn read(request: String, response: Response<Body>) -> Self {
        let (head, body) = response.into_parts();
        let body = timeout(PATIENCE, body.collect()).await.unwrap().unwrap().to_bytes();
        let text = String::from_utf8_lossy(&body);
        let body = serde_json::from_slice(&body)
            .unwrap_or_else(|error| panic!("{request}: {}: {error}: {text}", head.status));
        Self { request, status: head.status.as_u16(), headers: head.headers, body }
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// What holds for every answer of an API.
    fn check_envelope(&self) {
        let Self { request, body, .. } = self;
        let id = body["requestId"].as_str().unwrap_or_else(|| panic!("{request}: no requestId: {body}"));
        assert!(uuid::Uuid::try_parse(id).is_ok_and(|uuid| uuid.to_string() == id), "{request}: {id}");
        assert_eq!(self.header("x-request-id"), Some(id), "{request}");
        assert_eq!(self.header("content-type"), Some("application/json"), "{request}");
        assert_eq!(self.header("cache-control"), Some("no-store"), "{request}");
        let code = body["code"].as_str().unwrap_or_default();
        let message = body["message"].as_str().unwrap_or_default();
        if self.status < 300 {
            assert_eq!((code, message), ("OK", "Success!"), "{request}");
            return;
        }
        let (status, expected) = contract::error(code).unwrap_or_else(|| panic!("{request}: {body}"));
        assert_eq!((self.status, message), (status, expected), "{request}");
        assert!(body["data"].is_object(), "{request}: the data of an error is an object: {body}");
        if code == "INVALID_PARAMETERS" {
            let faults = body["data"]["errors"].as_array().unwrap_or_else(|| panic!("{request}: {body}"));
            let texts = faults.iter().flat_map(|fault| [&fault["parameter"], &fault["detail"]]);
            assert!(!faults.is_empty(), "{request}: {body}");
            assert!(
                texts.clone().count() > 0
                    && texts.into_iter().all(|text| text.as_str().is_some_and(|text| !text.is_empty())),
                "{request}: {body}"
            );
        }
    }

    /// Its `data`, when it has that status.
    #[track_caller]
    pub(crate) fn data(mut self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}: {}", self.request, self.body);
        self.body["data"].take()
    }

    /// That it says no more than that all is well.
    #[track_caller]
    pub(crate) fn done(&self) {
        assert_eq!(self.status, 200, "{}: {}", self.request, self.body);
        assert!(self.body.get("data").is_none(), "{}: {}", self.request, self.body);
    }

    /// That it says no more than that it was taken.
    #[track_caller]
    pub(crate) fn taken(&self) {
        assert_eq!(self.status, 202, "{}: {}", self.request, self.body);
        assert!(self.body.get("data").is_none(), "{}: {}", self.request, self.body);
    }

    /// That it has that error code (and so its status and message).
    #[track_caller]
    pub(crate) fn refused(&self, code: &str) {
        assert_eq!(self.body["code"], code, "{}: {}", self.request, self.body);
    }

    /// That exactly these parameters are named as faulty, in whatever order.
    #[track_caller]
    pub(crate) fn faulty(&self, parameters: &[&str]) {
        self.refused("INVALID_PARAMETERS");
        let mut wanted = parameters.to_vec();
        wanted.sort_unstable();
        assert_eq!(self.faults(), wanted, "{}: {}", self.request, self.body);
    }

    /// The names of the faulty parameters, in order.
    pub(crate) fn faults(&self) -> Vec<&str> {
        let faults = self.body["data"]["errors"].as_array().unwrap();
        let mut names: Vec<&str> = faults.iter().map(|fault| fault["parameter"].as_str().unwrap()).collect();
        names.sort_unstable();
        names
    }
}
