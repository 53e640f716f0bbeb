//! The receiver: it takes everything, and knows when.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread::sleep,
    time::{Duration, Instant},
};

use axum::{
    Router,
    extract::{Query, State},
    http::{HeaderMap, StatusCode},
    routing::{get, post},
};
use bytes::Bytes;
use sahod_model::{Clock as _, SystemClock};

use super::super::{failure::Failure, load};

/// Arrivals that are told at once.
const PAGE: usize = 5_000;

#[derive(clap::Args)]
pub(in super::super) struct Arguments {
    #[arg(long)]
    listen: SocketAddr,
}

/// An event's id, and when it came, in microseconds.
pub(in super::super) type Arrival = (String, i64);

#[derive(Clone, Default)]
struct Shared(Arc<Mutex<Vec<Arrival>>>);

impl Shared {
    fn all(&self) -> MutexGuard<'_, Vec<Arrival>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The present, in microseconds: the same in every process of this machine.
pub(in super::super) fn now_us() -> i64 {
    SystemClock.now().as_micros()
}

pub(in super::super) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let router = Router::new()
        .route("/", post(take))
        .route("/arrivals", get(tell))
        .route("/forget", get(forget))
        .with_state(Shared::default());
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(async {
        let listener = tokio::net::TcpListener::bind(arguments.listen).await?;
        axum::serve(listener, router).await?;
        Ok(())
    })
}

async fn take(State(shared): State<Shared>, headers: HeaderMap, _: Bytes) -> StatusCode {
    let at = now_us();
    let id = headers.get("webhook-id").and_then(|id| id.to_str().ok()).unwrap_or_default();
    shared.all().push((id.to_owned(), at));
    StatusCode::NO_CONTENT
}

#[derive(serde::Deserialize)]
struct After {
    after: usize,
}

async fn tell(State(shared): State<Shared>, Query(After { after }): Query<After>) -> String {
    let all = shared.all();
    let page = all.iter().skip(after).take(PAGE).map(|(id, at)| format!("{id} {at}\n"));
    format!("{}\n{}", all.len(), page.collect::<String>())
}

async fn forget(State(shared): State<Shared>) {
    shared.all().clear();
}

/// What the receiver knows, asked from outside.
pub(in super::super) struct Arrivals(SocketAddr);

impl Arrivals {
    pub(in super::super) const fn new(address: SocketAddr) -> Self {
        Self(address)
    }

    /// How many there are, and those after the first `after`.
    fn page(&self, after: usize) -> Result<(usize, Vec<Arrival>), Failure> {
        let answer = load::get(self.0, &format!("/arrivals?after={after}"), "")?;
        let text = String::from_utf8(answer.body)?;
        let mut lines = text.lines();
        let count = lines.next().unwrap_or_default().parse()?;
        let arrivals = lines.filter_map(|line| line.split_once(' '));
        let arrivals = arrivals.map(|(id, at)| Ok((id.to_owned(), at.parse()?)));
        Ok((count, arrivals.collect::<Result<_, Failure>>()?))
    }

    /// Waits until there are so many.
    pub(in super::super) fn wait(&self, count: usize, longest: Duration) -> Result<(), Failure> {
        let began = Instant::now();
        loop {
            let (arrived, _) = self.page(usize::MAX)?;
            if arrived >= count {
                return Ok(());
            }
            if began.elapsed() > longest {
                return Err(format!("{arrived} of {count} events came").into());
            }
            sleep(Duration::from_millis(100));
        }
    }

    /// All of them; the receiver begins anew.
    pub(in super::super) fn take(&self) -> Result<Vec<Arrival>, Failure> {
        let mut all = Vec::new();
        loop {
            let (count, page) = self.page(all.len())?;
            all.extend(page);
            if all.len() >= count {
                load::get(self.0, "/forget", "")?;
                return Ok(all);
            }
        }
    }
}
