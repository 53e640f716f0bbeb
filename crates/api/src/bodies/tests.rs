use std::{convert::Infallible, net::IpAddr};

use axum::{
    Extension, Router,
    extract::{DefaultBodyLimit, Request},
    middleware,
    routing::post,
};
use futures_util::stream;
use tower::ServiceExt as _;

use super::*;
use crate::{
    client_address::ClientAddress,
    crowd::Capacity,
    turns::{TurnLimits, Turns, in_turn},
};

/// A body of pieces, each with the seconds that it takes to come.
fn body(pieces: &[(u64, usize)]) -> Body {
    let pieces = pieces.to_vec();
    Body::from_stream(stream::unfold(pieces.into_iter(), |mut pieces| async {
        let (seconds, length) = pieces.next()?;
        tokio::time::sleep(Duration::from_secs(seconds)).await;
        Some((Ok::<_, Infallible>(Bytes::from(vec![b'x'; length])), pieces))
    }))
}

/// What answers with how long the body was, for a server that answers within so many seconds.
fn router(timeout: u64, capacity: Capacity) -> Router {
    let turns =
        Turns::new(&TurnLimits { timeout: Duration::from_secs(timeout), at_once: 1, at_once_of_one: 1 });
    let bodies = Bodies::new(BodyLimits { window: Duration::from_secs(10), bytes_per_second: 100, capacity });
    let answer = |request: Request| async {
        let (parts, body) = request.into_parts();
        read(&parts.extensions, body).await.map(|body| body.len().to_string())
    };
    Router::new()
        .route("/", post(answer))
        .layer(DefaultBodyLimit::disable())
        .layer(middleware::from_fn_with_state(turns, in_turn))
        .layer(Extension(bodies))
}

const ROOMY: Capacity = Capacity { in_all: 10_000_000, of_one: 10_000_000 };
const ONE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(203, 0, 113, 1));
const TWO: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(203, 0, 113, 2));

/// Status, and the text of a 200.
async fn send(router: &Router, from: IpAddr, body: Body) -> (u16, String) {
    let request = Request::post("/").extension(ClientAddress(from)).body(body).unwrap();
    let response = router.clone().oneshot(request).await.unwrap();
    let status = response.status().as_u16();
    let text = response.into_body().collect().await.unwrap().to_bytes();
    (status, String::from_utf8(text.to_vec()).unwrap())
}

#[tokio::test(start_paused = true)]
async fn a_body_has_as_long_as_it_makes_progress() {
    let router = router(1, ROOMY);
    let slow = [(9, 1_000); 30];
    assert_eq!(
        send(&router, ONE, body(&slow)).await,
        (200, "30000".into()),
        "270 times the time for an answer"
    );
    let bursts = [(9, 5_000), (9, 10), (1, 0), (0, 1)];
    assert_eq!(send(&router, ONE, body(&bursts[..1])).await.0, 200);
    assert_eq!(send(&router, ONE, body(&[(9, 999), (2, 1)])).await.0, 504, "too little in the first window");
    assert_eq!(
        send(&router, ONE, body(&[(9, 5_000), (11, 1)])).await.0,
        504,
        "what came before does not count"
    );
    assert_eq!(send(&router, ONE, body(&[(11, 1)])).await.0, 504);
}

#[tokio::test(start_paused = true)]
async fn a_body_that_is_waited_for_takes_no_place() {
    let router = router(5, ROOMY);
    let slow: Vec<_> = (0..100)
        .map(|_| {
            let router = router.clone();
            tokio::spawn(async move { send(&router, ONE, body(&[(8, 10)])).await.0 })
        })
        .collect();
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(send(&router, ONE, body(&[])).await.0, 200);
    assert_eq!(send(&router, TWO, body(&[(0, 10)])).await.0, 200);
    for request in slow {
        assert_eq!(request.await.unwrap(), 200, "one after the other they are worked on");
    }
}

#[tokio::test(start_paused = true)]
async fn who_was_not_heard_for_longest_gives_way_at_its_address() {
    let router = router(5, Capacity { in_all: 10 * OVERHEAD_BYTES, of_one: 2 * OVERHEAD_BYTES + 100 });
    let send = |from, pieces: &'static [(u64, usize)]| {
        let router = router.clone();
        tokio::spawn(async move { send(&router, from, body(pieces)).await.0 })
    };
    let progressing = send(ONE, &[(2, 10), (6, 10)]);
    tokio::time::sleep(Duration::from_secs(1)).await;
    let silent = send(ONE, &[(9, 10)]);
    let elsewhere = send(TWO, &[(9, 10)]);
    tokio::time::sleep(Duration::from_secs(2)).await;
    let newcomer = send(ONE, &[(1, 10)]);
    assert_eq!(newcomer.await.unwrap(), 200);
    assert_eq!(silent.await.unwrap(), 429);
    assert_eq!(progressing.await.unwrap(), 200);
    assert_eq!(elsewhere.await.unwrap(), 200);
    let large = send(ONE, &[(1, 1_000_000)]);
    assert_eq!(large.await.unwrap(), 400, "larger than a body may be");
    let too_much = send(ONE, &[(1, 10), (1, 2 * OVERHEAD_BYTES)]);
    assert_eq!(too_much.await.unwrap(), 429, "more than one address may have on its way");
}

#[tokio::test(start_paused = true)]
async fn the_work_itself_has_its_time() {
    let turns = Turns::new(&TurnLimits { timeout: Duration::from_secs(5), at_once: 1, at_once_of_one: 1 });
    let bodies = Bodies::new(BodyLimits::default());
    let answer = |request: Request| async {
        let (parts, body) = request.into_parts();
        let length = read(&parts.extensions, body).await?.len();
        tokio::time::sleep(Duration::from_secs(length as u64)).await;
        Ok::<_, ApiError>("done")
    };
    let router = Router::new()
        .route("/", post(answer))
        .layer(middleware::from_fn_with_state(turns, in_turn))
        .layer(Extension(bodies));
    for (pieces, status) in [(&[(0, 4)][..], 200), (&[(0, 6)], 504), (&[(9, 4)], 200), (&[(9, 6)], 504)] {
        assert_eq!(send(&router, ONE, body(pieces)).await.0, status, "{pieces:?}");
    }
}
