//! Everybody who is connected: how many may be, and how many from one address.

use std::{
    io,
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use sahod_api::{Capacity, Crowd, Place, counted_address};
use tokio::time::Instant;

use super::{
    activity::Activity, descriptors::within_descriptors, limits::ConnectionLimits, proxies::Proxies,
};

/// What goes wrong again and again is logged once in this time, with how often it did.
const LOG_EVERY: Duration = Duration::from_secs(10);

/// All of them. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Connections {
    limits: ConnectionLimits,
    proxies: Arc<Proxies>,
    crowd: Crowd<Activity>,
    unlogged: Arc<Mutex<Unlogged>>,
}

/// What was not logged yet.
struct Unlogged {
    times: u64,
    next: Instant,
}

/// What one connection has for as long as it lives.
pub(super) struct Seat {
    pub(super) activity: Arc<Activity>,
    pub(super) limits: ConnectionLimits,
    connections: Connections,
    _place: Place<Activity>,
}

impl Seat {
    /// Waits until it has to give way to somebody else.
    pub(super) async fn gives_way(&self) {
        self.activity.gives_way().await;
        self.connections.log(|times| {
            tracing::warn!(
                times,
                "there are too many connections: some on which nothing happened were closed"
            );
        });
    }
}

impl Connections {
    /// Nobody yet. However many are wanted, descriptors are left for everything else.
    pub(crate) fn new(wanted: ConnectionLimits, proxies: Proxies) -> Self {
        let in_all = within_descriptors(wanted.in_all);
        if in_all < wanted.in_all {
            tracing::warn!(
                wanted = wanted.in_all,
                connections = in_all,
                "the limit of open files allows fewer connections than server.max_connections"
            );
        }
        let limits = ConnectionLimits { in_all, ..wanted };
        Self {
            limits,
            proxies: Arc::new(proxies),
            crowd: Crowd::new(Capacity { in_all, of_one: limits.of_one }),
            unlogged: Arc::new(Mutex::new(Unlogged { times: 0, next: Instant::now() })),
        }
    }

    /// Lets a connection in, or not, when all others from its address, or all in all, are at work.
    pub(super) fn admit(&self, peer: IpAddr) -> Option<Seat> {
        let activity = Arc::new(Activity::new(self.limits));
        let address = (!self.proxies.has(peer)).then(|| counted_address(peer));
        let Ok(place) = self.crowd.join(address, &activity, 1) else {
            self.log(|times| tracing::warn!(times, "there are too many connections: some were refused"));
            return None;
        };
        Some(Seat { activity, limits: self.limits, connections: self.clone(), _place: place })
    }

    /// Notes that nobody could be let in at all.
    pub(super) fn not_accepted(&self, error: &io::Error) {
        self.log(|times| tracing::error!(%error, times, "no connection could be accepted"));
    }

    fn log(&self, line: impl FnOnce(u64)) {
        let mut unlogged = self.unlogged.lock().unwrap_or_else(PoisonError::into_inner);
        unlogged.times += 1;
        if unlogged.next <= Instant::now() {
            line(unlogged.times);
            *unlogged = Unlogged { times: 0, next: Instant::now() + LOG_EVERY };
        }
    }
}
