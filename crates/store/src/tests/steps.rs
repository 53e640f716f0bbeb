use std::time::Duration;

use sahod_model::{AccountErrorCode, Clock as _, Mode, Step, TokenId};

use crate::{PageRequest, SessionRef, testing::each_store};

#[tokio::test]
async fn steps_are_kept_for_fifteen_months() {
    each_store(async |test| {
        let scope = test.tenant("acme", Mode::Sandbox).await;
        let user = test.user(&scope).await;
        for _ in 0..3 {
            let id = TokenId::new(&*test.clock, &*test.random);
            let session = SessionRef { id, user_id: user.clone(), opened_at: test.clock.now() };
            let mut tx = test.store.begin().await.unwrap();
            tx.scoped(&scope).insert_step(&session, Step::Opened, None, None).await.unwrap();
            tx.commit().await.unwrap();
            test.clock.advance(Duration::from_hours(24));
        }
        assert_eq!(test.store.sweep_steps(scope.number(), 10).await.unwrap(), 0);
        test.clock.advance(Duration::from_hours(459 * 24));
        assert_eq!(test.store.sweep_steps(scope.number(), 1).await.unwrap(), 1);
        assert_eq!(test.store.sweep_steps(scope.number(), 10).await.unwrap(), 1);
        let scoped = test.store.scoped(&scope);
        assert_eq!(scoped.list_steps(&user, &PageRequest::first(10)).await.unwrap().items.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn steps_are_listed_and_counted_by_session_up_to_a_bound() {
    each_store(async |test| {
        let scope = test.tenant("acme", Mode::Sandbox).await;
        let other = test.store.scope(scope.tenant(), Mode::Production).await.unwrap().unwrap();
        let user = test.user(&scope).await;
        let session = || SessionRef {
            id: TokenId::new(&*test.clock, &*test.random),
            user_id: user.clone(),
            opened_at: test.clock.now(),
        };
        let (first, second) = (session(), session());
        let failed = Some(AccountErrorCode::InvalidMfa);
        let mut tx = test.store.begin().await.unwrap();
        let mut scoped = tx.scoped(&scope);
        for (session, step, error) in [
            (&first, Step::Opened, None),
            (&second, Step::Opened, None),
            (&first, Step::Failed, failed),
            (&first, Step::Failed, failed),
            (&first, Step::Failed, Some(AccountErrorCode::SystemError)),
        ] {
            test.clock.advance(Duration::from_secs(1));
            scoped.insert_step(session, step, None, error).await.unwrap();
        }
        for _ in 0..510 {
            scoped.insert_step(&second, Step::Searched, None, None).await.unwrap();
        }
        scoped.insert_step(&second, Step::Submitted, None, None).await.unwrap();
        tx.commit().await.unwrap();

        let scoped = test.store.scoped(&scope);
        let all = scoped.list_steps(&user, &PageRequest::first(1_000)).await.unwrap().items;
        assert_eq!(all.len(), 4 + 500 + 1, "a widget tells so many, and the rest is noted in any case");
        assert_eq!(scoped.submissions(&second).await.unwrap(), 1);
        assert_eq!(scoped.submissions(&first).await.unwrap(), 0);
        assert_eq!((all.last().unwrap().step, &all.last().unwrap().session_id), (Step::Opened, &first.id));

        let funnel = scoped.funnel(first.opened_at, test.clock.now()).await.unwrap();
        let mut steps = funnel.steps;
        steps.sort_by_key(|(step, _)| step.as_str());
        assert_eq!(steps, [(Step::Failed, 1), (Step::Opened, 2), (Step::Searched, 1), (Step::Submitted, 1)]);
        assert_eq!(funnel.failures, [(AccountErrorCode::InvalidMfa, 1), (AccountErrorCode::SystemError, 1)]);
        let later = scoped.funnel(test.clock.now(), test.clock.now()).await.unwrap();
        assert!(later.steps.is_empty() && later.failures.is_empty(), "by when the session was opened");
        let elsewhere = test.store.scoped(&other);
        assert!(elsewhere.list_steps(&user, &PageRequest::first(10)).await.unwrap().items.is_empty());
        assert!(elsewhere.funnel(first.opened_at, test.clock.now()).await.unwrap().steps.is_empty());
    })
    .await;
}
