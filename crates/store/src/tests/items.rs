use std::time::Duration;

use sahod_model::{Clock as _, ConnectionStatus, Datapoint, Date, Mode, SourceId};

use super::{identity, parse, source_of, transaction};
use crate::{ItemFilter, PageRequest, StoreError, testing::each_store};

#[tokio::test]
async fn a_second_reading_keeps_ids_and_writes_only_what_changed() {
    each_store(async |test| {
        let scope = test.tenant("acme", Mode::Sandbox).await;
        let user = test.user(&scope).await;
        let (account, key) = test.account(&scope, &user, "george").await;
        let first = test
            .ingest(
                &scope,
                &account,
                &key,
                vec![transaction("1", 19_000, 100), transaction("2", 19_001, 200), identity("George")],
            )
            .await;
        assert_eq!(first.added(Datapoint::Transactions).len(), 2);
        assert_eq!(first.added(Datapoint::Identities).len(), 1);

        test.clock.advance(Duration::from_hours(24));
        let changed = vec![
            transaction("1", 19_000, 100),
            transaction("2", 18_000, 250),
            identity("George P."),
            transaction("3", 19_002, 1),
            transaction("3", 19_002, 300),
        ];
        let second = test.ingest(&scope, &account, &key, changed.clone()).await;
        assert_eq!(second.unchanged, 1);
        let updated = |kind| second.updated(kind).iter().map(|(id, _)| id.clone()).collect::<Vec<_>>();
        assert_eq!(updated(Datapoint::Transactions), &first.added(Datapoint::Transactions)[1..]);
        assert_eq!(updated(Datapoint::Identities), first.added(Datapoint::Identities));
        assert_eq!(second.added(Datapoint::Transactions).len(), 1, "of the same key the last one counts");
        assert_eq!(test.ingest(&scope, &account, &key, changed).await.unchanged, 4);

        let scoped = test.store.scoped(&scope);
        let list = scoped
            .list_items(Datapoint::Transactions, &ItemFilter::default(), &PageRequest::first(10))
            .await
            .unwrap();
        let items = parse(&list.body);
        let dates: Vec<_> = items.iter().map(|item| item["date"].as_str().unwrap()).collect();
        assert_eq!(dates, ["2022-01-10", "2022-01-08", "2019-04-14"], "newest first");
        assert_eq!(items[0]["amount"].to_string(), "3.00");
        assert_eq!(items[2]["metadata"]["createdAt"], "2024-06-01T00:00:00Z", "when it was first stored");
        assert_eq!(items[2]["metadata"]["accountId"], account.id.as_str());

        let fields: Vec<_> = items[0].as_object().unwrap().keys().cloned().collect();
        assert!(fields.contains(&"id".to_owned()) && fields.contains(&"metadata".to_owned()));
        let text = String::from_utf8(list.body).unwrap();
        assert!(
            text.starts_with("{\"id\":\"t-") && text.contains("\"referenceId\":\"ref-3\",\"metadata\":{")
        );

        let id = &first.added(Datapoint::Identities)[0];
        let one = scoped.get_item(Datapoint::Identities, id).await.unwrap().unwrap();
        assert_eq!(parse(&one)[0]["fullName"], "George P.");
        assert!(scoped.get_item(Datapoint::Ratings, id).await.unwrap().is_none());
        let kinds = scoped.datapoints_of(&SourceId::from(&account.id)).await.unwrap();
        assert_eq!(kinds, [Datapoint::Identities, Datapoint::Transactions]);
    })
    .await;
}

#[tokio::test]
async fn every_filter_holds_with_every_other() {
    each_store(async |test| {
        let scope = test.tenant("acme", Mode::Sandbox).await;
        let (ann, ben) = (test.user(&scope).await, test.user(&scope).await);
        let mut accounts = Vec::new();
        for (user, login) in [(&ann, "a1"), (&ann, "a2"), (&ben, "b1")] {
            let (account, key) = test.account(&scope, user, login).await;
            let items = (0..5).map(|day| transaction(&format!("{login}-{day}"), 19_000 + day, 100)).collect();
            test.ingest(&scope, &account, &key, items).await;
            accounts.push(account);
        }
        let day = |day: i64| Some(Date::from_days(19_000 + day));
        for user in [None, Some(&ann), Some(&ben)] {
            for source in [None, Some(0), Some(2)] {
                for (from, to) in [(None, None), (day(1), day(3)), (day(4), None), (None, day(0))] {
                    let filter = ItemFilter {
                        user_id: user.cloned(),
                        source_id: source.map(|at: usize| SourceId::from(&accounts[at].id)),
                        from: from.map(Date::start),
                        to: to.map(Date::end),
                    };
                    let page = test
                        .store
                        .scoped(&scope)
                        .list_items(Datapoint::Transactions, &filter, &PageRequest::first(150))
                        .await
                        .unwrap();
                    let expected: usize = accounts
                        .iter()
                        .enumerate()
                        .filter(|(at, account)| {
                            user.is_none_or(|user| *user == account.user_id)
                                && source.is_none_or(|source| source == *at)
                        })
                        .map(|_| {
                            (0..5_i64)
                                .filter(|at| from.is_none_or(|from| day(*at).unwrap() >= from))
                                .filter(|at| to.is_none_or(|to| day(*at).unwrap() <= to))
                                .count()
                        })
                        .sum();
                    assert_eq!(page.count, expected, "{filter:?}");
                    assert_eq!(parse(&page.body).len(), expected);
                    assert!(page.next.is_none());
                }
            }
        }
    })
    .await;
}

#[tokio::test]
async fn items_of_a_revoked_source_are_neither_written_nor_shown() {
    each_store(async |test| {
        let scope = test.tenant("acme", Mode::Sandbox).await;
        let user = test.user(&scope).await;
        let (kept, kept_key) = test.account(&scope, &user, "kept").await;
        let (revoked, key) = test.account(&scope, &user, "revoked").await;
        for (account, key) in [(&kept, &kept_key), (&revoked, &key)] {
            let items = (0..4).map(|at| transaction(&format!("{at}"), 19_000 + at, 100)).collect::<Vec<_>>();
            test.ingest(&scope, account, key, items).await;
        }

        // The key is gone, the rows are not yet.
        test.store.destroy_key(revoked.id.as_str()).await.unwrap();
        let scoped = test.store.scoped(&scope);
        let filter = ItemFilter::default();
        let page = scoped.list_items(Datapoint::Transactions, &filter, &PageRequest::first(5)).await.unwrap();
        assert!((2..=3).contains(&page.count) && page.next.is_some());
        assert_eq!(parse(&page.body).len(), page.count);
        assert!(parse(&page.body).iter().all(|item| item["metadata"]["sourceId"] == kept.id.as_str()));

        let now = test.clock.now();
        let mut tx = test.store.begin().await.unwrap();
        let mut writes = tx.scoped(&scope);
        let disconnected = ConnectionStatus::Disconnected;
        assert!(writes.update_account_status(&revoked.id, disconnected, None, now).await.unwrap());
        assert_eq!(writes.delete_items(&SourceId::from(&revoked.id)).await.unwrap(), 4);
        writes.clear_login(&revoked.id).await.unwrap();
        tx.commit().await.unwrap();

        let mut tx = test.store.begin().await.unwrap();
        let mut writes = tx.scoped(&scope);
        let connected = ConnectionStatus::Connected;
        assert!(!writes.update_account_status(&revoked.id, connected, None, now).await.unwrap());
        let late = writes.upsert_items(&source_of(&revoked), &key, vec![transaction("9", 1, 1)], now).await;
        assert!(matches!(late, Err(StoreError::Gone)));
        drop(tx);

        assert!(scoped.account_login(&revoked.id).await.unwrap().is_none());
        let found = scoped.find_account_by_login(&user, &revoked.provider_id, "revoked").await.unwrap();
        assert!(found.is_none(), "the same login makes a new account");
        test.account(&scope, &user, "revoked").await;
    })
    .await;
}

#[tokio::test]
async fn a_login_has_one_account() {
    each_store(async |test| {
        let scope = test.tenant("acme", Mode::Sandbox).await;
        let user = test.user(&scope).await;
        let (account, _) = test.account(&scope, &user, "george").await;
        let scoped = test.store.scoped(&scope);
        let found = scoped.find_account_by_login(&user, &account.provider_id, "george").await.unwrap();
        assert_eq!(found, Some(account.clone()));
        assert!(scoped.find_account_by_login(&user, &account.provider_id, "ryan").await.unwrap().is_none());

        let twin = test.new_account(&user);
        let key = test.store.create_key(twin.id.as_str()).await.unwrap();
        let mut tx = test.store.begin().await.unwrap();
        let inserted = tx.scoped(&scope).insert_account(&twin, "george", &key).await;
        assert!(matches!(inserted, Err(StoreError::Conflict(_))), "{inserted:?}");
        assert!(tx.commit().await.is_err(), "a broken transaction does not commit");
    })
    .await;
}
