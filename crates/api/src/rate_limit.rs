//! The rate limit of the Open API: so many requests per second and client address, over all its endpoints.

use std::{
    net::{IpAddr, SocketAddr},
    num::NonZeroU32,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};

use axum::{
    extract::{ConnectInfo, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use governor::{
    Quota, RateLimiter,
    clock::{Clock as _, DefaultClock},
    middleware::StateInformationMiddleware,
    state::keyed::DashMapStateStore,
};

use crate::error::{ApiError, Code};

/// Addresses are forgotten again after so many requests, so that memory stays bounded by the recent traffic.
const SWEEP_EVERY: u32 = 10_000;

/// What the operator decides about the rate limit.
#[derive(Clone, Copy, Debug)]
pub struct RateLimitConfig {
    /// Requests per second and client address.
    pub per_second: NonZeroU32,
    /// How many may come at once.
    pub burst: NonZeroU32,
    /// How many proxies of the operator's own stand before the server. Each adds one address to `X-Forwarded-For`;
    /// with 0 the header is not looked at.
    pub trusted_proxies: usize,
}

type Buckets = RateLimiter<IpAddr, DashMapStateStore<IpAddr>, DefaultClock, StateInformationMiddleware>;

/// Counts requests by client address.
#[derive(Clone)]
pub struct RateLimit(Arc<Inner>);

struct Inner {
    config: RateLimitConfig,
    buckets: Buckets,
    requests: AtomicU32,
}

impl RateLimit {
    /// A limit with nothing counted yet.
    #[must_use]
    pub fn new(config: RateLimitConfig) -> Self {
        let quota = Quota::per_second(config.per_second).allow_burst(config.burst);
        let buckets = RateLimiter::dashmap(quota).with_middleware::<StateInformationMiddleware>();
        Self(Arc::new(Inner { config, buckets, requests: AtomicU32::new(0) }))
    }

    fn sweep(&self) {
        if self.0.requests.fetch_add(1, Ordering::Relaxed) % SWEEP_EVERY == SWEEP_EVERY - 1 {
            self.0.buckets.retain_recent();
            self.0.buckets.shrink_to_fit();
        }
    }
}

/// Lets a request through, or answers that there were too many.
pub async fn enforce(State(limit): State<RateLimit>, request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
    let Some(address) = client_address(request.headers(), peer, limit.0.config.trusted_proxies) else {
        return ApiError::internal("a request without a peer address").into_response();
    };
    limit.sweep();
    let burst = limit.0.config.burst.get();
    let (mut response, remaining, wait) = match limit.0.buckets.check_key(&address) {
        Ok(state) => {
            let remaining = state.remaining_burst_capacity();
            (next.run(request).await, remaining, 0)
        }
        Err(refused) => {
            let wait = refused.wait_time_from(DefaultClock::default().now()).as_secs() + 1;
            let mut response = ApiError::from(Code::RequestLimitExceeded).into_response();
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait));
            (response, 0, wait)
        }
    };
    let headers = response.headers_mut();
    headers.insert(HeaderName::from_static("ratelimit-limit"), HeaderValue::from(burst));
    headers.insert(HeaderName::from_static("ratelimit-remaining"), HeaderValue::from(remaining));
    headers.insert(HeaderName::from_static("ratelimit-reset"), HeaderValue::from(wait));
    response
}

/// The address of the client: the peer's own, or the one that the outermost trusted proxy saw.
fn client_address(headers: &HeaderMap, peer: Option<IpAddr>, trusted_proxies: usize) -> Option<IpAddr> {
    if trusted_proxies == 0 {
        return peer.map(|address| address.to_canonical());
    }
    // Proxies append, so what the operator's own proxies saw stands last; whatever is before it was the client's word.
    let forwarded: Vec<&str> = headers
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .collect();
    let seen = forwarded.len().checked_sub(trusted_proxies).and_then(|index| forwarded.get(index));
    seen.and_then(|text| text.trim().parse().ok()).or(peer).map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forwarded(value: &str) -> HeaderMap {
        HeaderMap::from_iter([(HeaderName::from_static("x-forwarded-for"), value.parse().unwrap())])
    }

    #[test]
    fn only_what_trusted_proxies_added_is_believed() {
        let peer: IpAddr = "10.0.0.1".parse().unwrap();
        let headers = forwarded("6.6.6.6, 203.0.113.9");
        let address = |trusted| client_address(&headers, Some(peer), trusted).unwrap().to_string();
        assert_eq!(address(0), "10.0.0.1");
        assert_eq!(address(1), "203.0.113.9");
        assert_eq!(address(3), "10.0.0.1");
    }

    #[test]
    fn an_address_is_one_however_it_is_written() {
        let mapped: IpAddr = "::ffff:203.0.113.9".parse().unwrap();
        let address = client_address(&HeaderMap::new(), Some(mapped), 0).unwrap();
        assert_eq!(address.to_string(), "203.0.113.9");
    }
}
