//! A running server's public API, for the developer's commands.

use std::time::Duration;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use clap::Args;
use sahod_model::{ExposeSecret as _, SecretString, WebhookSecret};
use sahod_outbound::{HttpClient, HttpClientConfig, HttpRequest, Method};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::value::RawValue;
use tokio::time::sleep;

use crate::failure::Failure;

/// Answers may be long, and a request may wait for an event.
const LONGEST_ANSWER_BYTES: usize = 64 * 1024 * 1024;
const TIMEOUT: Duration = Duration::from_secs(40);
/// Who asks too often waits for a second, so many times at most.
const TOO_MANY: u16 = 429;
const TRIES: u32 = 20;

/// Which server, and as whom.
#[derive(Debug, Args)]
pub(crate) struct ServerArguments {
    /// The Open API of the mode.
    #[arg(long, value_name = "URL", default_value = "http://localhost:8080/sandbox/v1")]
    api: String,
    /// An API key of that mode.
    #[arg(long, env = "SAHOD_KEY")]
    key: String,
    /// Its secret.
    #[arg(long, env = "SAHOD_SECRET", hide_env_values = true)]
    secret: SecretText,
}

/// A text that does not show.
#[derive(Clone, Debug)]
pub(crate) struct SecretText(pub(crate) SecretString);

impl SecretText {
    /// The same as a secret of a webhook. What is wrong with it is told without showing it.
    pub(crate) fn for_webhooks(self) -> Result<SecretString, Failure> {
        let secret = WebhookSecret::new(self.0.expose_secret());
        Ok(secret.map_err(|error| format!("--signed-with: the secret {error}"))?.into_inner())
    }
}

impl From<String> for SecretText {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

/// A caller of an API.
pub(crate) struct Client {
    http: HttpClient,
    base_url: String,
    authorization: SecretString,
}

#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(default)]
    message: String,
    #[serde(borrow)]
    data: Option<&'a RawValue>,
}

impl ServerArguments {
    pub(crate) fn client(&self) -> Result<Client, Failure> {
        let config = HttpClientConfig {
            allow_private_networks: true,
            timeout_ms: u64::try_from(TIMEOUT.as_millis())?,
            max_response_bytes: LONGEST_ANSWER_BYTES,
            ..HttpClientConfig::default()
        };
        let pair = STANDARD.encode(format!("{}:{}", self.key, self.secret.0.expose_secret()));
        Ok(Client {
            http: HttpClient::new(config)?,
            base_url: self.api.trim_end_matches('/').to_owned(),
            authorization: format!("Basic {pair}").into(),
        })
    }
}

impl Client {
    /// Whom to call besides, by the same way.
    pub(crate) const fn http(&self) -> &HttpClient {
        &self.http
    }

    /// The API that widgets call, beside this one.
    pub(crate) fn link_api(&self) -> Result<Self, Failure> {
        let base_url = self.base_url.replacen("sandbox", "link-sandbox", 1);
        if base_url == self.base_url {
            return Err(format!("{} is not the Open API of a sandbox", self.base_url).into());
        }
        Ok(Self { http: self.http.clone(), base_url, authorization: String::new().into() })
    }

    /// The same API with a token.
    pub(crate) fn bearer(&self, token: &str) -> Self {
        let authorization = format!("Bearer {token}").into();
        Self { http: self.http.clone(), base_url: self.base_url.clone(), authorization }
    }

    /// The `data` of an answer.
    pub(crate) async fn call<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: Option<&serde_json::Value>,
    ) -> Result<T, Failure> {
        let mut request = HttpRequest::new(method, format!("{}{path}", self.base_url))
            .header("Authorization", self.authorization.expose_secret());
        if let Some(body) = body {
            request = request.header("Content-Type", "application/json").body(body.to_string());
        }
        let called = format!("{} {}{path}", method.as_str(), self.base_url);
        let mut tries = 0;
        let answer = loop {
            tries += 1;
            let answer = self.http.request(request.clone()).await;
            let answer = answer.map_err(|error| format!("{called}: {error}"))?;
            if answer.status != TOO_MANY || tries == TRIES {
                break answer;
            }
            sleep(Duration::from_secs(1)).await;
        };
        let envelope: Envelope<'_> = serde_json::from_slice(&answer.body)
            .map_err(|_| format!("{called}: answered {}, and not as Sahod does", answer.status))?;
        if !answer.is_success() {
            let details = envelope.data.map(|data| format!(" {}", data.get())).unwrap_or_default();
            return Err(format!("{called}: answered {}: {}{details}", answer.status, envelope.message).into());
        }
        let data = envelope.data.map_or("null", RawValue::get);
        serde_json::from_str(data).map_err(|error| format!("{called}: {error}").into())
    }

    /// The `data` of what is at a path.
    pub(crate) async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, Failure> {
        self.call(Method::Get, path, None).await
    }
}
