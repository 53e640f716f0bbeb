use sahod_model::{Clock as _, Datapoint, EventType, Mode, SecretString, SourceId, Webhook, WebhookId};

use super::{parse, transaction};
use crate::{
    AccountFilter, ItemFilter, PageRequest, StoreError, TaskFilter, UserFilter, testing::each_store,
};

#[tokio::test]
async fn nothing_is_seen_from_another_tenant_or_mode() {
    each_store(async |test| {
        let mine = test.tenant("acme", Mode::Sandbox).await;
        let other_mode = test.store.scope(mine.tenant(), Mode::Production).await.unwrap().unwrap();
        let other_tenant = test.tenant("beta", Mode::Sandbox).await;
        let user = test.user(&mine).await;
        let (account, key) = test.account(&mine, &user, "george").await;
        let added = test.ingest(&mine, &account, &key, vec![transaction("1", 19_000, 5_000)]).await;
        let item = &added.added(Datapoint::Transactions)[0];
        let source = SourceId::from(&account.id);
        let page = PageRequest::first(10);
        let filter = ItemFilter {
            user_id: Some(user.clone()),
            source_id: Some(source.clone()),
            ..ItemFilter::default()
        };

        let own = test.store.scoped(&mine);
        assert!(own.get_user(&user).await.unwrap().is_some());
        assert!(own.get_account(&account.id).await.unwrap().is_some());
        assert!(own.get_item(Datapoint::Transactions, item).await.unwrap().is_some());
        assert_eq!(own.list_items(Datapoint::Transactions, &filter, &page).await.unwrap().count, 1);
        assert_eq!(own.datapoints_of(&source).await.unwrap(), [Datapoint::Transactions]);

        for scope in [&other_mode, &other_tenant] {
            let other = test.store.scoped(scope);
            assert!(other.get_user(&user).await.unwrap().is_none());
            assert!(other.get_account(&account.id).await.unwrap().is_none());
            assert!(other.account_login(&account.id).await.unwrap().is_none());
            assert!(
                other.find_account_by_login(&user, &account.provider_id, "george").await.unwrap().is_none()
            );
            assert!(other.get_item(Datapoint::Transactions, item).await.unwrap().is_none());
            assert!(other.datapoints_of(&source).await.unwrap().is_empty());
            assert!(other.list_users(&UserFilter::default(), &page).await.unwrap().items.is_empty());
            assert!(other.list_accounts(&AccountFilter::default(), &page).await.unwrap().items.is_empty());
            assert!(other.list_tasks(&TaskFilter::default(), &page).await.unwrap().items.is_empty());
            for filter in [ItemFilter::default(), filter.clone()] {
                assert_eq!(other.list_items(Datapoint::Transactions, &filter, &page).await.unwrap().count, 0);
            }

            let mut tx = test.store.begin().await.unwrap();
            let mut other = tx.scoped(scope);
            let status = sahod_model::ConnectionStatus::Error;
            assert!(!other.update_account_status(&account.id, status, None, test.clock.now()).await.unwrap());
            assert!(other.lock_account(&account.id).await.unwrap().is_none());
            assert_eq!(other.delete_items(&source).await.unwrap(), 0);
            other.clear_login(&account.id).await.unwrap();
            let stolen = other
                .upsert_items(
                    &super::source_of(&account),
                    &key,
                    vec![transaction("2", 19_000, 1)],
                    test.clock.now(),
                )
                .await;
            assert!(matches!(stolen, Err(StoreError::Gone)));
            tx.commit().await.unwrap();
        }
        assert_eq!(own.account_login(&account.id).await.unwrap().as_deref(), Some("george"));
        let page = own.list_items(Datapoint::Transactions, &filter, &page).await.unwrap();
        assert_eq!(parse(&page.body)[0]["id"], item.as_str());
    })
    .await;
}

#[tokio::test]
async fn a_tenant_has_one_contact_and_the_one_before_is_forgotten() {
    each_store(async |test| {
        let acme = test.tenant("acme", Mode::Sandbox).await.tenant().clone();
        let beta = test.tenant("beta", Mode::Sandbox).await.tenant().clone();
        assert_eq!(test.store.tenant_contact(&acme).await.unwrap(), None);
        for contact in [Some("ops@example.com"), Some("new@example.com"), None, Some("last@example.com")] {
            assert!(test.store.update_tenant_contact(&acme, contact).await.unwrap());
            assert_eq!(test.store.tenant_contact(&acme).await.unwrap().as_deref(), contact);
            assert_eq!(test.reopen().await.tenant_contact(&acme).await.unwrap().as_deref(), contact);
        }
        assert_eq!(test.store.tenant_contact(&beta).await.unwrap(), None);
        let nobody = "nobody".parse().unwrap();
        assert!(!test.store.update_tenant_contact(&nobody, Some("x@example.com")).await.unwrap());
    })
    .await;
}

#[tokio::test]
async fn what_is_inserted_is_read_back() {
    each_store(async |test| {
        let scope = test.tenant("acme", Mode::Production).await;
        assert_eq!(test.store.scope_by_number(scope.number()).await.unwrap().as_ref(), Some(&scope));
        assert_eq!(test.store.tenants().await.unwrap()[0].id, *scope.tenant());
        let again = test.store.create_tenant(scope.tenant(), "Acme", test.clock.now()).await;
        assert!(matches!(again, Err(StoreError::Conflict(_))), "{again:?}");

        let user = test.new_user(&scope, &[("crm", "42")]);
        let key = test.store.create_key(user.id.as_str()).await.unwrap();
        let webhook_id = WebhookId::new(&*test.clock, &*test.random);
        let webhook = Webhook {
            id: webhook_id.clone(),
            name: "main".to_owned(),
            url: "https://example.com/hook".parse().unwrap(),
            secret: SecretString::from("s3cret"),
            previous_secret: None,
            event_types: vec![EventType::UserCreated, EventType::TaskFinished],
            active: true,
            include_payload: true,
            created_at: test.clock.now(),
            updated_at: test.clock.now(),
            switched_off: None,
        };
        let webhook_key = test.store.create_key(webhook_id.as_str()).await.unwrap();
        let mut tx = test.store.begin().await.unwrap();
        tx.scoped(&scope).insert_user(&user, Some(&key)).await.unwrap();
        assert!(tx.scoped(&scope).insert_webhook(&webhook, &webhook_key, usize::MAX).await.unwrap());
        tx.commit().await.unwrap();

        let scoped = test.store.scoped(&scope);
        assert_eq!(scoped.get_user(&user.id).await.unwrap(), Some(user.clone()));
        let users = scoped.list_users(&UserFilter::default(), &PageRequest::first(10)).await.unwrap();
        assert_eq!((users.items, users.next), (vec![user.clone()], None));
        let hooks = scoped.list_webhooks(&PageRequest::first(10)).await.unwrap().items;
        assert_eq!(format!("{hooks:?}"), format!("{:?}", [&webhook]));
        assert_eq!(sahod_model::ExposeSecret::expose_secret(&hooks[0].secret), "s3cret");

        let mut tx = test.store.begin().await.unwrap();
        assert!(tx.scoped(&scope).delete_webhook(&webhook_id).await.unwrap());
        assert!(!tx.scoped(&scope).delete_webhook(&webhook_id).await.unwrap());
        tx.commit().await.unwrap();
        assert!(scoped.get_webhook(&webhook_id).await.unwrap().is_none());

        test.store.destroy_key(user.id.as_str()).await.unwrap();
        assert!(scoped.get_user(&user.id).await.unwrap().unwrap().external_metadata.is_empty());
    })
    .await;
}
