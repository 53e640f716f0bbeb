use sahod_model::{Clock as _, EventType, Mode, SecretString, SourceId, Webhook, WebhookId};

use super::connected;
use crate::{
    DELIVER_WEBHOOK, Scope,
    testing::{TestStore, each_store},
};

async fn webhook(test: &TestStore, scope: &Scope, types: &[EventType], active: bool) -> WebhookId {
    let id = WebhookId::new(&*test.clock, &*test.random);
    let key = test.store.create_key(id.as_str()).await.unwrap();
    let webhook = Webhook {
        id: id.clone(),
        name: "hook".to_owned(),
        url: "https://example.com".to_owned(),
        secret: SecretString::from("secret"),
        event_types: types.to_vec(),
        active,
        include_payload: false,
        created_at: test.clock.now(),
        updated_at: test.clock.now(),
    };
    let mut tx = test.store.begin().await.unwrap();
    tx.scoped(scope).insert_webhook(&webhook, &key).await.unwrap();
    tx.commit().await.unwrap();
    id
}

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

#[tokio::test]
async fn an_event_goes_to_the_active_webhooks_that_want_it() {
    each_store(async |test| {
        let scope = test.tenant("acme", Mode::Sandbox).await;
        let other = test.tenant("beta", Mode::Sandbox).await;
        let all = webhook(test, &scope, &[EventType::AllEvents], true).await;
        let some = webhook(test, &scope, &[EventType::UserCreated, EventType::AccountConnected], true).await;
        webhook(test, &scope, &[EventType::UserCreated], true).await;
        webhook(test, &scope, &[EventType::AllEvents], false).await;
        webhook(test, &other, &[EventType::AllEvents], true).await;
        let user = test.user(&scope).await;
        let (account, _) = test.account(&scope, &user, "george").await;

        let mut tx = test.store.begin().await.unwrap();
        tx.scoped(&scope).append_event(&connected(&account), None).await.unwrap();
        tx.commit().await.unwrap();

        let now = test.clock.now();
        let jobs = test.store.claim_jobs(&[DELIVER_WEBHOOK], 10, now, now).await.unwrap();
        let mut wanted: Vec<_> = jobs.iter().map(|job| job.payload.clone()).collect();
        wanted.sort();
        let mut expected = [&all, &some]
            .map(|id| format!("{{\"scope\":{},\"seq\":1,\"webhookId\":\"{id}\"}}", scope.number()));
        expected.sort();
        assert_eq!(wanted, expected);
    })
    .await;
}
