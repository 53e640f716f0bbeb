use std::{collections::HashSet, time::Duration};

use sahod_model::{Clock as _, JobId};

use crate::{
    NewJob,
    testing::{TestStore, each_store},
};

const LEASE: Duration = Duration::from_mins(1);

impl TestStore {
    async fn enqueue(&self, kind: &'static str, delay: Duration) -> JobId {
        let mut tx = self.store.begin().await.unwrap();
        let job = NewJob { kind, payload: "{}".to_owned(), run_at: self.clock.now().plus(delay) };
        let id = tx.enqueue(&job).await.unwrap();
        tx.commit().await.unwrap();
        id
    }

    pub(super) async fn claim(&self, kinds: &[&str], limit: usize) -> Vec<crate::ClaimedJob> {
        let now = self.clock.now();
        self.store.claim_jobs(kinds, limit, now, now.plus(LEASE)).await.unwrap()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_is_claimed_by_one_worker_only() {
    each_store(async |test| {
        for _ in 0..50 {
            test.enqueue("read.v1", Duration::ZERO).await;
        }
        let claims = (0..10).map(|_| test.claim(&["read.v1"], 7));
        let claimed: Vec<_> = futures_util::future::join_all(claims).await.into_iter().flatten().collect();
        assert!(claimed.len() <= 50);
        let ids: HashSet<_> = claimed.iter().map(|job| job.id.clone()).collect();
        assert_eq!(ids.len(), claimed.len());
        let rest = test.claim(&["read.v1"], 50).await;
        assert_eq!(ids.len() + rest.len(), 50);
    })
    .await;
}

#[tokio::test]
async fn tries_that_panic_are_counted_until_one_does_not() {
    each_store(async |test| {
        let id = test.enqueue("read.v1", Duration::ZERO).await;
        let now = || test.clock.now();
        for lost in 0..2 {
            let job = test.claim(&["read.v1"], 1).await.remove(0);
            assert_eq!(job.lost, lost);
            assert!(test.store.lose_job(&id, job.attempt, now(), "it panicked").await.unwrap());
            let again = test.store.lose_job(&id, job.attempt, now(), "it panicked").await.unwrap();
            assert!(!again, "it is not held any more");
        }
        assert_eq!(test.claim(&["read.v1"], 1).await[0].lost, 2);
        test.store.release_jobs(now()).await.unwrap();
        let job = test.claim(&["read.v1"], 1).await.remove(0);
        assert_eq!((job.attempt, job.lost), (4, 2), "its process died, which is not the job's fault");
        assert!(test.store.retry_job(&id, 4, now(), "not yet").await.unwrap());
        assert_eq!(test.claim(&["read.v1"], 1).await[0].lost, 0, "it said how it ended");
    })
    .await;
}

#[tokio::test]
async fn a_lease_that_ends_gives_the_job_to_another_and_its_holder_loses_it() {
    each_store(async |test| {
        let id = test.enqueue("read.v1", Duration::ZERO).await;
        let first = test.claim(&["read.v1"], 10).await.remove(0);
        assert_eq!((first.attempt, &first.id), (1, &id));
        assert!(test.claim(&["read.v1"], 10).await.is_empty());
        assert_eq!(test.store.next_job_at().await.unwrap(), Some(test.clock.now().plus(LEASE)));

        test.clock.advance(LEASE / 2);
        let until = test.clock.now().plus(LEASE);
        assert!(test.store.heartbeat_job(&id, 1, until).await.unwrap());
        test.clock.advance(LEASE * 3 / 4);
        assert!(test.claim(&["read.v1"], 10).await.is_empty(), "the heartbeat extended the lease");
        test.clock.advance(LEASE);
        let second = test.claim(&["read.v1"], 10).await.remove(0);
        assert_eq!(second.attempt, 2);

        assert!(!test.store.heartbeat_job(&id, 1, until).await.unwrap());
        assert!(!test.store.finish_job(&id, 1).await.unwrap());
        assert!(!test.store.retry_job(&id, 1, until, "late").await.unwrap());
        assert!(!test.store.fail_job(&id, 1, "late").await.unwrap());
        assert!(test.store.finish_job(&id, 2).await.unwrap());
        assert!(!test.store.finish_job(&id, 2).await.unwrap());
        assert_eq!(test.store.next_job_at().await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn jobs_wait_for_their_time_their_kind_and_their_retry() {
    each_store(async |test| {
        let later = test.enqueue("sync_account.v1", Duration::from_secs(10)).await;
        assert!(test.claim(&["sync_account.v1"], 10).await.is_empty());
        test.clock.advance(Duration::from_secs(10));
        assert!(test.claim(&[], 10).await.is_empty());
        assert!(test.claim(&["sync_account.v10", "account.v1", "sync"], 10).await.is_empty());
        let job = test.claim(&["other.v1", "sync_account.v1"], 10).await.remove(0);
        assert_eq!(job.id, later);

        let run_at = test.clock.now().plus(Duration::from_secs(30));
        assert!(test.store.retry_job(&job.id, 1, run_at, "busy").await.unwrap());
        assert!(!test.store.finish_job(&job.id, 1).await.unwrap(), "it was given back");
        assert!(test.claim(&["sync_account.v1"], 10).await.is_empty());
        test.clock.advance(Duration::from_secs(30));
        assert_eq!(test.claim(&["sync_account.v1"], 10).await[0].attempt, 2);

        assert!(test.store.fail_job(&job.id, 2, "broken").await.unwrap());
        test.clock.advance(LEASE * 10);
        assert!(test.claim(&["sync_account.v1"], 10).await.is_empty());
        let dead = test.store.dead_jobs(10).await.unwrap().remove(0);
        assert_eq!((dead.reason.as_str(), dead.attempt, &dead.id), ("broken", 2, &job.id));
        assert!(test.store.replay_job(&job.id, test.clock.now()).await.unwrap());
        assert!(!test.store.replay_job(&job.id, test.clock.now()).await.unwrap());
        assert_eq!(test.claim(&["sync_account.v1"], 10).await[0].attempt, 1);
        assert!(test.store.dead_jobs(10).await.unwrap().is_empty());

        let mut tx = test.store.begin().await.unwrap();
        assert!(tx.cancel_job(&job.id).await.unwrap());
        tx.commit().await.unwrap();
        assert!(!test.store.finish_job(&job.id, 1).await.unwrap());
    })
    .await;
}

#[tokio::test]
async fn workers_are_woken_by_a_commit_and_by_nothing_less() {
    each_store(async |test| {
        let ready = || tokio::time::timeout(Duration::from_millis(50), test.store.jobs_ready());
        let mut tx = test.store.begin().await.unwrap();
        let job = NewJob { kind: "read.v1", payload: "{}".to_owned(), run_at: test.clock.now() };
        tx.enqueue(&job).await.unwrap();
        assert!(ready().await.is_err());
        drop(tx);
        assert!(ready().await.is_err());
        assert!(test.claim(&["read.v1"], 1).await.is_empty());
        test.enqueue("read.v1", Duration::ZERO).await;
        assert!(ready().await.is_ok(), "even when the commit came first");
        assert_eq!(test.claim(&["read.v1"], 1).await.len(), 1);
    })
    .await;
}
