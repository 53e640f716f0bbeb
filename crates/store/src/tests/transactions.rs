use std::{sync::Arc, time::Duration};

use sahod_model::{Mode, UserId};

use crate::{
    Scope, Store, StoreError,
    testing::{TestStore, each_store},
};

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
            tx.scoped(scope).insert_user(&user, None).await.unwrap();
            let id = user.id.clone();
            match number % 10 {
                0 => {
                    user.id = existing.clone();
                    let result = tx.scoped(scope).insert_user(&user, None).await;
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
        idle.scoped(&scope).insert_user(&idle_user, None).await.unwrap();
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
        tx.scoped(&scope).insert_user(&kept, None).await.unwrap();
        // A busy machine can let the writing thread answer before it is asked whether it has: then the next one is given up.
        let given_up = (0..1_000).any(|_| {
            let user = test.new_user(&scope, &[]);
            let mut scoped = tx.scoped(&scope);
            futures_util::FutureExt::now_or_never(scoped.insert_user(&user, None)).is_none()
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
        let opened = Store::open(&test.config, test.master.clone(), clock, Arc::clone(&test.random)).await;
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
