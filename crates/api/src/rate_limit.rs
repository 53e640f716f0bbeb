//! The rate limit of the Open API: so many requests per second and client address, over all its endpoints.

#[cfg(test)]
mod tests;

use std::{
    hash::{BuildHasher as _, RandomState},
    net::{IpAddr, Ipv6Addr, SocketAddr},
    num::NonZeroU32,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    time::Duration,
};

use axum::{
    extract::{ConnectInfo, Request, State},
    http::{HeaderName, HeaderValue, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use governor::{
    Quota, RateLimiter,
    clock::{Clock, DefaultClock},
    middleware::StateInformationMiddleware,
    state::keyed::DashMapStateStore,
};

use crate::{
    client_address::client_address,
    error::{ApiError, Code},
};

/// Addresses whose bucket is full again are forgotten after so many requests.
const SWEEP_EVERY: u32 = 10_000;
/// How many addresses have a bucket of their own. While more than that are at it, in a flood, all share buckets by chance.
const MAX_ADDRESSES: usize = 100_000;

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

type Buckets<C> = RateLimiter<IpAddr, DashMapStateStore<IpAddr>, C, StateInformationMiddleware>;

/// Counts requests by client address, by a clock that never goes back.
pub struct RateLimit<C: Clock = DefaultClock>(Arc<Inner<C>>);

struct Inner<C: Clock> {
    config: RateLimitConfig,
    clock: C,
    buckets: Buckets<C>,
    max_addresses: usize,
    requests: AtomicU32,
    flooded: AtomicBool,
    /// Which addresses share a bucket in a flood; not to be known to whoever floods.
    hasher: RandomState,
}

impl<C: Clock> Clone for RateLimit<C> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl RateLimit {
    /// A limit with nothing counted yet.
    #[must_use]
    pub fn new(config: RateLimitConfig) -> Self {
        Self::with_clock(config, DefaultClock::default(), MAX_ADDRESSES)
    }
}

impl<C: Clock + Clone> RateLimit<C> {
    fn with_clock(config: RateLimitConfig, clock: C, max_addresses: usize) -> Self {
        let quota = Quota::per_second(config.per_second).allow_burst(config.burst);
        let buckets = Buckets::new(quota, DashMapStateStore::default(), clock.clone());
        Self(Arc::new(Inner {
            config,
            clock,
            buckets,
            max_addresses,
            requests: AtomicU32::new(0),
            flooded: AtomicBool::new(false),
            hasher: RandomState::new(),
        }))
    }

    /// Counts a request: how many more may come at once, or how long to wait for the next.
    fn count(&self, address: IpAddr) -> Result<u32, Duration> {
        let inner = &*self.0;
        if inner.requests.fetch_add(1, Ordering::Relaxed) % SWEEP_EVERY == SWEEP_EVERY - 1 {
            self.sweep();
        }
        let key = if inner.flooded.load(Ordering::Relaxed) { inner.shared(address) } else { address };
        match inner.buckets.check_key(&key) {
            Ok(state) => Ok(state.remaining_burst_capacity()),
            Err(refused) => Err(refused.wait_time_from(inner.clock.now())),
        }
    }

    /// Forgets full buckets. So memory is bounded: by `max_addresses`, the requests between two sweeps, and the buckets
    /// that can be shared.
    fn sweep(&self) {
        let inner = &*self.0;
        inner.buckets.retain_recent();
        inner.buckets.shrink_to_fit();
        let flooded = inner.buckets.len() > inner.max_addresses;
        if inner.flooded.swap(flooded, Ordering::Relaxed) != flooded {
            tracing::warn!(flooded, "more addresses than are counted one by one");
        }
    }

    /// Whole seconds until the full burst may come again, when `remaining` may come now.
    fn reset_after(&self, remaining: u32) -> u32 {
        let used = self.0.config.burst.get().saturating_sub(remaining);
        used.div_ceil(self.0.config.per_second.get())
    }
}

impl<C: Clock> Inner<C> {
    /// One of 65,536 buckets, under an address that nobody has (RFC 6666).
    fn shared(&self, address: IpAddr) -> IpAddr {
        let bucket = self.hasher.hash_one(address) & 0xffff;
        IpAddr::V6(Ipv6Addr::from_bits((0x0100 << 112) | u128::from(bucket)))
    }
}

/// Lets a request through, or answers that there were too many.
pub async fn enforce<C>(State(limit): State<RateLimit<C>>, request: Request, next: Next) -> Response
where
    C: Clock + Clone + Send + Sync + 'static,
    C::Instant: Send + Sync,
{
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
    let Some(address) = client_address(request.headers(), peer, limit.0.config.trusted_proxies) else {
        return ApiError::internal("a request without a peer address").into_response();
    };
    let (mut response, remaining) = match limit.count(address) {
        Ok(remaining) => (next.run(request).await, remaining),
        Err(wait) => {
            let mut response = ApiError::from(Code::RequestLimitExceeded).into_response();
            let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds.max(1)));
            (response, 0)
        }
    };
    let headers = response.headers_mut();
    let mut tell = |name, value| headers.insert(HeaderName::from_static(name), HeaderValue::from(value));
    tell("ratelimit-limit", limit.0.config.burst.get());
    tell("ratelimit-remaining", remaining);
    tell("ratelimit-reset", limit.reset_after(remaining));
    response
}
