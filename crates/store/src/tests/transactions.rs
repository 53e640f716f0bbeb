use std::{sync::Arc, time::Duration};

use sahod_model::{Mode, User, UserId};

use super::created;
use crate::{
    EventFilter, PageRequest, Scope, Store, StoreError, Tx,
    testing::{TestStore, each_store, open_store},
};

/// Inserts a user at once, by a statement that follows it, and not with the commit.
async fn insert_at_once(tx: &mut Tx, scope: &Scope, user: &User) -> Result<(), StoreError> {
    tx.scoped(scope).insert_user(user, None).await?;
    tx.scoped(scope).shares_something(&user.id).await.map(|_| ())
}

async fn insert_user(test: &TestStore, store: &Store, scope: &Scope) -> Result<UserId, StoreError> {
    let user = test.new_user(scope, &[]);
    let mut tx = store.begin().await?;
    tx.scoped(scope).insert_user(&user, None).await?;
    tx.commit().await?;
    Ok(user.id)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failing_transaction_leaves_those_beside_it_alone() {
    each_store(async |test| {
        let scope = test.tenant("acme", Mode::Sandbox).await;
        let existing = test.user(&scope).await;
        let test = &test;
        let scope = &scope;
        let existing = &existing;
        let all = (0..60).map(|number| async move {
            let mut user = test.new_user(scope, &[]);
            let fails = number % 5 == 0;
            let mut tx = test.store.begin().await.unwrap();
            insert_at_once(&mut tx, scope, &user).await.unwrap();
            let id = user.id.clone();
            match number % 10 {
                0 => {
                    user.id = existing.clone();
                    let result = insert_at_once(&mut tx, scope, &user).await;
                    assert!(matches!(result, Err(StoreError::Conflict(_))), "{result:?}");
                    assert!(tx.commit().await.is_err());
                }
                5 => drop(tx),
                _ => tx.commit().await.unwrap(),
            }
            (id, fails)
        });
        for (id, failed) in futures_util::future::join_all(all).await {
            let found = test.store.scoped(scope).get_user(&id).await.unwrap();
            assert_eq!(found.is_none(), failed, "{id}");
        }
    })
    .await;
}

/// Transactions that only insert share a commit. What is wrong with one of them is told to its caller alone.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn transactions_that_share_a_commit_share_no_fault_and_no_number() {
    each_store(async |test| {
        let (scope, other) =
            (&test.tenant("acme", Mode::Sandbox).await, &test.tenant("beta", Mode::Sandbox).await);
        let existing = &test.user(scope).await;
        let commit = async |number: usize| {
            let scope = if number.is_multiple_of(3) { other } else { scope };
            let mut user = test.new_user(scope, &[]);
            if number % 10 == 4 {
                user.id = existing.clone();
            }
            let mut tx = test.store.begin().await.unwrap();
            tx.scoped(scope).insert_user(&user, None).await.unwrap();
            let mut events = Vec::new();
            for _ in 0..=(number % 3) {
                events.push(tx.scoped(scope).append_event(&created(&user.id), None).await.unwrap());
            }
            match number % 10 {
                9 => drop(tx),
                4 => {
                    let result = tx.commit().await;
                    assert!(matches!(result, Err(StoreError::Conflict(_))), "{result:?}");
                }
                _ => {
                    tx.commit().await.unwrap();
                    // Acknowledged, so it is there.
                    assert!(test.store.scoped(scope).get_user(&user.id).await.unwrap().is_some());
                    return (number.is_multiple_of(3), user.id, events);
                }
            }
            (number.is_multiple_of(3), user.id, Vec::new())
        };
        let done = futures_util::future::join_all((0..200).map(commit)).await;
        for (of_other, scope) in [(false, scope), (true, other)] {
            let mut wanted: Vec<_> =
                done.iter().filter(|(of, ..)| *of == of_other).flat_map(|(_, _, events)| events).collect();
            let filter = EventFilter { after: Some(0), ..EventFilter::default() };
            let page = PageRequest::first(1_000);
            let listed = test.store.scoped(scope).list_events(&filter, &page).await.unwrap().items;
            // No gap and nothing twice, and what one transaction appended stands together in its order.
            let numbers: Vec<_> = listed.iter().map(|event| event.seq).collect();
            assert_eq!(numbers, (1..).take(wanted.len()).collect::<Vec<_>>());
            let place = |id: &sahod_model::EventId| listed.iter().position(|event| event.id == *id).unwrap();
            for (.., events) in done.iter().filter(|(of, ..)| *of == of_other) {
                let places: Vec<_> = events.iter().map(place).collect();
                assert!(places.windows(2).all(|pair| pair[1] == pair[0] + 1), "{places:?}");
            }
            wanted.sort_by_key(|id| place(id));
            assert!(wanted.iter().zip(&listed).all(|(id, event)| **id == event.id));
            assert!(listed.is_sorted_by_key(|event| event.created_at));
        }
    })
    .await;
}

/// Nodes that append at the same time get numbers without a gap, too.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nodes_that_append_at_once_leave_no_gap() {
    each_store(async |test| {
        if test.engine == "sqlite" {
            return;
        }
        let scope = &test.tenant("acme", Mode::Sandbox).await;
        let nodes = &[test.reopen().await, test.reopen().await, test.reopen().await];
        let append = async |number: usize| insert_with_event(test, &nodes[number % 3], scope).await;
        futures_util::future::join_all((0..150).map(append)).await;
        let filter = EventFilter { after: Some(0), ..EventFilter::default() };
        let listed = test.store.scoped(scope).list_events(&filter, &PageRequest::first(1_000)).await.unwrap();
        let numbers: Vec<_> = listed.items.iter().map(|event| event.seq).collect();
        assert_eq!(numbers, (1..=150).collect::<Vec<_>>());
    })
    .await;
}

async fn insert_with_event(test: &TestStore, store: &Store, scope: &Scope) {
    let user = test.new_user(scope, &[]);
    let mut tx = store.begin().await.unwrap();
    tx.scoped(scope).insert_user(&user, None).await.unwrap();
    tx.scoped(scope).append_event(&created(&user.id), None).await.unwrap();
    tx.commit().await.unwrap();
}

/// Whoever gives up waiting for a shared commit takes nobody else's with it.
#[tokio::test]
async fn a_commit_that_nobody_waits_for_any_more_holds_nobody_up() {
    each_store(async |test| {
        let scope = &test.tenant("acme", Mode::Sandbox).await;
        for _ in 0..20 {
            let given_up = insert_with_event(test, &test.store, scope);
            let _ = futures_util::FutureExt::now_or_never(given_up);
            insert_with_event(test, &test.store, scope).await;
        }
    })
    .await;
}

#[tokio::test]
async fn what_was_acknowledged_is_there_after_a_restart() {
    each_store(async |test| {
        let scope = test.tenant("acme", Mode::Sandbox).await;
        let first = test.reopen().await;
        let user = insert_user(test, &first, &scope).await.unwrap();
        drop(first);
        let second = test.reopen().await;
        let scope = second.scope(scope.tenant(), Mode::Sandbox).await.unwrap().unwrap();
        assert!(second.scoped(&scope).get_user(&user).await.unwrap().is_some());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_transaction_that_stands_idle_is_rolled_back_and_blocks_nobody_for_long() {
    each_store(async |test| {
        let scope = test.tenant("acme", Mode::Sandbox).await;
        let idle_user = test.new_user(&scope, &[]);
        let mut idle = test.store.begin().await.unwrap();
        insert_at_once(&mut idle, &scope, &idle_user).await.unwrap();
        let waiting = tokio::time::timeout(Duration::from_secs(8), insert_user(test, &test.store, &scope));
        assert!(waiting.await.expect("the idle one gives way").is_ok());
        tokio::time::sleep(Duration::from_secs(6)).await;
        let result = idle.commit().await;
        assert!(matches!(result, Err(StoreError::Unavailable(_))), "{result:?}");
        assert!(test.store.scoped(&scope).get_user(&idle_user.id).await.unwrap().is_none());
    })
    .await;
}

#[tokio::test]
async fn a_statement_that_was_given_up_breaks_its_transaction() {
    each_store(async |test| {
        let scope = test.tenant("acme", Mode::Sandbox).await;
        let kept = test.new_user(&scope, &[]);
        let mut tx = test.store.begin().await.unwrap();
        insert_at_once(&mut tx, &scope, &kept).await.unwrap();
        // A busy machine can let the writing thread answer before it is asked whether it has: then the next one is given up.
        let given_up = (0..1_000).any(|_| {
            let user = test.new_user(&scope, &[]);
            futures_util::FutureExt::now_or_never(insert_at_once(&mut tx, &scope, &user)).is_none()
        });
        assert!(given_up);
        assert!(tx.commit().await.is_err());
        assert!(test.store.scoped(&scope).get_user(&kept.id).await.unwrap().is_none());
        test.user(&scope).await;
    })
    .await;
}

#[tokio::test]
async fn a_newer_schema_is_refused() {
    each_store(async |test| {
        const NEWER: crate::engine::Sql = crate::engine::Sql::new("UPDATE schema_version SET version = 99");
        test.store.data().write(NEWER, vec![]).await.unwrap();
        let clock = Arc::clone(&test.clock) as Arc<dyn sahod_model::Clock>;
        let opened = open_store(&test.config, &test.master, clock, Arc::clone(&test.random)).await;
        assert!(matches!(opened, Err(StoreError::Refused(_))), "{opened:?}");
    })
    .await;
}

#[tokio::test]
async fn nodes_that_start_at_once_agree_on_the_schema() {
    each_store(async |test| {
        test.store.ping().await.unwrap();
        let opened = futures_util::future::join_all((0..4).map(|_| test.reopen())).await;
        for store in opened {
            store.ping().await.unwrap();
        }
    })
    .await;
}

#[tokio::test]
async fn a_lost_server_is_unavailable_and_its_password_stays_secret() {
    let url = "postgres://me:hunter2@127.0.0.1:1/none";
    let config = crate::StoreConfig { database: url.parse().unwrap(), keyring: url.parse().unwrap() };
    let clock = Arc::new(sahod_model::SystemClock);
    let master = sahod_vault::MasterKey::from_bytes([1; 32]);
    let error = Store::open(&config, master, clock, Arc::new(sahod_model::SystemRandom)).await.unwrap_err();
    assert!(matches!(error, StoreError::Unavailable(_)), "{error:?}");
    assert!(!format!("{error:?} {error}").contains("hunter2"));
}
