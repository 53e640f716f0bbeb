//! A request's turn: a place among those that are worked on, and the time that the work may take. While the client's own bytes
//! are waited for, the place is somebody else's and the time stands still: a client that is slow takes nothing from others.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::Instant,
};

use crate::{
    client_address::ClientAddress,
    crowd::Full,
    error::{ApiError, Code},
};

/// When to come back after there was no place.
const RETRY_AFTER: Duration = Duration::from_secs(1);
/// How often it is looked whether a client that is waited for is still waited for.
const LOOK: Duration = Duration::from_millis(250);

/// What keeps one server, and one client of it, from taking on more than it can do.
#[derive(Clone, Copy, Debug)]
pub struct TurnLimits {
    /// The longest time that an answer may take, without that in which the client's own bytes were waited for.
    pub timeout: Duration,
    /// How many requests are worked on at the same time; more are told to come back later.
    pub at_once: usize,
    /// How many of them may be from one client address.
    pub at_once_of_one: usize,
}

/// The turns of all requests. Cheap to clone.
#[derive(Clone)]
pub struct Turns(Arc<Inner>);

struct Inner {
    timeout: Duration,
    places: Arc<Semaphore>,
    of_one: usize,
    by_address: Mutex<HashMap<IpAddr, usize>>,
}

impl Turns {
    /// Nobody has one yet.
    #[must_use]
    pub fn new(limits: &TurnLimits) -> Self {
        Self(Arc::new(Inner {
            timeout: limits.timeout,
            places: Arc::new(Semaphore::new(limits.at_once)),
            of_one: limits.at_once_of_one,
            by_address: Mutex::default(),
        }))
    }

    fn begin(&self, address: IpAddr) -> Result<Turn, Full> {
        let state = StateOfTurn { place: Some(self.place(address)?), ..StateOfTurn::default() };
        Ok(Turn(Arc::new(TurnInner { turns: self.clone(), address, state: Mutex::new(state) })))
    }

    fn place(&self, address: IpAddr) -> Result<Place, Full> {
        let mut by_address = self.by_address();
        let taken = by_address.get(&address).copied().unwrap_or_default();
        if taken >= self.0.of_one {
            return Err(Full::OfOne);
        }
        let permit = Arc::clone(&self.0.places).try_acquire_owned().map_err(|_| Full::InAll)?;
        by_address.insert(address, taken + 1);
        Ok(Place { turns: self.clone(), address, _permit: permit })
    }

    fn by_address(&self) -> MutexGuard<'_, HashMap<IpAddr, usize>> {
        self.0.by_address.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A place among those that are worked on.
struct Place {
    turns: Turns,
    address: IpAddr,
    _permit: OwnedSemaphorePermit,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut by_address = self.turns.by_address();
        let left = by_address.get(&self.address).map_or(0, |taken| taken.saturating_sub(1));
        if left == 0 {
            by_address.remove(&self.address);
        } else {
            by_address.insert(self.address, left);
        }
    }
}

/// One request's turn.
#[derive(Clone)]
pub struct Turn(Arc<TurnInner>);

struct TurnInner {
    turns: Turns,
    address: IpAddr,
    state: Mutex<StateOfTurn>,
}

#[derive(Default)]
struct StateOfTurn {
    place: Option<Place>,
    /// One among those that carry files, of which there are fewer.
    among_files: Option<OwnedSemaphorePermit>,
    waiting_since: Option<Instant>,
    waited: Duration,
}

impl Turn {
    /// Gives the place back until [`Self::resume`].
    pub(crate) fn pause(&self) {
        let mut state = self.state();
        drop(state.place.take());
        state.waiting_since.get_or_insert_with(Instant::now);
    }

    /// Takes a place again, and keeps the one among requests that carry files, when it is one of those.
    pub(crate) fn resume(&self, among_files: Option<OwnedSemaphorePermit>) -> Result<(), Full> {
        let place = self.0.turns.place(self.0.address)?;
        let mut state = self.state();
        state.place = Some(place);
        if among_files.is_some() {
            state.among_files = among_files;
        }
        if let Some(since) = state.waiting_since.take() {
            state.waited += since.elapsed();
        }
        Ok(())
    }

    /// Whether it has a place among the requests that carry files already.
    pub(crate) fn has_place_among_files(&self) -> bool {
        self.state().among_files.is_some()
    }

    /// Whose it is.
    pub(crate) fn address(&self) -> IpAddr {
        self.0.address
    }

    fn state(&self) -> MutexGuard<'_, StateOfTurn> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// When its time is over, as things stand, and whether it stands still.
    fn deadline(&self, began: Instant) -> (Instant, bool) {
        let state = self.state();
        let waiting = state.waiting_since.map(|since| since.elapsed());
        (began + self.0.turns.0.timeout + state.waited + waiting.unwrap_or_default(), waiting.is_some())
    }

    /// What the work gives; `None` when its time was over before.
    async fn in_time<F: Future>(&self, work: F) -> Option<F::Output> {
        let (mut work, began) = (std::pin::pin!(work), Instant::now());
        loop {
            let (deadline, stands_still) = self.deadline(began);
            let now = Instant::now();
            if deadline <= now && !stands_still {
                return None;
            }
            let look = if stands_still { deadline.max(now + LOOK) } else { deadline };
            tokio::select! {
                biased;
                answer = &mut work => return Some(answer),
                () = tokio::time::sleep_until(look) => {}
            }
        }
    }

    /// Gives everything back, whoever may still have a part of the request.
    fn end(&self) {
        let mut state = self.state();
        drop((state.place.take(), state.among_files.take()));
    }
}

impl From<Full> for ApiError {
    fn from(full: Full) -> Self {
        let code = match full {
            Full::InAll => Code::ServerUnavailable,
            Full::OfOne => Code::RequestLimitExceeded,
        };
        Self::from(code).retry_after(RETRY_AFTER)
    }
}

/// Answers at once when all places are taken, and in time when the work takes too long.
pub async fn in_turn(State(turns): State<Turns>, mut request: Request, next: Next) -> Response {
    let Some(ClientAddress(address)) = request.extensions().get().copied() else {
        return ApiError::internal("a request without a peer address").into_response();
    };
    let turn = match turns.begin(address) {
        Ok(turn) => turn,
        Err(full) => return ApiError::from(full).into_response(),
    };
    request.extensions_mut().insert(turn.clone());
    let answer = turn.in_time(next.run(request)).await;
    turn.end();
    answer.unwrap_or_else(|| ApiError::from(Code::TimeLimitExceeded).into_response())
}
