use std::{collections::BTreeSet, time::Duration};

use sahod_model::{Account, Clock as _, EventId, EventType, Mode, SourceId, Timestamp};

use super::{connected, created};
use crate::{
    EventFilter, Kept, PageRequest, Scope,
    testing::{TestStore, each_store},
};

const MINUTE: Duration = Duration::from_mins(1);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sequences_have_no_gaps_whoever_fails() {
    each_store(async |test| {
        let scope = test.tenant("acme", Mode::Sandbox).await;
        let user = test.user(&scope).await;
        let (account, _) = test.account(&scope, &user, "george").await;
        let source = SourceId::from(&account.id);
        let (scope, account, source) = (&scope, &account, &source);
        let appends = (0..40).map(|number| async move {
            let mut tx = test.store.begin().await.unwrap();
            let id = tx.scoped(scope).append_event(&connected(account), Some(source)).await.unwrap();
            if number % 4 == 0 {
                return None;
            }
            tx.commit().await.unwrap();
            Some(id)
        });
        let committed: Vec<_> = futures_util::future::join_all(appends).await.into_iter().flatten().collect();
        let mut stored = Vec::new();
        for seq in 1.. {
            let Some(event) = test.store.event(scope.number(), seq).await.unwrap() else { break };
            assert_eq!(event.event_type, EventType::AccountConnected);
            assert_eq!(event.source_id.as_ref(), Some(source));
            assert!(event.body.contains(account.id.as_str()), "{}", event.body);
            stored.push(event.id);
        }
        assert_eq!(committed.len(), 30);
        stored.sort();
        let mut committed = committed;
        committed.sort();
        assert_eq!(stored, committed);
        assert!(test.store.event(scope.number() + 1, 1).await.unwrap().is_none());
    })
    .await;
}

/// Two events of each of two users, one of them about an account.
async fn four_events(test: &TestStore, scope: &Scope) -> (Vec<EventId>, [Account; 2]) {
    let mut ids = Vec::new();
    let mut accounts = Vec::new();
    for name in ["george", "bela"] {
        let user = test.user(scope).await;
        let (account, _) = test.account(scope, &user, name).await;
        let mut tx = test.store.begin().await.unwrap();
        ids.push(tx.scoped(scope).append_event(&created(&user), None).await.unwrap());
        let source = SourceId::from(&account.id);
        ids.push(tx.scoped(scope).append_event(&connected(&account), Some(&source)).await.unwrap());
        tx.commit().await.unwrap();
        accounts.push(account);
    }
    (ids, accounts.try_into().unwrap())
}

/// The numbers of a list, page by page.
async fn numbers(test: &TestStore, scope: &Scope, filter: &EventFilter) -> Vec<i64> {
    let (mut found, mut page) = (Vec::new(), PageRequest::first(1));
    loop {
        let listed = test.store.scoped(scope).list_events(filter, &page).await.unwrap();
        found.extend(listed.items.iter().map(|event| event.seq));
        let Some(next) = listed.next else { return found };
        page.after = Some(next);
    }
}

#[tokio::test]
async fn events_are_found_by_id_and_listed_either_way() {
    each_store(async |test| {
        let acme = test.tenant("acme", Mode::Sandbox).await;
        let beta = test.tenant("beta", Mode::Sandbox).await;
        let (ids, [george, _]) = four_events(test, &acme).await;
        let (others, _) = four_events(test, &beta).await;

        let scoped = test.store.scoped(&acme);
        let second = scoped.get_event(&ids[1]).await.unwrap().unwrap();
        assert_eq!((second.seq, second.event_type), (2, EventType::AccountConnected));
        assert_eq!(second.user_id.as_ref(), Some(&george.user_id));
        assert_eq!(second.source_id, Some(SourceId::from(&george.id)));
        assert!(scoped.get_event(&others[0]).await.unwrap().is_none(), "another tenant's");

        let any = EventFilter::default();
        let created = EventFilter { event_type: Some(EventType::UserCreated), ..any.clone() };
        let georges = EventFilter { user_id: Some(george.user_id.clone()), ..any.clone() };
        for (filter, newest_first) in [
            (any, &[4, 3, 2, 1][..]),
            (created.clone(), &[3, 1]),
            (georges.clone(), &[2, 1]),
            (EventFilter { event_type: created.event_type, ..georges }, &[1]),
        ] {
            assert_eq!(numbers(test, &acme, &filter).await, newest_first, "{filter:?}");
            for after in 0..5 {
                let expected: Vec<_> =
                    newest_first.iter().rev().copied().filter(|seq| *seq > after).collect();
                let filter = EventFilter { after: Some(after), ..filter.clone() };
                assert_eq!(numbers(test, &acme, &filter).await, expected, "{filter:?}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn old_events_are_swept_and_what_is_kept_is_told() {
    each_store(async |test| {
        let scope = test.tenant("acme", Mode::Sandbox).await;
        let scoped = test.store.scoped(&scope);
        assert_eq!(scoped.kept_events().await.unwrap(), Kept { first: 1, last: 0 });
        four_events(test, &scope).await;
        test.clock.advance(Duration::from_hours(89 * 24));
        four_events(test, &scope).await;
        assert_eq!(scoped.kept_events().await.unwrap(), Kept { first: 1, last: 8 });

        assert_eq!(test.store.sweep_events(scope.number(), 10).await.unwrap(), 0);
        test.clock.advance(Duration::from_hours(2 * 24));
        assert_eq!(test.store.sweep_events(scope.number(), 3).await.unwrap(), 3, "no more than asked");
        assert_eq!(scoped.kept_events().await.unwrap(), Kept { first: 4, last: 8 });
        assert_eq!(test.store.sweep_events(scope.number(), 10).await.unwrap(), 1);
        assert_eq!(test.store.sweep_events(scope.number(), 10).await.unwrap(), 0);
        assert_eq!(numbers(test, &scope, &EventFilter::default()).await, [8, 7, 6, 5]);

        test.clock.advance(Duration::from_hours(90 * 24));
        assert_eq!(test.store.sweep_events(scope.number(), 10).await.unwrap(), 4);
        assert_eq!(scoped.kept_events().await.unwrap(), Kept { first: 9, last: 8 }, "the sequence goes on");
        four_events(test, &scope).await;
        assert_eq!(numbers(test, &scope, &EventFilter::default()).await, [12, 11, 10, 9]);
    })
    .await;
}

#[tokio::test]
async fn a_commit_wakes_whoever_waits_for_events() {
    each_store(async |test| {
        let scope = test.tenant("acme", Mode::Sandbox).await;
        let scoped = test.store.scoped(&scope);
        let (appended, ready) = (scoped.event_appended(), test.store.deliveries_ready());
        four_events(test, &scope).await;
        let patience = Duration::from_secs(30);
        tokio::time::timeout(patience, appended).await.unwrap();
        let woken = tokio::time::timeout(patience, ready).await.unwrap();
        assert_eq!(woken, BTreeSet::from([scope.number()]));
    })
    .await;
}

#[tokio::test]
async fn the_first_event_of_a_moment_is_found() {
    each_store(async |test| {
        let scope = test.tenant("acme", Mode::Sandbox).await;
        let (user, scoped) = (test.user(&scope).await, test.store.scoped(&scope));
        let start = test.clock.now();
        assert_eq!(scoped.first_event_at(start).await.unwrap(), 1, "one past the last, as there is none");
        for _ in 0..5 {
            let mut tx = test.store.begin().await.unwrap();
            tx.scoped(&scope).append_event(&created(&user), None).await.unwrap();
            tx.commit().await.unwrap();
            test.clock.advance(MINUTE);
        }
        let at = |half_minutes: u32| start.plus(MINUTE / 2 * half_minutes);
        for (moment, seq) in
            [(Timestamp::from_micros(0), 1), (start, 1), (at(1), 2), (at(2), 2), (at(8), 5), (at(9), 6)]
        {
            assert_eq!(scoped.first_event_at(moment).await.unwrap(), seq, "{moment:?}");
        }
    })
    .await;
}
