//! The client itself.

use std::{collections::BTreeMap, error::Error as StdError, fmt, io, net::IpAddr, sync::Arc, time::Duration};

use bytes::{Bytes, BytesMut};
use reqwest::header::{HeaderName, HeaderValue};

use crate::{
    address,
    config::HttpClientConfig,
    error::HttpError,
    message::{HttpBeginning, HttpRequest, HttpResponse, Method},
    resolver::{GuardedResolver, NotFound, RefusedNetwork},
};

/// How long a look-up may take that only warns early.
const LOOK_UP: Duration = Duration::from_secs(2);
/// How long the beginning of a body is waited for that nobody needs.
const BODY: Duration = Duration::from_secs(1);
const POOL_IDLE: Duration = Duration::from_secs(30);
/// As many as deliveries go to one webhook at the same time, so that each finds a connection.
const POOL_IDLE_PER_HOST: usize = 16;

/// Sees what is sent, for those who record it.
pub trait Observer: fmt::Debug + Send + Sync {
    /// A request is about to be sent. What comes back is told the answer's status, or `None` when there was no answer; it is
    /// told nothing when whoever sent the request waited no longer.
    fn sending(&self, request: &HttpRequest) -> Box<dyn FnOnce(Option<u16>) + Send>;
}

/// Talks HTTP to foreign servers, within bounds. Cheap to clone; clones share their connections.
#[derive(Clone, Debug)]
pub struct HttpClient {
    inner: reqwest::Client,
    config: Arc<HttpClientConfig>,
    observer: Option<Arc<dyn Observer>>,
}

impl HttpClient {
    /// A client with those bounds.
    ///
    /// # Errors
    ///
    /// [`HttpError::Setup`] when TLS cannot be set up at all.
    pub fn new(config: HttpClientConfig) -> Result<Self, HttpError> {
        let inner = builder(&config).build().or_else(|error| {
            // A minimal container can lack certificate authorities. Plain HTTP must work there all the same, and
            // HTTPS then fails with a message of its own rather than keep the server from starting.
            tracing::warn!(%error, "no certificate authorities found: calls to https addresses will fail");
            builder(&config).tls_certs_only([]).build().map_err(|error| HttpError::Setup(error.to_string()))
        })?;
        Ok(Self { inner, config: Arc::new(config), observer: None })
    }

    /// The same client, seen by that observer.
    #[must_use]
    pub fn observed_by(self, observer: Arc<dyn Observer>) -> Self {
        Self { observer: Some(observer), ..self }
    }

    /// `GET url`.
    pub async fn get(&self, url: &str, headers: &[(&'static str, &str)]) -> Result<HttpResponse, HttpError> {
        self.request(with_headers(HttpRequest::new(Method::Get, url), headers)).await
    }

    /// `POST url` with that body, byte for byte.
    pub async fn post(
        &self,
        url: &str,
        headers: &[(&'static str, &str)],
        body: impl Into<Bytes>,
    ) -> Result<HttpResponse, HttpError> {
        self.request(with_headers(HttpRequest::new(Method::Post, url), headers).body(body)).await
    }

    /// Sends a request and reads the whole answer. Every status is an answer; only its absence is an error.
    pub async fn request(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        self.within_time(async {
            let response = self.send(request).await?;
            let (status, headers) = (response.status().as_u16(), kept_headers(&response));
            let body = self.read(response).await?;
            Ok(HttpResponse { status, headers, body })
        })
        .await
    }

    /// Sends a request to whoever is asked for no more than a status: of the answer's body only what comes at once is read, up
    /// to so many bytes. How long the body takes, how large it is and whether it ends at all does not matter.
    pub async fn begin(&self, request: HttpRequest, most: usize) -> Result<HttpBeginning, HttpError> {
        self.within_time(async {
            let mut response = self.send(request).await?;
            let (status, headers) = (response.status().as_u16(), kept_headers(&response));
            let mut body = BytesMut::new();
            let whole = tokio::time::timeout(BODY, async {
                while body.len() <= most {
                    match response.chunk().await {
                        Ok(Some(chunk)) => body.extend_from_slice(&chunk[..chunk.len().min(most + 1)]),
                        Ok(None) => return true,
                        Err(_) => return false,
                    }
                }
                false
            });
            let whole = whole.await.unwrap_or(false);
            body.truncate(most);
            Ok(HttpBeginning { status, headers, body: body.freeze(), whole })
        })
        .await
    }

    async fn within_time<T>(
        &self,
        exchange: impl Future<Output = Result<T, HttpError>>,
    ) -> Result<T, HttpError> {
        tokio::time::timeout(self.config.timeout(), exchange)
            .await
            .unwrap_or(Err(HttpError::TimedOut { after_ms: self.config.timeout_ms }))
    }

    async fn send(&self, request: HttpRequest) -> Result<reqwest::Response, HttpError> {
        let observed = self.observer.as_ref().map(|observer| observer.sending(&request));
        let request = self.prepare(request)?;
        let method = request.method().as_str().to_owned();
        let host = request.url().host_str().unwrap_or_default().to_owned();
        let answer = self.inner.execute(request).await;
        if let Some(observed) = observed {
            observed(answer.as_ref().ok().map(|answer| answer.status().as_u16()));
        }
        match answer {
            Ok(response) => {
                tracing::debug!(method, host, status = response.status().as_u16(), "outbound request");
                Ok(response)
            }
            Err(error) => {
                let error = self.explain(&error);
                tracing::debug!(method, host, %error, "outbound request failed");
                Err(error)
            }
        }
    }

    /// Whether an address can be called, as far as can be told before: it is well-formed, and its host's name leads not only
    /// to networks that are not called. A name that nobody knows passes: it may be made known later, and what it leads to is
    /// judged again at each call.
    pub async fn check_destination(&self, url: &str) -> Result<(), HttpError> {
        let url = self.parse(url)?;
        if self.config.allow_private_networks {
            return Ok(());
        }
        let guard = GuardedResolver { allow_private_networks: false };
        let found = tokio::time::timeout(LOOK_UP, guard.look_up(url.host_str().unwrap_or_default())).await;
        match found.ok().and_then(Result::err).as_ref().and_then(|error| error.downcast_ref()) {
            Some(RefusedNetwork(kind)) => Err(HttpError::RefusedAddress(*kind)),
            None => Ok(()),
        }
    }

    /// How long a whole exchange may take.
    #[must_use]
    pub fn longest(&self) -> Duration {
        self.config.timeout()
    }

    /// Whether addresses in private networks may be called.
    #[must_use]
    pub fn allows_private_networks(&self) -> bool {
        self.config.allow_private_networks
    }

    fn parse(&self, url: &str) -> Result<reqwest::Url, HttpError> {
        let url =
            reqwest::Url::parse(url).map_err(|_| HttpError::InvalidUrl("it cannot be read as an address"))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(HttpError::InvalidUrl("it must start with http:// or https://"));
        }
        // Whoever calls as somebody says so in a header, which is not shown; addresses are.
        if !url.username().is_empty() || url.password().is_some() {
            return Err(HttpError::InvalidUrl("it must not have a user name or a password in it"));
        }
        self.check_literal(&url)?;
        Ok(url)
    }

    fn prepare(&self, request: HttpRequest) -> Result<reqwest::Request, HttpError> {
        let url = self.parse(&request.url)?;
        let method = match request.method {
            Method::Get => reqwest::Method::GET,
            Method::Post => reqwest::Method::POST,
            Method::Put => reqwest::Method::PUT,
            Method::Delete => reqwest::Method::DELETE,
        };
        let mut prepared = reqwest::Request::new(method, url);
        for (name, value) in request.headers {
            let header =
                HeaderName::try_from(name).map_err(|_| HttpError::InvalidHeader("its name is not valid"))?;
            let mut value = HeaderValue::try_from(value)
                .map_err(|_| HttpError::InvalidHeader("its value has characters that cannot be sent"))?;
            value.set_sensitive(true);
            prepared.headers_mut().append(header, value);
        }
        if !request.body.is_empty() || request.method == Method::Post {
            *prepared.body_mut() = Some(request.body.into());
        }
        Ok(prepared)
    }

    /// A host written as a number is connected to without asking the resolver, so it is judged here. The URL parser
    /// has already turned `0x7f.1` and its like into plain numbers.
    fn check_literal(&self, url: &reqwest::Url) -> Result<(), HttpError> {
        let host = url.host_str().unwrap_or_default();
        let literal = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
        match literal.ok().and_then(address::refused) {
            Some(kind) if !self.config.allow_private_networks => Err(HttpError::RefusedAddress(kind)),
            _ => Ok(()),
        }
    }

    async fn read(&self, mut response: reqwest::Response) -> Result<Bytes, HttpError> {
        let limit_bytes = self.config.max_response_bytes;
        let mut body = BytesMut::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| self.explain(&error))? {
            if body.len() + chunk.len() > limit_bytes {
                return Err(HttpError::TooLarge { limit_bytes });
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body.freeze())
    }

    /// Finds the cause in the chain of errors. Nothing of the chain's own texts is passed on: they hold URLs.
    fn explain(&self, error: &reqwest::Error) -> HttpError {
        if error.is_timeout() {
            return HttpError::TimedOut { after_ms: self.config.connect_timeout_ms };
        }
        let mut cause: Option<&(dyn StdError + 'static)> = Some(error);
        while let Some(error) = cause {
            if let Some(RefusedNetwork(kind)) = error.downcast_ref() {
                return HttpError::RefusedAddress(*kind);
            }
            if error.is::<NotFound>() {
                return HttpError::UnknownHost;
            }
            if let Some(error) = error.downcast_ref::<rustls::Error>() {
                return HttpError::Tls(error.to_string());
            }
            if error
                .downcast_ref::<hyper::Error>()
                .is_some_and(|error| error.is_parse() || error.is_parse_too_large())
            {
                return HttpError::NotHttp;
            }
            cause = match error.downcast_ref::<io::Error>() {
                // `source` of an I/O error skips the error it wraps.
                Some(outer) => match outer.get_ref() {
                    Some(inner) => Some(inner),
                    None => return explain_io(outer),
                },
                None => error.source(),
            };
        }
        HttpError::Closed
    }
}

fn kept_headers(response: &reqwest::Response) -> BTreeMap<&'static str, String> {
    HttpResponse::KEPT_HEADERS
        .into_iter()
        .filter_map(|name| Some((name, response.headers().get(name)?.to_str().ok()?.to_owned())))
        .collect()
}

fn explain_io(error: &io::Error) -> HttpError {
    match error.kind() {
        io::ErrorKind::ConnectionRefused => HttpError::RefusedConnection,
        io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable => HttpError::Unreachable,
        _ => HttpError::Closed,
    }
}

fn with_headers(request: HttpRequest, headers: &[(&'static str, &str)]) -> HttpRequest {
    headers.iter().fold(request, |request, (name, value)| request.header(name, *value))
}

#[expect(clippy::disallowed_methods, reason = "the one place that makes an HTTP client")]
fn builder(config: &HttpClientConfig) -> reqwest::ClientBuilder {
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .no_proxy()
        .connect_timeout(config.connect_timeout())
        .pool_idle_timeout(POOL_IDLE)
        .pool_max_idle_per_host(POOL_IDLE_PER_HOST)
        .dns_resolver(Arc::new(GuardedResolver { allow_private_networks: config.allow_private_networks }))
}
