use std::{collections::BTreeMap, time::Duration};

use sahod_model::{
    AttemptDetails, AttemptId, Clock as _, DeliveryAttempt, EventId, EventType, Mode, ReceivedResponse,
    SentRequest, Webhook,
};
use sahod_vault::KeysUsed;

use super::streams::webhook;
use crate::{
    AttemptFilter, PageRequest, Scope,
    testing::{TestStore, each_store},
};

fn attempt(
    test: &TestStore,
    webhook: &Webhook,
    event: &EventId,
    number: u32,
    answer: &str,
) -> DeliveryAttempt {
    let response = ReceivedResponse {
        headers: BTreeMap::from([("content-type".to_owned(), "text/plain".to_owned())]),
        body: answer.to_owned(),
        truncated: false,
    };
    let request = SentRequest { url: webhook.url.to_string(), headers: BTreeMap::new(), body_bytes: 120 };
    let failed = number < 3;
    test.clock.advance(Duration::from_secs(1));
    DeliveryAttempt {
        id: AttemptId::new(&*test.clock, &*test.random),
        at: test.clock.now(),
        webhook_id: webhook.id.clone(),
        event_id: event.clone(),
        event_type: EventType::UserCreated,
        sequence: Some(1),
        number,
        status: Some(if failed { 500 } else { 204 }),
        failure: failed.then(|| "answered 500".to_owned()),
        next_at: failed.then(|| test.clock.now()),
        duration_us: 1_500,
        details: Some(AttemptDetails { request, response: Some(response) }),
    }
}

/// Of an event that tells of nobody.
fn nobodys() -> KeysUsed {
    KeysUsed::default()
}

async fn listed(test: &TestStore, scope: &Scope, filter: AttemptFilter) -> Vec<DeliveryAttempt> {
    let (mut found, mut page) = (Vec::new(), PageRequest::first(2));
    loop {
        let listed = test.store.scoped(scope).list_attempts(&filter, &page).await.unwrap();
        found.extend(listed.items);
        let Some(next) = listed.next else { return found };
        page.after = Some(next);
    }
}

fn numbers(attempts: &[DeliveryAttempt]) -> Vec<u32> {
    attempts.iter().map(|attempt| attempt.number).collect()
}

#[tokio::test]
async fn attempts_are_listed_by_webhook_and_by_event() {
    each_store(async |test| {
        let scope = test.tenant("acme", Mode::Sandbox).await;
        let beta = test.tenant("beta", Mode::Sandbox).await;
        let (one, two) = (webhook(test, &scope, true).await, webhook(test, &scope, true).await);
        let event = EventId::new(&*test.clock, &*test.random);
        let of_one: Vec<_> =
            (1..=3).map(|number| (attempt(test, &one, &event, number, "thanks"), nobodys())).collect();
        let of_two = [(attempt(test, &two, &event, 7, ""), nobodys())];
        test.store.insert_attempts(scope.number(), &one.id, &of_one).await.unwrap();
        test.store.insert_attempts(scope.number(), &two.id, &of_two).await.unwrap();

        let all = listed(test, &scope, AttemptFilter::Webhook(one.id.clone())).await;
        assert_eq!(numbers(&all), [3, 2, 1], "newest first");
        let (first, stored) = (&all[2], &of_one[0].0);
        assert_eq!((&first.id, first.at, &first.event_id), (&stored.id, stored.at, &event));
        assert_eq!((first.status, first.failure.as_deref()), (Some(500), Some("answered 500")));
        assert_eq!((first.next_at, first.duration_us, first.sequence), (stored.next_at, 1_500, Some(1)));
        let details = first.details.as_ref().unwrap();
        assert_eq!((details.request.url.as_str(), details.request.body_bytes), ("https://example.com", 120));
        assert_eq!(details.response.as_ref().unwrap().body, "thanks");

        assert_eq!(numbers(&listed(test, &scope, AttemptFilter::Failed(one.id.clone())).await), [2, 1]);
        assert_eq!(numbers(&listed(test, &scope, AttemptFilter::Event(event.clone())).await), [7, 3, 2, 1]);
        assert!(listed(test, &beta, AttemptFilter::Event(event)).await.is_empty(), "another tenant's");
        assert!(listed(test, &beta, AttemptFilter::Webhook(one.id)).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn what_a_receiver_sent_back_goes_with_each_source_that_it_can_tell_of() {
    each_store(async |test| {
        let scope = test.tenant("acme", Mode::Sandbox).await;
        let hook = webhook(test, &scope, true).await;
        let user = test.user(&scope).await;
        let (one, _) = test.account(&scope, &user, "george").await;
        let (two, _) = test.account(&scope, &user, "ryan").await;
        let (one, two) = (one.id.as_str(), two.id.as_str());
        // Another node, which keeps keys of its own in its memory.
        let there = test.reopen().await;
        let event = EventId::new(&*test.clock, &*test.random);
        let insert = async |number, sources: &[&str]| {
            let reading = async {
                for source in sources {
                    test.store.key(source).await.unwrap();
                }
            };
            let ((), keys) = KeysUsed::by(reading).await;
            let attempts = [(attempt(test, &hook, &event, number, "George"), keys)];
            test.store.insert_attempts(scope.number(), &hook.id, &attempts).await.unwrap();
        };
        insert(1, &[one]).await;
        insert(2, &[one, two]).await;
        insert(3, &[]).await;
        let readable = async || {
            let filter = AttemptFilter::Event(event.clone());
            let mut readable = Vec::new();
            for store in [&test.store, &there] {
                let page =
                    store.scoped(&scope).list_attempts(&filter, &PageRequest::first(10)).await.unwrap();
                let opened = page.items.into_iter().filter(|attempt| attempt.details.is_some());
                readable.push(numbers(&opened.collect::<Vec<_>>()));
            }
            assert_eq!(readable[0], readable[1], "on every node the same");
            readable.remove(0)
        };
        assert_eq!(readable().await, [3, 2, 1]);
        test.store.destroy_key(two).await.unwrap();
        assert_eq!(readable().await, [3, 1]);
        test.store.destroy_key(one).await.unwrap();
        assert_eq!(readable().await, [3]);
        test.store.destroy_key(hook.id.as_str()).await.unwrap();
        assert!(readable().await.is_empty());
        insert(5, &[]).await;
        assert_eq!(numbers(&listed(test, &scope, AttemptFilter::Event(event.clone())).await), [3, 2, 1]);

        let other = test.tenant("beta", Mode::Sandbox).await;
        test.store.delete_attempts(&other, std::slice::from_ref(&event)).await.unwrap();
        assert_eq!(listed(test, &scope, AttemptFilter::Event(event.clone())).await.len(), 3);
        test.store.delete_attempts(&scope, std::slice::from_ref(&event)).await.unwrap();
        assert!(listed(test, &scope, AttemptFilter::Event(event.clone())).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn attempts_are_kept_for_thirty_days() {
    each_store(async |test| {
        let scope = test.tenant("acme", Mode::Sandbox).await;
        let hook = webhook(test, &scope, true).await;
        let event = EventId::new(&*test.clock, &*test.random);
        for number in 1..=3 {
            let attempts = [(attempt(test, &hook, &event, number, ""), nobodys())];
            test.store.insert_attempts(scope.number(), &hook.id, &attempts).await.unwrap();
            test.clock.advance(Duration::from_hours(24));
        }
        assert_eq!(test.store.sweep_attempts(scope.number(), 10).await.unwrap(), 0);
        test.clock.advance(Duration::from_hours(28 * 24));
        assert_eq!(test.store.sweep_attempts(scope.number(), 1).await.unwrap(), 1);
        assert_eq!(test.store.sweep_attempts(scope.number(), 10).await.unwrap(), 1);
        assert_eq!(numbers(&listed(test, &scope, AttemptFilter::Event(event)).await), [3]);
    })
    .await;
}
