//! The one HTTP client of the tests.

use std::time::Duration;

use reqwest::{Client, Method, Response};
use serde_json::Value;

/// The other end is gone: refused, reset, or silent for too long.
#[derive(Debug)]
pub(crate) struct Gone(#[expect(dead_code, reason = "shown when a test fails")] String);

impl Gone {
    pub(crate) fn new(why: &str) -> Self {
        Self(why.to_owned())
    }
}

impl From<reqwest::Error> for Gone {
    fn from(error: reqwest::Error) -> Self {
        Self(format!("{error:?}"))
    }
}

/// A client for one test; trusts that certificate (PEM) and no other when one is given.
pub(crate) fn client(certificate: Option<&[u8]>) -> Client {
    #[expect(clippy::disallowed_methods, reason = "a customer's client, not the server's own")]
    let builder = Client::builder().no_proxy().timeout(Duration::from_secs(30));
    let builder = match certificate {
        Some(pem) => builder.tls_certs_only([reqwest::Certificate::from_pem(pem).unwrap()]),
        None => builder,
    };
    builder.build().unwrap()
}

/// A base address, and who calls it.
#[derive(Clone, Debug)]
pub(crate) struct Api {
    client: Client,
    base: String,
    credentials: Credentials,
    /// Goes with every request as its idempotency key.
    key: Option<String>,
}

#[derive(Clone, Debug)]
enum Credentials {
    None,
    Basic(String, String),
    Bearer(String),
}

impl Api {
    pub(crate) fn new(client: &Client, base: &str) -> Self {
        Self { client: client.clone(), base: base.to_owned(), credentials: Credentials::None, key: None }
    }

    pub(crate) fn basic(&self, key: &str, secret: &str) -> Self {
        Self { credentials: Credentials::Basic(key.to_owned(), secret.to_owned()), ..self.clone() }
    }

    pub(crate) fn bearer(&self, token: &str) -> Self {
        Self { credentials: Credentials::Bearer(token.to_owned()), ..self.clone() }
    }

    pub(crate) fn with_key(&self, key: &str) -> Self {
        Self { key: Some(key.to_owned()), ..self.clone() }
    }

    /// Sends a request and leaves the body of the answer to the caller.
    pub(crate) async fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Response, Gone> {
        let request = self.client.request(method, format!("{}{path}", self.base));
        let request = match &self.credentials {
            Credentials::None => request,
            Credentials::Basic(key, secret) => request.basic_auth(key, Some(secret)),
            Credentials::Bearer(token) => request.bearer_auth(token),
        };
        let request = match &self.key {
            None => request,
            Some(key) => request.header("idempotency-key", key),
        };
        Ok(body.map_or(request.try_clone().unwrap(), |body| request.json(body)).send().await?)
    }

    async fn call(&self, method: Method, path: &str, body: Option<&Value>) -> Result<Answer, Gone> {
        let response = self.send(method, path, body).await?;
        let status = response.status().as_u16();
        Ok(Answer { status, text: response.text().await? })
    }

    pub(crate) async fn get(&self, path: &str) -> Result<Answer, Gone> {
        self.call(Method::GET, path, None).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Result<Answer, Gone> {
        self.call(Method::POST, path, Some(body)).await
    }

    pub(crate) async fn patch(&self, path: &str, body: &Value) -> Result<Answer, Gone> {
        self.call(Method::PATCH, path, Some(body)).await
    }

    pub(crate) async fn post_empty(&self, path: &str) -> Result<Answer, Gone> {
        self.call(Method::POST, path, None).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Result<Answer, Gone> {
        self.call(Method::DELETE, path, None).await
    }

    /// The `data` of what is there.
    pub(crate) async fn data(&self, path: &str) -> Value {
        self.get(path).await.unwrap().data(200)
    }

    /// The ids of what a list has, page by page.
    pub(crate) async fn items(&self, list: &str) -> Vec<Value> {
        let mut page = self.data(&format!("{list}?size=150")).await;
        let mut items = Vec::new();
        loop {
            items.extend(page["items"].as_array().unwrap().iter().cloned());
            let Some(cursor) = page["nextCursor"].as_str() else { return items };
            page = self.data(&format!("{list}?cursor={cursor}")).await;
        }
    }
}

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The `data` of an answer of that status.
    #[track_caller]
    pub(crate) fn data(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{self:?}");
        self.json()["data"].take()
    }
}
