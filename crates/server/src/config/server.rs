//! What an operator decides about the server itself.

use serde::{Deserialize, Serialize};

/// Where the server listens, where the outside finds it, and what strangers may take of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Server {
    /// Address and port.
    pub(crate) listen: String,
    /// The address that the outside uses, such as `https://sahod.example.com`. Empty: worked out from `listen`.
    pub(crate) public_url: String,
    /// `example.com` when surfaces are hosts (`sandbox.example.com`). Empty: surfaces are the first part of the path.
    pub(crate) base_domain: String,
    /// For how many seconds browsers that came encrypted are to come back only so; 0: they are not told.
    pub(crate) hsts_s: u64,
    /// The longest time that an answer may take, without the time in which the client's own bytes were waited for.
    pub(crate) timeout_ms: u64,
    /// How many requests are worked on at the same time; more are answered with 503.
    pub(crate) max_requests: usize,
    /// How many of them may be from one client address; more are answered with 429.
    pub(crate) max_requests_per_address: usize,
    /// How many connections there may be, as far as the limit of open files allows. When there are more, those that do nothing
    /// are closed.
    pub(crate) max_connections: usize,
    /// How many of them may be from one address.
    pub(crate) max_connections_per_address: usize,
    /// How long a connection is kept for its next request: longer than a balancer before the server keeps it.
    pub(crate) keep_alive_ms: u64,
    /// How long a client may take for the beginning of an encrypted connection, and for a request's head.
    pub(crate) head_timeout_ms: u64,
    /// A body that is on its way ends within this time, or brings what `body_bytes_per_second` asks for; then it has as long
    /// again.
    pub(crate) body_window_ms: u64,
    /// The least that a client sends of a body.
    pub(crate) body_bytes_per_second: usize,
    /// How many bytes of bodies that are on their way are kept.
    pub(crate) max_body_bytes: usize,
    /// How many of them from one client address.
    pub(crate) max_body_bytes_per_address: usize,
    /// How long the server goes on as before after SIGTERM, while `/readyz` says already that it stops.
    pub(crate) drain_ms: u64,
    /// How long running requests and jobs may go on after the stop.
    pub(crate) grace_ms: u64,
}

impl Default for Server {
    fn default() -> Self {
        let bodies = sahod_api::BodyLimits::default();
        Self {
            listen: "127.0.0.1:8080".into(),
            public_url: String::new(),
            base_domain: String::new(),
            hsts_s: 365 * 24 * 60 * 60,
            timeout_ms: 30_000,
            max_requests: 1_000,
            max_requests_per_address: 250,
            max_connections: 10_000,
            max_connections_per_address: 500,
            keep_alive_ms: 75_000,
            head_timeout_ms: 15_000,
            body_window_ms: u64::try_from(bodies.window.as_millis()).unwrap_or(u64::MAX),
            body_bytes_per_second: bodies.bytes_per_second,
            max_body_bytes: bodies.capacity.in_all,
            max_body_bytes_per_address: bodies.capacity.of_one,
            drain_ms: 5_000,
            grace_ms: 10_000,
        }
    }
}

impl Server {
    /// Every fault, each with the key that it is about.
    pub(super) fn faults(&self) -> Vec<(&'static str, &'static str)> {
        let mut faults = Vec::new();
        let mut must = |holds: bool, key: &'static str, rule: &'static str| {
            if !holds {
                faults.push((key, rule));
            }
        };
        must(
            self.listen.parse::<std::net::SocketAddr>().is_ok(),
            "listen",
            "must be an address with a port, such as 127.0.0.1:8080",
        );
        let url = &self.public_url;
        must(
            url.is_empty() || url.starts_with("http://") || url.starts_with("https://"),
            "public_url",
            "must begin with http:// or https://",
        );
        must(!url.ends_with('/'), "public_url", "must not end with a slash");
        let domain = &self.base_domain;
        must(
            domain.is_empty() || url.is_empty() || host_of(url).eq_ignore_ascii_case(domain),
            "public_url",
            "must be the address of server.base_domain: surfaces are hosts below that domain",
        );
        for (number, key) in [
            (self.timeout_ms, "timeout_ms"),
            (self.keep_alive_ms, "keep_alive_ms"),
            (self.head_timeout_ms, "head_timeout_ms"),
            (self.body_window_ms, "body_window_ms"),
        ] {
            must(number > 0, key, "must be at least 1");
        }
        for (number, key) in [
            (self.max_requests, "max_requests"),
            (self.max_requests_per_address, "max_requests_per_address"),
            (self.max_connections, "max_connections"),
            (self.max_connections_per_address, "max_connections_per_address"),
        ] {
            must(number > 0, key, "must be at least 1");
        }
        // One request with files has to fit.
        for (number, key) in [
            (self.max_body_bytes, "max_body_bytes"),
            (self.max_body_bytes_per_address, "max_body_bytes_per_address"),
        ] {
            must(number >= 32 * 1024 * 1024, key, "must be at least 33554432, for one request with files");
        }
        faults
    }
}

/// The host of an address, without its port.
fn host_of(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split('/').next().unwrap_or_default();
    match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => authority,
    }
}
