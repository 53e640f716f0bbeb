//! What a connection does, and until when it may go on doing it.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use axum::http::Version;
use sahod_api::Member;
use tokio::{sync::Notify, time::Instant};

use super::limits::ConnectionLimits;

/// Who takes nothing of an answer that is there for so long is let go.
const LONGEST_STALL: Duration = Duration::from_secs(30);
/// After the last answer, what a client still sends is read and forgotten for as long as it comes without such a pause …
const CLOSING_PAUSE: Duration = Duration::from_secs(5);
/// … and for no longer than this.
const LONGEST_CLOSING: Duration = Duration::from_mins(2);
/// The pause, once the server stops.
const STOPPING_PAUSE: Duration = Duration::from_millis(500);
/// A deadline may come nearer; so it is looked at this often at least.
const LOOK: Duration = Duration::from_secs(5);

/// One connection. Told by whoever reads, writes and answers on it.
pub(super) struct Activity {
    limits: ConnectionLimits,
    state: Mutex<State>,
    gives_way: Notify,
}

struct State {
    phase: Phase,
    since: Instant,
    /// When the client was last heard.
    heard: Instant,
    /// When the client last took something.
    took: Instant,
    /// Requests without a whole answer.
    running: usize,
    /// How many of them wait for the client's own bytes.
    receiving: usize,
    /// How many of them wait for the client to take what is there.
    unread: usize,
    /// Whether many requests run beside each other, so that bytes are not the beginning of one.
    multiplexed: bool,
    stopping: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// No request has come yet.
    Opening,
    /// A request has begun to come.
    Head,
    /// Requests run.
    Working,
    /// It is kept for the next request.
    Idle,
    /// The last answer was sent; what still comes is forgotten.
    Closing,
}

impl Activity {
    pub(super) fn new(limits: ConnectionLimits) -> Self {
        let now = Instant::now();
        let state = State {
            phase: Phase::Opening,
            since: now,
            heard: now,
            took: now,
            running: 0,
            receiving: 0,
            unread: 0,
            multiplexed: false,
            stopping: false,
        };
        Self { limits, state: Mutex::new(state), gives_way: Notify::new() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// It is encrypted now; its first head may take its time.
    pub(super) fn opened(&self) {
        self.state().enter(Phase::Opening);
    }

    /// Bytes have come.
    pub(super) fn heard(&self) {
        let mut state = self.state();
        state.heard = Instant::now();
        if state.phase == Phase::Idle && !state.multiplexed {
            state.enter(Phase::Head);
        }
    }

    /// Bytes have gone.
    pub(super) fn took(&self) {
        self.state().took = Instant::now();
    }

    /// A request has come.
    pub(super) fn begin(&self, version: Version) {
        let mut state = self.state();
        state.multiplexed = version >= Version::HTTP_2;
        state.running += 1;
        if state.phase != Phase::Working {
            state.enter(Phase::Working);
        }
    }

    /// A request has its whole answer, or nobody wants it any more.
    pub(super) fn end(&self) {
        let mut state = self.state();
        state.running = state.running.saturating_sub(1);
        if state.running == 0 && state.phase == Phase::Working {
            state.enter(Phase::Idle);
        }
    }

    /// A request begins, or ends, to wait for the client's bytes.
    pub(super) fn receives(&self, receives: bool) {
        let mut state = self.state();
        state.receiving = if receives { state.receiving + 1 } else { state.receiving.saturating_sub(1) };
    }

    /// Something of an answer is there for the client to take, or was taken.
    pub(super) fn unread(&self, unread: bool) {
        let mut state = self.state();
        if state.unread == 0 || !unread {
            state.took = Instant::now();
        }
        state.unread = if unread { state.unread + 1 } else { state.unread.saturating_sub(1) };
    }

    /// The last answer was sent.
    pub(super) fn closing(&self) {
        self.state().enter(Phase::Closing);
    }

    /// The server stops.
    pub(super) fn stop(&self) {
        self.state().stopping = true;
    }

    /// When to look at it again.
    pub(super) fn look_at(&self) -> Instant {
        let state = self.state();
        let often = if state.stopping { STOPPING_PAUSE } else { LOOK.min(self.limits.head_timeout) };
        let look = Instant::now() + often;
        state.deadline(&self.limits).map_or(look, |deadline| deadline.min(look))
    }

    /// Whether its time is over.
    pub(super) fn is_over(&self) -> bool {
        self.state().deadline(&self.limits).is_some_and(|deadline| deadline <= Instant::now())
    }

    /// Whether it only waits for a next request, so that it can be told that there will be none.
    pub(super) fn is_idle(&self) -> bool {
        self.state().phase == Phase::Idle
    }

    /// Waits until it has to give way to somebody else.
    pub(super) async fn gives_way(&self) {
        self.gives_way.notified().await;
    }
}

impl State {
    fn enter(&mut self, phase: Phase) {
        (self.phase, self.since) = (phase, Instant::now());
    }

    fn deadline(&self, limits: &ConnectionLimits) -> Option<Instant> {
        match self.phase {
            Phase::Opening | Phase::Head => Some(self.since + limits.head_timeout),
            Phase::Idle => Some(self.since + limits.keep_alive),
            Phase::Working => (self.unread > 0).then(|| self.took + LONGEST_STALL),
            Phase::Closing => {
                let pause = if self.stopping { STOPPING_PAUSE } else { CLOSING_PAUSE };
                Some((self.since.max(self.heard) + pause).min(self.since + LONGEST_CLOSING))
            }
        }
    }
}

impl Member for Activity {
    fn waiting_since(&self) -> Option<Instant> {
        let state = self.state();
        match state.phase {
            Phase::Working => (state.running == state.receiving).then_some(state.heard),
            _ => Some(state.since),
        }
    }

    fn give_way(&self) {
        self.gives_way.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: ConnectionLimits = ConnectionLimits {
        in_all: 1,
        of_one: 1,
        head_timeout: Duration::from_secs(15),
        keep_alive: Duration::from_secs(75),
    };

    async fn after(seconds: u64, activity: &Activity) -> bool {
        tokio::time::advance(Duration::from_secs(seconds)).await;
        activity.is_over()
    }

    #[tokio::test(start_paused = true)]
    async fn who_says_nothing_is_let_go_and_who_is_kept_alive_is_kept_longer() {
        let activity = Activity::new(LIMITS);
        assert!(!after(14, &activity).await && after(1, &activity).await, "nothing came");
        for version in [Version::HTTP_11, Version::HTTP_2] {
            activity.begin(version);
            assert!(!after(3_600, &activity).await, "the work itself has other limits");
            activity.end();
            assert!(activity.is_idle());
            assert!(
                !after(74, &activity).await && after(1, &activity).await,
                "it was kept for the next request"
            );
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_next_head_has_begun_with_its_first_byte() {
        let activity = Activity::new(LIMITS);
        activity.begin(Version::HTTP_11);
        activity.end();
        assert!(!after(60, &activity).await);
        activity.heard();
        assert!(!after(14, &activity).await);
        activity.heard();
        assert!(after(1, &activity).await, "a byte now and then is not a head");
    }

    #[tokio::test(start_paused = true)]
    async fn bytes_between_many_requests_begin_none() {
        let activity = Activity::new(LIMITS);
        activity.begin(Version::HTTP_2);
        activity.end();
        assert!(!after(70, &activity).await);
        activity.heard();
        assert!(activity.is_idle());
        assert!(after(5, &activity).await, "nor do they keep it");
    }

    #[tokio::test(start_paused = true)]
    async fn who_does_not_take_an_answer_is_let_go() {
        let activity = Activity::new(LIMITS);
        activity.begin(Version::HTTP_11);
        assert!(!after(100, &activity).await);
        activity.unread(true);
        assert!(!after(29, &activity).await);
        activity.took();
        assert!(!after(29, &activity).await && after(1, &activity).await);
        activity.unread(false);
        assert!(!after(100, &activity).await, "it waits for us");
    }

    #[tokio::test(start_paused = true)]
    async fn what_comes_after_the_last_answer_is_read_for_a_while() {
        let activity = Activity::new(LIMITS);
        activity.closing();
        for _ in 0..29 {
            assert!(!after(4, &activity).await);
            activity.heard();
        }
        assert!(after(4, &activity).await, "not for ever");
        activity.closing();
        assert!(after(5, &activity).await, "nor for nothing");
    }

    #[tokio::test(start_paused = true)]
    async fn only_who_waits_for_its_client_gives_way() {
        let activity = Activity::new(LIMITS);
        assert!(activity.waiting_since().is_some());
        activity.begin(Version::HTTP_2);
        assert!(activity.waiting_since().is_none());
        activity.receives(true);
        assert!(activity.waiting_since().is_some());
        activity.begin(Version::HTTP_2);
        assert!(activity.waiting_since().is_none(), "another request of it is worked on");
        activity.end();
        activity.receives(false);
        activity.end();
        assert!(activity.waiting_since().is_some());
    }
}
