//! The public API, called as any customer would: over HTTP, with a key.

use std::fmt::Write as _;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use sahod_model::{ExposeSecret, SecretString};
use sahod_outbound::{HttpClient, HttpError, HttpRequest, Method};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, value::RawValue};

use crate::{config::DemoConfig, error::Problem};

const USER_AGENT: &str = concat!("Sahod-Demo/", env!("CARGO_PKG_VERSION"));

/// A customer's view of the API.
pub(crate) struct OpenApi {
    client: HttpClient,
    base_url: String,
    authorization: SecretString,
}

/// What the API answered.
pub(crate) struct ApiAnswer {
    pub(crate) status: u16,
    /// The body as it came, digit for digit; a JSON text when the answer was no JSON.
    pub(crate) body: Box<RawValue>,
}

/// The members of the envelope that are needed here.
#[derive(Deserialize)]
struct Envelope<T> {
    #[serde(default = "no_message")]
    message: String,
    data: Option<T>,
}

fn no_message() -> String {
    "no message".to_owned()
}

impl OpenApi {
    pub(crate) fn new(client: HttpClient, config: &DemoConfig) -> Self {
        let pair = format!("{}:{}", config.api_key, config.api_secret.expose_secret());
        let authorization = format!("Basic {}", STANDARD.encode(pair)).into();
        Self { client, base_url: config.open_api_url.clone(), authorization }
    }

    /// The full address of a path that starts with a slash.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base_url)
    }

    pub(crate) async fn call(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<ApiAnswer, HttpError> {
        let mut request = HttpRequest::new(method, self.url(path))
            .header("Authorization", self.authorization.expose_secret())
            .header("Accept", "application/json")
            .header("User-Agent", USER_AGENT);
        if let Some(body) = body {
            request = request.header("Content-Type", "application/json").body(body.to_string());
        }
        let response = self.client.request(request).await?;
        let text = String::from_utf8_lossy(&response.body);
        let body = serde_json::from_str(&text)
            .or_else(|_| serde_json::value::to_raw_value(&text))
            .map_err(|_| HttpError::NotHttp)?;
        Ok(ApiAnswer { status: response.status, body })
    }
}

impl ApiAnswer {
    pub(crate) const fn is_success(&self) -> bool {
        matches!(self.status, 200..=299)
    }

    /// The `data` of a success; otherwise what to tell the visitor.
    pub(crate) fn data<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        match self.status {
            200..=299 => serde_json::from_str::<Envelope<T>>(self.body.get())
                .ok()
                .and_then(|envelope| envelope.data)
                .ok_or_else(|| self.refusal("an answer of a shape that was not expected".to_owned())),
            429 => Err(Problem::RateLimited),
            _ => Err(self.refusal(self.message())),
        }
    }

    /// The `message` of the envelope.
    pub(crate) fn message(&self) -> String {
        serde_json::from_str::<Envelope<Value>>(self.body.get())
            .map_or_else(|_| no_message(), |envelope| envelope.message)
    }

    fn refusal(&self, message: String) -> Problem {
        Problem::Refused { status: self.status, message }
    }
}

/// A path with a query. Everything but letters, digits and `-._~` is percent-encoded (RFC 3986).
pub(crate) fn with_query(path: &str, query: &[(&str, Option<&str>)]) -> String {
    let mut url = path.to_owned();
    let mut separator = '?';
    for (name, value) in query {
        let Some(value) = value else { continue };
        url.push(separator);
        url.push_str(name);
        url.push('=');
        for byte in value.bytes() {
            if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
                url.push(char::from(byte));
            } else {
                // Writing to a text cannot fail.
                let _ = write!(url, "%{byte:02X}");
            }
        }
        separator = '&';
    }
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_cannot_add_to_the_query() {
        let query = [("userId", Some("a&b=c/../é")), ("size", None), ("cursor", Some("x+y=="))];
        assert_eq!(
            with_query("/identities", &query),
            "/identities?userId=a%26b%3Dc%2F..%2F%C3%A9&cursor=x%2By%3D%3D"
        );
        assert_eq!(with_query("/users", &[]), "/users");
    }
}
