//! What the config says of strangers, as those take it who hold them to it.

use std::time::Duration;

use sahod_api::{BodyLimits, Capacity, Hosts, PublicUrls, Rate, RateLimitConfig, TurnLimits};

use crate::{
    config::Config,
    listen::{ConnectionLimits, Connections, Proxies},
};

/// Nobody yet, with the config's limits.
pub(crate) fn connections(config: &Config) -> Connections {
    let (server, proxies) = (&config.server, &config.rate_limit);
    let limits = ConnectionLimits {
        in_all: server.max_connections,
        of_one: server.max_connections_per_address,
        head_timeout: Duration::from_millis(server.head_timeout_ms),
        keep_alive: Duration::from_millis(server.keep_alive_ms),
    };
    Connections::new(limits, Proxies::new(proxies.trusted_proxies, &proxies.proxies))
}

/// Only where the outside comes encrypted, and by a certificate that browsers trust: a developer's machine has others, too.
pub(crate) fn encrypted_only(config: &Config, urls: &PublicUrls) -> Option<u64> {
    let tells = config.server.hsts_s > 0 && !config.tls.self_signed;
    (tells && urls.web.starts_with("https://")).then_some(config.server.hsts_s)
}

/// How often one client may ask.
pub(crate) fn rate_limits(config: &Config) -> RateLimitConfig {
    let limits = &config.rate_limit;
    RateLimitConfig {
        open: Rate { per_second: limits.per_second, burst: limits.burst },
        browsers: Rate { per_second: limits.browsers_per_second, burst: limits.browsers_burst },
        forms: Rate { per_second: limits.forms_per_second, burst: limits.forms_burst },
        session_forms: Rate {
            per_second: limits.session_forms_per_second,
            burst: limits.session_forms_burst,
        },
        trusted_proxies: limits.trusted_proxies,
    }
}

/// How much is worked on at the same time.
pub(crate) fn turn_limits(config: &Config) -> TurnLimits {
    let server = &config.server;
    TurnLimits {
        timeout: Duration::from_millis(server.timeout_ms),
        at_once: server.max_requests,
        at_once_of_one: server.max_requests_per_address,
    }
}

/// How bodies are waited for.
pub(crate) fn body_limits(config: &Config) -> BodyLimits {
    let server = &config.server;
    BodyLimits {
        window: Duration::from_millis(server.body_window_ms),
        bytes_per_second: server.body_bytes_per_second,
        capacity: Capacity { in_all: server.max_body_bytes, of_one: server.max_body_bytes_per_address },
    }
}

/// The names of a server on somebody's own machine, beside that machine's.
pub(crate) fn own_hosts(config: &Config) -> Hosts {
    let url = &config.server.public_url;
    let authority = url.split_once("://").map_or("", |(_, rest)| rest).split('/').next().unwrap_or_default();
    let host = authority.rsplit_once(':').map_or(authority, |(host, _)| host);
    let names = [host, &config.server.base_domain];
    Hosts::own(names.into_iter().filter(|name| !name.is_empty()).map(ToOwned::to_owned))
}
