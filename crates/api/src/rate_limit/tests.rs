use std::net::{Ipv6Addr, SocketAddr};

use axum::{Router, body::Body, extract::ConnectInfo, middleware, routing::get};
use governor::clock::FakeRelativeClock;
use tower::ServiceExt as _;

use super::*;
use crate::client_address;

fn limit(per_second: u32, burst: u32) -> (RateLimit<FakeRelativeClock>, FakeRelativeClock) {
    let rate =
        Rate { per_second: NonZeroU32::new(per_second).unwrap(), burst: NonZeroU32::new(burst).unwrap() };
    let clock = FakeRelativeClock::default();
    (RateLimit::with_clock(rate, true, clock.clone(), 1_000), clock)
}

fn router(limit: &RateLimit<FakeRelativeClock>, trusted_proxies: usize) -> Router {
    let enforced = middleware::from_fn_with_state(limit.clone(), enforce::<FakeRelativeClock>);
    let known = middleware::from_fn_with_state(trusted_proxies, client_address::note);
    Router::new().route("/", get(|| async { "fine" })).layer(enforced).layer(known)
}

/// Status, limit, remaining, reset and, after a refusal, when to come back.
async fn ask(router: &Router, peer: &str, forwarded: Option<&str>) -> (u16, [u64; 3], Option<u64>) {
    let peer: IpAddr = peer.parse().unwrap();
    let mut request = Request::builder().uri("/").extension(ConnectInfo(SocketAddr::new(peer, 1)));
    if let Some(forwarded) = forwarded {
        request = request.header("x-forwarded-for", forwarded);
    }
    let response = router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    let number =
        |name: &str| response.headers().get(name).map(|value| value.to_str().unwrap().parse().unwrap());
    let told =
        ["ratelimit-limit", "ratelimit-remaining", "ratelimit-reset"].map(|name| number(name).unwrap());
    (response.status().as_u16(), told, number("retry-after"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_at_once_exactly_so_many_pass() {
    let (limit, clock) = limit(20, 20);
    let router = router(&limit, 0);
    for round in 0..20 {
        let all = (0..200).map(|number| {
            let router = router.clone();
            // A second address comes in between, with fewer than its limit.
            let peer = if number % 20 == 0 { "198.51.100.1" } else { "203.0.113.7" };
            tokio::spawn(async move { (peer, ask(&router, peer, None).await) })
        });
        let (mut passed, mut other, mut remaining) = (0, 0, Vec::new());
        for task in all.collect::<Vec<_>>() {
            let (peer, (status, [_, left, _], retry_after)) = task.await.unwrap();
            assert_eq!(retry_after.is_some(), status == 429);
            if peer == "198.51.100.1" {
                other += u32::from(status == 200);
            } else if status == 200 {
                passed += 1;
                remaining.push(left);
            }
        }
        assert_eq!((passed, other), (20, 10), "round {round}");
        remaining.sort_unstable();
        assert_eq!(remaining, (0..20).collect::<Vec<_>>(), "each was told another number");
        clock.advance(Duration::from_secs(1));
    }
}

#[tokio::test]
async fn what_is_told_is_right_at_each_step() {
    let (limit, clock) = limit(2, 5);
    let router = router(&limit, 0);
    let me = async || ask(&router, "203.0.113.7", None).await;
    for (left, reset) in [(4, 1), (3, 1), (2, 2), (1, 2), (0, 3)] {
        assert_eq!(me().await, (200, [5, left, reset], None));
    }
    // One comes back each half second: whoever waits as long as told passes, and not much earlier.
    assert_eq!(me().await, (429, [5, 0, 3], Some(1)));
    clock.advance(Duration::from_millis(499));
    assert_eq!(me().await, (429, [5, 0, 3], Some(1)));
    clock.advance(Duration::from_millis(1));
    assert_eq!(me().await, (200, [5, 0, 3], None));
    assert_eq!(me().await.0, 429);
    clock.advance(Duration::from_secs(3));
    assert_eq!(me().await, (200, [5, 4, 1], None), "after the reset the whole burst is there");
}

#[tokio::test]
async fn the_wait_is_long_enough_when_little_comes_back() {
    let (limit, clock) = limit(1, 1);
    let router = router(&limit, 0);
    assert_eq!(ask(&router, "::1", None).await, (200, [1, 0, 1], None));
    clock.advance(Duration::from_millis(1));
    let (status, _, wait) = ask(&router, "::1", None).await;
    assert_eq!((status, wait), (429, Some(1)));
    clock.advance(Duration::from_secs(wait.unwrap()));
    assert_eq!(ask(&router, "::1", None).await.0, 200);
}

#[tokio::test]
async fn behind_proxies_each_client_has_its_own_limit_and_cannot_borrow_another() {
    let (limit, _) = limit(1, 1);
    let router = router(&limit, 2);
    let proxy = "10.0.0.1";
    for client in ["203.0.113.1", "203.0.113.2", "2001:db8:1::7"] {
        assert_eq!(ask(&router, proxy, Some(&format!("{client}, 10.0.0.7"))).await.0, 200);
        for spoofed in ["198.51.100.9", "203.0.113.99, 203.0.113.98", "::1", "x"] {
            let forwarded = format!("{spoofed}, {client}, 10.0.0.7");
            assert_eq!(ask(&router, proxy, Some(&forwarded)).await.0, 429, "{forwarded}");
        }
    }
    // Whoever reaches the server around a proxy is counted by its own address.
    for _ in 0..2 {
        ask(&router, "192.0.2.1", None).await;
    }
    assert_eq!(ask(&router, "192.0.2.1", Some("198.51.100.9")).await.0, 429);
}

#[test]
fn a_flood_of_addresses_takes_bounded_memory() {
    let (limit, clock) = limit(20, 20);
    for number in 0..400_000_u128 {
        let address = IpAddr::V6(Ipv6Addr::from_bits((0x2001_0db8 << 96) | (number << 64)));
        let _ = limit.count(Counted::Address(address));
    }
    let most = 1_000 + usize::try_from(SWEEP_EVERY).unwrap() + 0x1_0000;
    assert!(limit.0.buckets.len() <= most, "{}", limit.0.buckets.len());
    assert!(limit.0.flooded.load(Ordering::Relaxed));
    // Nobody gets more than the limit in a flood.
    let one: IpAddr = "203.0.113.7".parse().unwrap();
    let passed = (0..200).filter(|_| limit.count(Counted::Address(one)).is_ok()).count();
    assert!(passed <= 20, "{passed}");

    // When it is over, everything is forgotten, and counted one by one again.
    clock.advance(Duration::from_secs(10));
    limit.sweep();
    assert_eq!(limit.0.buckets.len(), 0);
    assert!(!limit.0.flooded.load(Ordering::Relaxed));
    for address in ["203.0.113.7", "203.0.113.8"] {
        let address: IpAddr = address.parse().unwrap();
        assert_eq!((0..50).filter(|_| limit.count(Counted::Address(address)).is_ok()).count(), 20);
    }
}
