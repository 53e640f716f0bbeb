use std::time::Duration;

use sahod_model::{Mode, Rights, UserId};
use sahod_vault::KeysUsed;

use crate::{
    Claim, Claimed, FirstAnswer, IdempotentRequest, NewApiKey, NewJob, Scope, Store, StoreError,
    testing::{TestStore, each_store},
};

const LEASE: Duration = Duration::from_secs(30);
const HOUR: Duration = Duration::from_hours(1);

async fn claim(store: &Store, scope: &Scope, key: &str, request: &[u8]) -> Claimed {
    let request = IdempotentRequest { key, request };
    store.scoped(scope).claim_idempotency_key(&request, LEASE).await.unwrap()
}

async fn mine(store: &Store, scope: &Scope, key: &str) -> Claim {
    match claim(store, scope, key, b"POST /v1/users\n").await {
        Claimed::Mine(claim) => claim,
        other => panic!("{other:?}"),
    }
}

fn answer(text: &str) -> FirstAnswer {
    FirstAnswer { status: 201, request_id: format!("id-{}", text.len()), body: text.as_bytes().to_vec() }
}

/// Makes a user as a use case does.
async fn make_user(test: &TestStore, store: &Store, scope: &Scope) -> Result<UserId, StoreError> {
    let user = test.new_user(scope, &[]);
    let mut tx = store.begin().await?;
    tx.scoped(scope).insert_user(&user, None).await?;
    tx.enqueue(&NewJob { kind: "greet.v1", payload: "{}".to_owned(), run_at: test.clock_now() }).await?;
    tx.commit().await?;
    Ok(user.id)
}

impl TestStore {
    fn clock_now(&self) -> sahod_model::Timestamp {
        sahod_model::Clock::now(&*self.clock)
    }
}

async fn is_there(store: &Store, scope: &Scope, user: &UserId) -> bool {
    store.scoped(scope).get_user(user).await.unwrap().is_some()
}

#[tokio::test]
async fn an_answer_goes_with_what_it_took_to_make_it() {
    each_store(async |test| {
        let (store, other_node) = (&test.store, test.reopen().await);
        let scope = test.tenant("acme", Mode::Sandbox).await;
        let claimed = mine(store, &scope, "k").await;
        let (made, used) = KeysUsed::by(store.create_key("u-1")).await;
        made.unwrap();
        let mut tx = store.begin().await.unwrap();
        assert!(tx.scoped(&scope).update_first_answer(&claimed, &answer("George"), used).await.unwrap());
        tx.commit().await.unwrap();
        for node in [store, &other_node] {
            let again = claim(node, &scope, "k", b"POST /v1/users\n").await;
            assert!(matches!(again, Claimed::Answered(found) if found == answer("George")));
        }
        store.destroy_key("u-1").await.unwrap();
        for node in [store, &other_node] {
            assert!(matches!(claim(node, &scope, "k", b"POST /v1/users\n").await, Claimed::Gone));
            assert!(matches!(claim(node, &scope, "k", b"POST /v1/users\n{}").await, Claimed::OtherRequest));
        }
    })
    .await;
}

/// Whoever is told that the day's key is there finds it.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_first_requests_of_a_day_can_come_at_once() {
    each_store(async |test| {
        let scope = test.tenant("acme", Mode::Sandbox).await;
        let (test, scope) = (&test, &scope);
        for _ in 0..20 {
            let all = (0..8).map(|number| async move {
                let key = format!("key-{number}");
                let named = IdempotentRequest { key: &key, request: b"request" };
                test.store.scoped(scope).claim_idempotency_key(&named, LEASE).await.map(drop)
            });
            for claimed in futures_util::future::join_all(all).await {
                claimed.unwrap();
            }
            test.clock.advance(25 * HOUR);
        }
    })
    .await;
}

#[tokio::test]
async fn a_request_is_carried_out_by_one_and_answered_to_all() {
    each_store(async |test| {
        let (store, other_node) = (&test.store, test.reopen().await);
        let scope = test.tenant("acme", Mode::Sandbox).await;
        let first = mine(store, &scope, "k").await;
        for node in [store, &other_node] {
            assert!(matches!(claim(node, &scope, "k", b"POST /v1/users\n").await, Claimed::Running));
            assert!(matches!(claim(node, &scope, "k", b"POST /v1/users\n{}").await, Claimed::OtherRequest));
        }
        let mut tx = store.begin().await.unwrap();
        assert!(
            tx.scoped(&scope)
                .update_first_answer(&first, &answer("a secret"), KeysUsed::default())
                .await
                .unwrap()
        );
        tx.commit().await.unwrap();
        store.scoped(&scope).release_idempotency_key(&first).await.unwrap();
        for node in [store, &other_node, &test.reopen().await] {
            match claim(node, &scope, "k", b"POST /v1/users\n").await {
                Claimed::Answered(found) => assert_eq!(found, answer("a secret")),
                other => panic!("{other:?}"),
            }
            assert!(matches!(claim(node, &scope, "k", b"POST /v1/users\n{}").await, Claimed::OtherRequest));
        }
        if test.engine == "sqlite" {
            for file in ["data.db", "data.db-wal"] {
                let bytes = std::fs::read(test.folder().join(file)).unwrap();
                for text in [&b"a secret"[..], b"POST /v1"] {
                    assert!(!bytes.windows(text.len()).any(|at| at == text), "{file} tells {text:?}");
                }
            }
        }
        // Another key, another mode, another tenant: nothing of it.
        mine(store, &scope, "K").await;
        mine(store, &test.store.scope(scope.tenant(), Mode::Production).await.unwrap().unwrap(), "k").await;
        mine(store, &test.tenant("beta", Mode::Sandbox).await, "k").await;
    })
    .await;
}

#[tokio::test]
async fn whoever_lost_the_claim_cannot_answer() {
    each_store(async |test| {
        let scope = test.tenant("acme", Mode::Sandbox).await;
        let slow = mine(&test.store, &scope, "k").await;
        test.clock.advance(LEASE);
        let quick = mine(&test.store, &scope, "k").await;
        // A release by the one who lost it is none.
        test.store.scoped(&scope).release_idempotency_key(&slow).await.unwrap();
        for (claim, text, good) in [(&slow, "slow", false), (&quick, "quick", true), (&slow, "slow", false)] {
            let (user, held) = test.store.hold(make_user(test, &test.store, &scope)).await;
            let (user, mut tx) = (user.unwrap(), held.into_tx().unwrap());
            let written = tx
                .scoped(&scope)
                .update_first_answer(claim, &answer(text), KeysUsed::default())
                .await
                .unwrap();
            assert_eq!(written, good, "{text}");
            if written {
                tx.commit().await.unwrap();
            } else {
                drop(tx);
            }
            assert_eq!(is_there(&test.store, &scope, &user).await, good, "{text}");
        }
        let Claimed::Answered(found) = claim(&test.store, &scope, "k", b"POST /v1/users\n").await else {
            panic!("no answer");
        };
        assert_eq!(found, answer("quick"));
    })
    .await;
}

#[tokio::test]
async fn a_released_key_can_be_claimed_at_once() {
    each_store(async |test| {
        let scope = test.tenant("acme", Mode::Sandbox).await;
        let first = mine(&test.store, &scope, "k").await;
        test.store.scoped(&scope).release_idempotency_key(&first).await.unwrap();
        mine(&test.store, &scope, "k").await;
        let mut tx = test.store.begin().await.unwrap();
        assert!(
            !tx.scoped(&scope)
                .update_first_answer(&first, &answer("late"), KeysUsed::default())
                .await
                .unwrap()
        );
    })
    .await;
}

#[tokio::test]
async fn held_work_is_durable_with_its_answer_or_not_at_all() {
    each_store(async |test| {
        let scope = test.tenant("acme", Mode::Sandbox).await;
        let other_node = test.reopen().await;
        for committed in [false, true] {
            let store = &test.store;
            let claim = mine(store, &scope, &format!("k-{committed}")).await;
            let work = async {
                let first = make_user(test, store, &scope).await.unwrap();
                // A second transaction goes on in the same one, and a read sees what was written.
                let second = make_user(test, store, &scope).await.unwrap();
                assert!(is_there(store, &scope, &first).await && is_there(store, &scope, &second).await);
                (first, second)
            };
            let ((first, second), held) = store.hold(work).await;
            assert!(held.wrote());
            if committed {
                let mut tx = held.into_tx().unwrap();
                assert!(
                    tx.scoped(&scope)
                        .update_first_answer(&claim, &answer("x"), KeysUsed::default())
                        .await
                        .unwrap()
                );
                assert!(!is_there(&other_node, &scope, &first).await, "not before the commit");
                tx.commit().await.unwrap();
            } else {
                drop(held);
            }
            for user in [&first, &second] {
                assert_eq!(is_there(&other_node, &scope, user).await, committed);
            }
            let jobs = test.claim(&["greet.v1"], 10).await;
            assert_eq!(jobs.len(), if committed { 2 } else { 0 });
        }
    })
    .await;
}

#[tokio::test]
async fn single_writes_are_held_too_and_what_fails_takes_all_with_it() {
    each_store(async |test| {
        let (store, scope) = (&test.store, test.tenant("acme", Mode::Sandbox).await);
        let key = sahod_model::ApiKeyId::new(&*test.clock, &*test.random);
        let new = NewApiKey {
            id: &key,
            secret_hash: [0; 32],
            label: "label",
            rights: Rights::ALL,
            created_at: test.clock_now(),
            expires_at: None,
        };
        let insert = || store.insert_api_key(&scope, &new);
        let (result, held) = store.hold(insert()).await;
        result.unwrap();
        assert!(held.wrote());
        drop(held);
        assert!(store.api_key(&key).await.unwrap().is_none());

        insert().await.unwrap();
        let (user, held) = store
            .hold(async {
                let user = make_user(test, store, &scope).await.unwrap();
                assert!(matches!(insert().await, Err(StoreError::Conflict(_))));
                assert!(make_user(test, store, &scope).await.is_err(), "the first part is lost already");
                user
            })
            .await;
        assert!(held.into_tx().is_err());
        assert!(!is_there(store, &scope, &user).await);

        // A transaction that its use case gives up takes nothing with it when nothing was written before.
        let (user, held) = store
            .hold(async {
                let mut tx = store.begin().await.unwrap();
                tx.scoped(&scope).insert_user(&test.new_user(&scope, &[]), None).await.unwrap();
                drop(tx);
                make_user(test, store, &scope).await.unwrap()
            })
            .await;
        held.into_tx().unwrap().commit().await.unwrap();
        assert!(is_there(store, &scope, &user).await);
        assert!(!store.hold(async {}).await.1.wrote());
    })
    .await;
}

#[tokio::test]
async fn keys_live_for_a_day_and_are_swept_in_bounded_batches() {
    each_store(async |test| {
        let scope = test.tenant("acme", Mode::Sandbox).await;
        for number in 0..5 {
            let claim = mine(&test.store, &scope, &format!("k-{number}")).await;
            let mut tx = test.store.begin().await.unwrap();
            tx.scoped(&scope).update_first_answer(&claim, &answer("x"), KeysUsed::default()).await.unwrap();
            tx.commit().await.unwrap();
        }
        let day_key = super::super::idempotency::day_key_id(test.clock_now().date());
        test.clock.advance(HOUR * 24);
        assert_eq!(test.store.sweep_idempotency_keys(2).await.unwrap(), 0);
        assert!(matches!(claim(&test.store, &scope, "k-0", b"POST /v1/users\n").await, Claimed::Answered(_)));
        test.clock.advance(HOUR * 2);
        for deleted in [2, 2, 1, 0] {
            assert_eq!(test.store.sweep_idempotency_keys(2).await.unwrap(), deleted);
        }
        mine(&test.store, &scope, "k-0").await;
        assert!(test.store.key(&day_key).await.unwrap().is_some());
        test.clock.advance(HOUR * 24 * 2);
        test.store.sweep_idempotency_keys(10).await.unwrap();
        assert!(test.store.key(&day_key).await.unwrap().is_none(), "nothing opens those answers any more");
    })
    .await;
}

#[tokio::test]
async fn a_standing_job_is_there_once() {
    each_store(async |test| {
        let id = "job-00000000000000000000000000000001".parse().unwrap();
        for _ in 0..3 {
            test.store.ensure_standing_job(&id, "sweep.v1", test.clock_now()).await.unwrap();
        }
        assert_eq!(test.claim(&["sweep.v1"], 10).await.len(), 1);
    })
    .await;
}
