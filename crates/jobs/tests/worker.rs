//! The worker against real stores of both kinds.

#![expect(clippy::unwrap_used, reason = "a test stops where its ground gives way")]

use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use futures_util::future::BoxFuture;
use sahod_jobs::{ClaimedJob, Handler, MOST_LOST, Outcome, Worker, WorkerConfig};
use sahod_model::Clock;
use sahod_store::{
    NewJob,
    testing::{TestStore, each_store},
};
use tokio::sync::{mpsc, watch};

const KIND: &str = "tell_test.v1";
/// Longer than a lease, so that a job that waits for its retry can be told from one that runs.
const DELAY: Duration = Duration::from_mins(2);
/// Long enough for a slow machine, short enough for a test that fails.
const PATIENCE: Duration = Duration::from_secs(20);

/// Tells the test of every try, ends it as the test says, and counts how many run at the same time.
struct Telling {
    tries: mpsc::UnboundedSender<ClaimedJob>,
    outcome: fn(u32) -> Outcome,
    running: AtomicU32,
    most: Arc<AtomicU32>,
}

impl Handler for Telling {
    fn kind(&self) -> &'static str {
        KIND
    }

    fn run<'a>(&'a self, job: &'a ClaimedJob) -> BoxFuture<'a, Outcome> {
        Box::pin(async {
            let running = self.running.fetch_add(1, Ordering::SeqCst) + 1;
            self.most.fetch_max(running, Ordering::SeqCst);
            tokio::task::yield_now().await;
            self.running.fetch_sub(1, Ordering::SeqCst);
            self.tries.send(job.clone()).unwrap();
            (self.outcome)(job.attempt)
        })
    }
}

/// A worker that runs until it is stopped.
struct Running {
    tries: mpsc::UnboundedReceiver<ClaimedJob>,
    most: Arc<AtomicU32>,
    stop: watch::Sender<bool>,
    ended: tokio::task::JoinHandle<()>,
}

impl Running {
    fn start(test: &TestStore, outcome: fn(u32) -> Outcome) -> Self {
        let most = Arc::new(AtomicU32::new(0));
        let counted = Arc::clone(&most);
        let telling = |tries| Telling { tries, outcome, running: AtomicU32::new(0), most: counted };
        Self { most, ..Self::start_with(test, telling) }
    }

    fn start_with<H: Handler + 'static>(
        test: &TestStore,
        handler: impl FnOnce(mpsc::UnboundedSender<ClaimedJob>) -> H,
    ) -> Self {
        let (sender, tries) = mpsc::unbounded_channel();
        let (handler, most) = (handler(sender), Arc::default());
        let (stop, stopped) = watch::channel(false);
        let clock = Arc::clone(&test.clock) as Arc<dyn Clock>;
        let config = WorkerConfig { poll: Duration::from_millis(20), ..WorkerConfig::default() };
        let worker = Worker::new(test.store.clone(), clock, vec![Box::new(handler)], config);
        Self { tries, most, stop, ended: tokio::spawn(worker.run(stopped)) }
    }

    async fn next_try(&mut self) -> ClaimedJob {
        tokio::time::timeout(PATIENCE, self.tries.recv()).await.unwrap().unwrap()
    }

    async fn stop(self) {
        self.stop.send_replace(true);
        tokio::time::timeout(PATIENCE, self.ended).await.unwrap().unwrap();
    }
}

async fn enqueue(test: &TestStore, payload: &str) {
    let mut tx = test.store.begin().await.unwrap();
    let job = NewJob { kind: KIND, payload: payload.to_owned(), run_at: test.clock.now() };
    tx.enqueue(&job).await.unwrap();
    tx.commit().await.unwrap();
}

/// Waits until no job is due before that moment: the ends of all tries are noted then.
async fn noted(test: &TestStore, due: sahod_model::Timestamp) {
    let all_noted = async {
        while test.store.next_job_at().await.unwrap() != Some(due) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(PATIENCE, all_noted).await.unwrap();
}

#[tokio::test]
async fn a_job_that_is_done_is_gone() {
    each_store(async |test| {
        let mut worker = Running::start(test, |_| Outcome::Done);
        enqueue(test, r#"{"n":1}"#).await;
        let job = worker.next_try().await;
        assert_eq!((job.attempt, job.payload.as_str()), (1, r#"{"n":1}"#));
        worker.stop().await;
        assert_eq!(test.store.next_job_at().await.unwrap(), None);
        assert!(test.store.dead_jobs(10).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_job_is_retried_when_its_time_has_come_and_not_before() {
    each_store(async |test| {
        let mut worker = Running::start(test, |attempt| match attempt {
            1 => Outcome::Retry { after: DELAY, reason: "not yet".into() },
            _ => Outcome::Done,
        });
        enqueue(test, "{}").await;
        assert_eq!(worker.next_try().await.attempt, 1);
        enqueue(test, "{}").await;
        // The other job's first try shows that the worker looked again meanwhile and left the first one alone.
        assert_eq!(worker.next_try().await.attempt, 1);
        noted(test, test.clock.now().plus(DELAY)).await;
        test.clock.advance(DELAY);
        assert_eq!(worker.next_try().await.attempt, 2);
        assert_eq!(worker.next_try().await.attempt, 2);
        worker.stop().await;
        assert_eq!(test.store.next_job_at().await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn a_job_that_failed_for_good_is_kept_with_its_reason() {
    each_store(async |test| {
        let mut worker = Running::start(test, |_| Outcome::Fail { reason: "never".into() });
        enqueue(test, "{}").await;
        worker.next_try().await;
        worker.stop().await;
        let dead = test.store.dead_jobs(10).await.unwrap();
        assert_eq!(dead.len(), 1);
        assert_eq!((dead[0].reason.as_str(), dead[0].attempt), ("never", 1));
    })
    .await;
}

#[tokio::test]
async fn many_jobs_run_once_each_and_within_the_bound() {
    each_store(async |test| {
        for _ in 0..100 {
            enqueue(test, "{}").await;
        }
        let mut worker = Running::start(test, |_| Outcome::Done);
        let mut ids = BTreeSet::new();
        for _ in 0..100 {
            assert!(ids.insert(worker.next_try().await.id), "a job ran twice");
        }
        let most = worker.most.load(Ordering::SeqCst);
        let bound = u32::try_from(WorkerConfig::default().concurrency).unwrap();
        assert!((1..=bound).contains(&most), "{most} jobs ran at the same time");
        worker.stop().await;
        assert_eq!(test.store.next_job_at().await.unwrap(), None);
    })
    .await;
}

/// Panics at every try.
struct Panicking {
    tries: mpsc::UnboundedSender<ClaimedJob>,
    standing: bool,
}

impl Handler for Panicking {
    fn kind(&self) -> &'static str {
        KIND
    }

    fn is_standing(&self) -> bool {
        self.standing
    }

    #[expect(clippy::panic, reason = "that is what it is for")]
    fn run<'a>(&'a self, job: &'a ClaimedJob) -> BoxFuture<'a, Outcome> {
        self.tries.send(job.clone()).unwrap();
        panic!("as it was told to")
    }
}

#[tokio::test]
async fn a_job_that_panics_is_tried_ever_more_rarely_and_given_up() {
    each_store(async |test| {
        let mut worker = Running::start_with(test, |tries| Panicking { tries, standing: false });
        enqueue(test, "{}").await;
        for lost in 0..MOST_LOST {
            assert_eq!(worker.next_try().await.lost, lost);
            let next = test.clock.now().plus(Duration::from_secs(10 << lost));
            noted(test, next).await;
            test.clock.advance(Duration::from_secs(10 << lost));
        }
        let given_up = async {
            while test.store.dead_jobs(10).await.unwrap().is_empty() {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(PATIENCE, given_up).await.unwrap();
        worker.stop().await;
        let dead = test.store.dead_jobs(10).await.unwrap();
        assert!(dead[0].reason.contains("panicked"), "{}", dead[0].reason);
        assert!(!dead[0].reason.contains("as it was told to"), "what it said could be personal");
    })
    .await;
}

#[tokio::test]
async fn one_that_comes_back_for_ever_does_so_after_any_panic() {
    each_store(async |test| {
        let mut worker = Running::start_with(test, |tries| Panicking { tries, standing: true });
        enqueue(test, "{}").await;
        for lost in 0..=MOST_LOST + 1 {
            assert_eq!(worker.next_try().await.lost, lost);
            let pause = Duration::from_secs(10 << lost).min(Duration::from_hours(1));
            noted(test, test.clock.now().plus(pause)).await;
            test.clock.advance(pause);
        }
        worker.stop().await;
        assert!(test.store.dead_jobs(10).await.unwrap().is_empty());
    })
    .await;
}
