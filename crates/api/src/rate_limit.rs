//! So many requests per second and client address: over all endpoints of the Open API, over everything that browsers open, and
//! over the encrypted forms, each of which costs milliseconds of a processor.

#[cfg(test)]
mod tests;

use std::{
    hash::{BuildHasher as _, RandomState},
    net::IpAddr,
    num::NonZeroU32,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    time::Duration,
};

use axum::{
    extract::{MatchedPath, Request, State},
    http::{HeaderName, HeaderValue, Method, header},
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
    client_address::ClientAddress,
    error::{ApiError, Code},
};

/// Addresses whose bucket is full again are forgotten after so many requests.
const SWEEP_EVERY: u32 = 10_000;
/// How many addresses have a bucket of their own. While more than that are at it, in a flood, all share buckets by chance.
const MAX_ADDRESSES: usize = 100_000;

/// The routes that take an encrypted form.
const FORMS: [&str; 2] = ["/v1/accounts", "/v1/accounts/{id}/answers"];

/// So many in a second.
#[derive(Clone, Copy, Debug)]
pub struct Rate {
    /// How many each second.
    pub per_second: NonZeroU32,
    /// How many may come at once.
    pub burst: NonZeroU32,
}

/// What the operator decides about the rate limits.
#[derive(Clone, Copy, Debug)]
pub struct RateLimitConfig {
    /// Calls of the Open API by one client address.
    pub open: Rate,
    /// Everything else by one client address: what the widget calls, pages and what they load, probes.
    pub browsers: Rate,
    /// Encrypted forms, which are logins and answers, by one client address.
    pub forms: Rate,
    /// The same in one session.
    pub session_forms: Rate,
    /// How many proxies of the operator's own stand before the server. Each adds one address to `X-Forwarded-For`;
    /// with 0 the header is not looked at.
    pub trusted_proxies: usize,
}

/// Whose requests are counted together.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Counted {
    Address(IpAddr),
    /// Those of many, in a flood.
    Shared(u64),
    /// By the hash of its token.
    Session(u64),
}

type Buckets<C> = RateLimiter<Counted, DashMapStateStore<Counted>, C, StateInformationMiddleware>;

/// Counts requests, by a clock that never goes back.
pub struct RateLimit<C: Clock = DefaultClock>(Arc<Inner<C>>);

struct Inner<C: Clock> {
    rate: Rate,
    /// Whether answers say how many are left.
    announced: bool,
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
    /// A limit with nothing counted yet, of which every answer tells.
    #[must_use]
    pub fn announced(rate: Rate) -> Self {
        Self::with_clock(rate, true, DefaultClock::default(), MAX_ADDRESSES)
    }

    /// The same, of which only a refusal tells.
    #[must_use]
    pub fn silent(rate: Rate) -> Self {
        Self::with_clock(rate, false, DefaultClock::default(), MAX_ADDRESSES)
    }
}

impl<C: Clock + Clone> RateLimit<C> {
    fn with_clock(rate: Rate, announced: bool, clock: C, max_addresses: usize) -> Self {
        let quota = Quota::per_second(rate.per_second).allow_burst(rate.burst);
        let buckets = Buckets::new(quota, DashMapStateStore::default(), clock.clone());
        Self(Arc::new(Inner {
            rate,
            announced,
            clock,
            buckets,
            max_addresses,
            requests: AtomicU32::new(0),
            flooded: AtomicBool::new(false),
            hasher: RandomState::new(),
        }))
    }

    /// Counts a request: how many more may come at once, or how long to wait for the next.
    fn count(&self, whose: Counted) -> Result<u32, Duration> {
        let inner = &*self.0;
        if inner.requests.fetch_add(1, Ordering::Relaxed) % SWEEP_EVERY == SWEEP_EVERY - 1 {
            self.sweep();
        }
        let key = if inner.flooded.load(Ordering::Relaxed) { inner.shared(&whose) } else { whose };
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
        let used = self.0.rate.burst.get().saturating_sub(remaining);
        used.div_ceil(self.0.rate.per_second.get())
    }
}

impl<C: Clock> Inner<C> {
    /// One of 65,536 buckets.
    fn shared(&self, whose: &Counted) -> Counted {
        Counted::Shared(self.hasher.hash_one(whose) & 0xffff)
    }
}

/// Lets a request through, or answers that there were too many.
pub async fn enforce<C>(State(limit): State<RateLimit<C>>, request: Request, next: Next) -> Response
where
    C: Clock + Clone + Send + Sync + 'static,
    C::Instant: Send + Sync,
{
    let Some(ClientAddress(address)) = request.extensions().get().copied() else {
        return ApiError::internal("a request without a peer address").into_response();
    };
    let (mut response, remaining) = match limit.count(Counted::Address(address)) {
        Ok(remaining) => (next.run(request).await, remaining),
        Err(wait) => (ApiError::from(Code::RequestLimitExceeded).retry_after(wait).into_response(), 0),
    };
    if !limit.0.announced {
        return response;
    }
    let headers = response.headers_mut();
    let mut tell = |name, value| headers.insert(HeaderName::from_static(name), HeaderValue::from(value));
    tell("ratelimit-limit", limit.0.rate.burst.get());
    tell("ratelimit-remaining", remaining);
    tell("ratelimit-reset", limit.reset_after(remaining));
    response
}

/// How many encrypted forms are opened.
#[derive(Clone)]
pub struct FormLimits {
    of_address: RateLimit,
    of_session: RateLimit,
    hasher: RandomState,
}

impl FormLimits {
    /// Nothing counted yet.
    #[must_use]
    pub fn new(config: &RateLimitConfig) -> Self {
        Self {
            of_address: RateLimit::silent(config.forms),
            of_session: RateLimit::silent(config.session_forms),
            hasher: RandomState::new(),
        }
    }

    fn count(&self, request: &Request) -> Result<(), Duration> {
        if let Some(token) = request.headers().get(header::AUTHORIZATION) {
            self.of_session.count(Counted::Session(self.hasher.hash_one(token.as_bytes())))?;
        }
        if let Some(ClientAddress(address)) = request.extensions().get() {
            self.of_address.count(Counted::Address(*address))?;
        }
        Ok(())
    }
}

/// Lets a request with an encrypted form through, or answers that there were too many. Opening one costs the same whether or not
/// it opens.
pub async fn enforce_forms(State(limits): State<FormLimits>, request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>();
    let has_form =
        *request.method() == Method::POST && route.is_some_and(|route| FORMS.contains(&route.as_str()));
    match if has_form { limits.count(&request) } else { Ok(()) } {
        Ok(()) => next.run(request).await,
        Err(wait) => ApiError::from(Code::RequestLimitExceeded).retry_after(wait).into_response(),
    }
}
