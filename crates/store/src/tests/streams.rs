//! How events come to webhooks: who has which, how far each has come, and what is sent again.

use std::{slice, time::Duration};

use sahod_model::{
    Clock as _, EventType, Mode, SecretString, SwitchedOff, SwitchedOffReason, Timestamp, Webhook, WebhookId,
};

use super::created;
use crate::{
    Again, FailedDelivery, Holder, MOST_AGAIN, Replayed, Scope, Store, StreamProgress, StreamState,
    testing::{TestStore, each_store},
};

const ONE: Holder = [1; 16];
const OTHER: Holder = [2; 16];
const MINUTE: Duration = Duration::from_mins(1);
const ALL: &[EventType] = &[EventType::AllEvents];

/// A webhook of all events.
pub(super) async fn webhook(test: &TestStore, scope: &Scope, active: bool) -> Webhook {
    insert(test, scope, active, usize::MAX).await.unwrap()
}

/// The same, if its scope has fewer than so many.
async fn insert(test: &TestStore, scope: &Scope, active: bool, most: usize) -> Option<Webhook> {
    let id = WebhookId::new(&*test.clock, &*test.random);
    let key = test.store.create_key(id.as_str()).await.unwrap();
    let webhook = Webhook {
        id,
        name: "hook".to_owned(),
        url: "https://example.com".parse().unwrap(),
        secret: SecretString::from("secret"),
        previous_secret: None,
        event_types: ALL.to_vec(),
        active,
        include_payload: false,
        created_at: test.clock.now(),
        updated_at: test.clock.now(),
        switched_off: None,
    };
    let mut tx = test.store.begin().await.unwrap();
    let inserted = tx.scoped(scope).insert_webhook(&webhook, &key, most).await.unwrap();
    tx.commit().await.unwrap();
    inserted.then_some(webhook)
}

async fn events(test: &TestStore, scope: &Scope, count: usize) {
    let user_id = test.user(scope).await;
    let mut tx = test.store.begin().await.unwrap();
    for _ in 0..count {
        tx.scoped(scope).append_event(&created(&user_id), None).await.unwrap();
    }
    tx.commit().await.unwrap();
}

async fn set_active(test: &TestStore, scope: &Scope, webhook: &Webhook, active: bool) {
    let key = test.store.key(webhook.id.as_str()).await.unwrap().unwrap();
    let before = test.store.scoped(scope).get_webhook(&webhook.id).await.unwrap().unwrap();
    let changed = Webhook { active, updated_at: before.updated_at.plus(MINUTE), ..before.clone() };
    let mut tx = test.store.begin().await.unwrap();
    assert!(tx.scoped(scope).update_webhook(&before, &changed, &key).await.unwrap());
    assert!(!tx.scoped(scope).update_webhook(&before, &changed, &key).await.unwrap(), "it has changed since");
    tx.commit().await.unwrap();
}

async fn claim(test: &TestStore, holder: Holder) -> Vec<WebhookId> {
    let now = test.clock.now();
    let claimed = test.store.claim_streams(holder, now, now.plus(MINUTE)).await.unwrap();
    claimed.into_iter().map(|(id, _)| id).collect()
}

async fn renew(test: &TestStore, holder: Holder, webhook: &Webhook, until: Timestamp) -> Vec<WebhookId> {
    test.store.renew_streams(holder, vec![webhook.id.clone()], until).await.unwrap()
}

async fn open(test: &TestStore, holder: Holder, scope: &Scope, webhook: &Webhook) -> Option<StreamState> {
    test.store.open_stream(holder, scope.number(), &webhook.id).await.unwrap()
}

async fn note(
    test: &TestStore,
    holder: Holder,
    scope: &Scope,
    webhook: &Webhook,
    progress: StreamProgress,
) -> Option<i64> {
    test.store.save_progress(holder, scope.number(), &webhook.id, progress).await.unwrap()
}

/// Number and tries of what is due now.
async fn due(test: &TestStore, webhook: &Webhook) -> Vec<(i64, u32)> {
    let due = test.store.due_deliveries(&webhook.id, test.clock.now(), 100).await.unwrap();
    due.iter().map(|delivery| (delivery.event.seq, delivery.due.tried)).collect()
}

async fn replay(test: &TestStore, scope: &Scope, webhook: &Webhook, again: Again) -> Replayed {
    let mut tx = test.store.begin().await.unwrap();
    let replayed = tx.scoped(scope).replay(&webhook.id, &webhook.event_types, again).await.unwrap();
    tx.commit().await.unwrap();
    replayed
}

async fn numbers_after(store: &Store, scope: &Scope, after: i64) -> Vec<i64> {
    let events = store.events_after(scope.number(), after, 3).await.unwrap();
    events.iter().map(|event| event.seq).collect()
}

#[tokio::test]
async fn a_stream_has_one_holder_for_as_long_as_it_renews() {
    each_store(async |test| {
        let scope = test.tenant("acme", Mode::Sandbox).await;
        let hook = webhook(test, &scope, true).await;
        webhook(test, &scope, false).await;
        assert_eq!(claim(test, ONE).await, slice::from_ref(&hook.id), "the inactive one is nobody's");
        assert!(claim(test, OTHER).await.is_empty());
        assert!(claim(test, ONE).await.is_empty(), "not a second time");
        assert!(open(test, OTHER, &scope, &hook).await.is_none());
        assert_eq!(open(test, ONE, &scope, &hook).await.unwrap().webhook.id, hook.id);

        test.clock.advance(MINUTE);
        let until = test.clock.now().plus(MINUTE);
        assert_eq!(renew(test, ONE, &hook, until).await, slice::from_ref(&hook.id));
        assert!(renew(test, OTHER, &hook, until).await.is_empty());
        test.clock.advance(MINUTE / 2);
        assert!(claim(test, OTHER).await.is_empty());
        test.clock.advance(MINUTE);
        assert_eq!(claim(test, OTHER).await, slice::from_ref(&hook.id), "the lease has ended");

        // The one who had it writes nothing any more.
        assert!(renew(test, ONE, &hook, until).await.is_empty());
        events(test, &scope, 1).await;
        let failed = vec![FailedDelivery { seq: 1, attempt: 1, due_at: Some(until) }];
        let late = StreamProgress { cursor: 1, failed, ..StreamProgress::default() };
        assert_eq!(note(test, ONE, &scope, &hook, late).await, None);
        assert_eq!(open(test, OTHER, &scope, &hook).await.unwrap().cursor, 0);
        test.clock.advance(MINUTE);
        assert!(due(test, &hook).await.is_empty());
        test.store.release_streams(ONE, slice::from_ref(&hook.id)).await.unwrap();
        assert!(open(test, OTHER, &scope, &hook).await.is_some(), "nor gives it back");

        test.store.release_streams(OTHER, slice::from_ref(&hook.id)).await.unwrap();
        assert_eq!(claim(test, ONE).await, slice::from_ref(&hook.id));
        test.store.release_all_streams().await.unwrap();
        assert_eq!(claim(test, OTHER).await, slice::from_ref(&hook.id));
    })
    .await;
}

#[tokio::test]
async fn a_lease_is_renewed_for_what_runs_alone() {
    each_store(async |test| {
        let scope = test.tenant("acme", Mode::Sandbox).await;
        let (runs, does_not) = (webhook(test, &scope, true).await, webhook(test, &scope, true).await);
        assert_eq!(claim(test, ONE).await.len(), 2);
        for _ in 0..3 {
            test.clock.advance(MINUTE / 2);
            let until = test.clock.now().plus(MINUTE);
            assert_eq!(renew(test, ONE, &runs, until).await, slice::from_ref(&runs.id));
        }
        assert_eq!(claim(test, OTHER).await, slice::from_ref(&does_not.id), "nobody said that it runs");
        assert!(test.store.renew_streams(ONE, Vec::new(), test.clock.now()).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn there_are_no_more_webhooks_than_may_be() {
    each_store(async |test| {
        let scope = test.tenant("acme", Mode::Sandbox).await;
        let made = futures_util::future::join_all((0..6).map(|_| insert(test, &scope, true, 3))).await;
        assert_eq!(made.iter().flatten().count(), 3, "of six at once");
        let other = test.tenant("beta", Mode::Sandbox).await;
        assert!(insert(test, &other, true, 3).await.is_some(), "another tenant has its own");
        let mut tx = test.store.begin().await.unwrap();
        let first = made.iter().flatten().next().unwrap();
        assert!(tx.scoped(&scope).delete_webhook(&first.id).await.unwrap());
        tx.commit().await.unwrap();
        assert!(insert(test, &scope, false, 3).await.is_some());
        assert!(insert(test, &scope, false, 3).await.is_none(), "inactive ones count, too");
    })
    .await;
}

#[tokio::test]
async fn a_stream_moves_past_what_is_delivered_and_keeps_what_failed() {
    each_store(async |test| {
        let scope = test.tenant("acme", Mode::Sandbox).await;
        events(test, &scope, 2).await;
        let hook = webhook(test, &scope, true).await;
        claim(test, ONE).await;
        let with_work = async || test.store.streams_with_work(ONE, test.clock.now()).await.unwrap();
        assert_eq!(open(test, ONE, &scope, &hook).await.unwrap().cursor, 2, "what happens from now on");
        assert!(with_work().await.is_empty());
        events(test, &scope, 5).await;
        assert_eq!(with_work().await, slice::from_ref(&hook.id));
        assert_eq!(numbers_after(&test.store, &scope, 2).await, [3, 4, 5]);
        assert_eq!(numbers_after(&test.store, &scope, 5).await, [6, 7]);

        let now = test.clock.now();
        let failed = vec![
            FailedDelivery { seq: 3, attempt: 1, due_at: Some(now.plus(MINUTE)) },
            FailedDelivery { seq: 5, attempt: 1, due_at: Some(now.plus(MINUTE * 2)) },
        ];
        let progress = StreamProgress {
            cursor: 7,
            paused_until: Some(now.plus(MINUTE)),
            failing_since: Some(now),
            failed,
            ..StreamProgress::default()
        };
        let revision = note(test, ONE, &scope, &hook, progress).await.unwrap();
        let state = open(test, ONE, &scope, &hook).await.unwrap();
        assert_eq!((state.cursor, state.revision), (7, revision));
        assert_eq!((state.paused_until, state.failing_since), (Some(now.plus(MINUTE)), Some(now)));
        assert!(with_work().await.is_empty());
        let status = test.store.scoped(&scope).stream_status(&hook.id).await.unwrap().unwrap();
        assert_eq!((status.cursor, status.waiting, status.given_up), (7, 2, 0));
        assert_eq!((status.failing_since, status.missed), (Some(now), None));

        test.clock.advance(MINUTE);
        assert_eq!(with_work().await, slice::from_ref(&hook.id));
        assert_eq!(due(test, &hook).await, [(3, 1)]);
        test.clock.advance(MINUTE);
        assert_eq!(due(test, &hook).await, [(3, 1), (5, 1)], "the longest due first");
        let third_due_at = now.plus(MINUTE);
        let progress = StreamProgress {
            // A cursor never goes back.
            cursor: 2,
            done: vec![(3, third_due_at)],
            failed: vec![FailedDelivery { seq: 5, attempt: 2, due_at: None }],
            ..StreamProgress::default()
        };
        note(test, ONE, &scope, &hook, progress).await.unwrap();
        test.clock.advance(MINUTE);
        assert!(due(test, &hook).await.is_empty());
        let status = test.store.scoped(&scope).stream_status(&hook.id).await.unwrap().unwrap();
        assert_eq!((status.cursor, status.waiting, status.given_up), (7, 0, 1));
    })
    .await;
}

#[tokio::test]
async fn what_is_replayed_is_due_at_once_and_survives_the_try_it_overtook() {
    each_store(async |test| {
        let scope = test.tenant("acme", Mode::Sandbox).await;
        let hook = webhook(test, &scope, true).await;
        events(test, &scope, 4).await;
        claim(test, ONE).await;
        let replayed = replay(test, &scope, &hook, Again::Event(1)).await;
        assert_eq!(replayed, Replayed { count: 0, rest: None }, "it goes out anyway");

        let later = test.clock.now().plus(MINUTE);
        let failed = vec![
            FailedDelivery { seq: 2, attempt: 3, due_at: Some(later) },
            FailedDelivery { seq: 4, attempt: 9, due_at: None },
        ];
        note(test, ONE, &scope, &hook, StreamProgress { cursor: 4, failed, ..StreamProgress::default() })
            .await
            .unwrap();
        assert_eq!(replay(test, &scope, &hook, Again::Event(3)).await.count, 1);
        assert_eq!(due(test, &hook).await, [(3, 0)]);
        assert_eq!(replay(test, &scope, &hook, Again::Range(1, 2)).await.count, 2);
        assert_eq!(replay(test, &scope, &hook, Again::Missed).await.count, 1, "what was given up");
        let mut again = due(test, &hook).await;
        again.sort_unstable();
        assert_eq!(again, [(1, 0), (2, 0), (3, 0), (4, 0)]);

        // It was under way when it was asked for again.
        let asked_at = test.clock.now();
        test.clock.advance(MINUTE / 2);
        assert_eq!(replay(test, &scope, &hook, Again::Event(2)).await.count, 1);
        for (due_at, stays) in [(later, true), (asked_at, true), (test.clock.now(), false)] {
            let done = StreamProgress { done: vec![(2, due_at)], ..StreamProgress::default() };
            note(test, ONE, &scope, &hook, done).await.unwrap();
            assert_eq!(due(test, &hook).await.contains(&(2, 0)), stays);
        }

        let picky = Webhook { event_types: vec![EventType::AccountConnected], ..hook.clone() };
        assert_eq!(replay(test, &scope, &picky, Again::Range(1, 4)).await.count, 0, "of what it wants");
        let beta = test.tenant("beta", Mode::Sandbox).await;
        assert_eq!(replay(test, &beta, &hook, Again::Range(1, 4)).await.count, 0, "another tenant's");
    })
    .await;
}

#[tokio::test]
async fn a_long_replay_says_where_it_stopped() {
    each_store(async |test| {
        let scope = test.tenant("acme", Mode::Sandbox).await;
        let hook = webhook(test, &scope, true).await;
        let most = i64::from(MOST_AGAIN);
        events(test, &scope, usize::try_from(most).unwrap() + 2).await;
        claim(test, ONE).await;
        note(test, ONE, &scope, &hook, StreamProgress { cursor: most + 2, ..StreamProgress::default() })
            .await
            .unwrap();
        let first = replay(test, &scope, &hook, Again::Range(1, most + 2)).await;
        assert_eq!(first, Replayed { count: u64::from(MOST_AGAIN), rest: Some(most + 1) });
        let rest = replay(test, &scope, &hook, Again::Range(most + 1, most + 2)).await;
        assert_eq!(rest, Replayed { count: 2, rest: None });
    })
    .await;
}

#[tokio::test]
async fn what_happened_while_it_was_inactive_is_missed_and_can_be_had() {
    each_store(async |test| {
        let scope = test.tenant("acme", Mode::Sandbox).await;
        let hook = webhook(test, &scope, true).await;
        claim(test, ONE).await;
        events(test, &scope, 1).await;
        note(test, ONE, &scope, &hook, StreamProgress { cursor: 1, ..StreamProgress::default() })
            .await
            .unwrap();

        let before = open(test, ONE, &scope, &hook).await.unwrap().revision;
        let mut tx = test.store.begin().await.unwrap();
        let off = SwitchedOff { at: test.clock.now(), reason: SwitchedOffReason::Failing };
        assert!(tx.scoped(&scope).switch_webhook_off(&hook.id, off).await.unwrap());
        assert!(!tx.scoped(&scope).switch_webhook_off(&hook.id, off).await.unwrap(), "once");
        tx.commit().await.unwrap();
        let state = open(test, ONE, &scope, &hook).await.unwrap();
        assert!(!state.webhook.active && state.revision > before);
        assert_eq!(state.webhook.switched_off, Some(off));
        test.store.release_streams(ONE, slice::from_ref(&hook.id)).await.unwrap();
        assert!(claim(test, ONE).await.is_empty());

        for (events_meanwhile, missed) in [(3, (2, 4)), (2, (2, 6)), (0, (2, 6))] {
            events(test, &scope, events_meanwhile).await;
            set_active(test, &scope, &hook, true).await;
            let status = test.store.scoped(&scope).stream_status(&hook.id).await.unwrap().unwrap();
            assert_eq!((status.cursor, status.missed), (missed.1, Some(missed)));
            set_active(test, &scope, &hook, false).await;
        }
        set_active(test, &scope, &hook, true).await;
        assert_eq!(replay(test, &scope, &hook, Again::Missed).await, Replayed { count: 5, rest: None });
        assert_eq!(due(test, &hook).await.len(), 5);
        let status = test.store.scoped(&scope).stream_status(&hook.id).await.unwrap().unwrap();
        assert_eq!(status.missed, None, "it is had now");
        assert_eq!(replay(test, &scope, &hook, Again::Missed).await.count, 0);
    })
    .await;
}

#[tokio::test]
async fn a_deleted_webhook_leaves_nothing_to_be_sent() {
    each_store(async |test| {
        let scope = test.tenant("acme", Mode::Sandbox).await;
        let hook = webhook(test, &scope, true).await;
        claim(test, ONE).await;
        events(test, &scope, 1).await;
        let failed = vec![FailedDelivery { seq: 1, attempt: 1, due_at: Some(test.clock.now()) }];
        let progress = StreamProgress { cursor: 1, failed, ..StreamProgress::default() };
        note(test, ONE, &scope, &hook, progress.clone()).await.unwrap();
        assert_eq!(due(test, &hook).await, [(1, 1)]);

        let mut tx = test.store.begin().await.unwrap();
        assert!(tx.scoped(&scope).delete_webhook(&hook.id).await.unwrap());
        tx.commit().await.unwrap();
        assert!(due(test, &hook).await.is_empty());
        assert_eq!(note(test, ONE, &scope, &hook, progress).await, None);
        assert!(due(test, &hook).await.is_empty());
        assert!(test.store.scoped(&scope).stream_status(&hook.id).await.unwrap().is_none());
    })
    .await;
}

#[tokio::test]
async fn old_events_take_what_still_waits_with_them() {
    each_store(async |test| {
        let scope = test.tenant("acme", Mode::Sandbox).await;
        let hook = webhook(test, &scope, true).await;
        claim(test, ONE).await;
        events(test, &scope, 1).await;
        let failed = vec![FailedDelivery { seq: 1, attempt: 9, due_at: None }];
        note(test, ONE, &scope, &hook, StreamProgress { cursor: 1, failed, ..StreamProgress::default() })
            .await
            .unwrap();
        test.clock.advance(Duration::from_hours(91 * 24));
        events(test, &scope, 1).await;
        assert_eq!(test.store.sweep_events(scope.number(), 10).await.unwrap(), 1);
        let status = test.store.scoped(&scope).stream_status(&hook.id).await.unwrap().unwrap();
        assert_eq!(status.given_up, 0);
    })
    .await;
}
