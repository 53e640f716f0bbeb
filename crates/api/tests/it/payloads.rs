//! Everything of an account or a user at once.

use sahod_model::{
    AccountId, Amount, Currency, Date, Mode,
    item::{Item, SourceItem, SourceRef, SourceType, Transaction},
};
use serde_json::{Value, json};

use crate::harness::{GEORGE, RYAN, World, on_both_databases, world::ITEMS};

on_both_databases!(
    an_account_payload_is_the_lists_without_metadata,
    a_user_payload_has_each_account,
    a_long_list_goes_on_where_the_payload_ends,
    a_revoked_account_has_nothing_left,
);

/// What a kind is called in a payload.
fn member(list: &str) -> &str {
    match list {
        "identities" => "identity",
        "ratings" => "rating",
        "insights" => "insight",
        many => many,
    }
}

/// All items of an account's list, as a payload has them.
async fn items(world: &World, list: &str, account: &str) -> Vec<Value> {
    let mut items = world.api().all(&format!("/{list}?sourceId={account}"), 150).await;
    for item in &mut items {
        item.as_object_mut().unwrap().remove("metadata").unwrap();
    }
    items
}

async fn an_account_payload_is_the_lists_without_metadata(world: World) {
    for provider in ["upwork", "abccorp", "sss_ph"] {
        let linked = world.linked(provider, &GEORGE).await;
        let payload = world.api().data(&format!("/accounts/{}/payload", linked.account)).await;
        let metadata = json!({
            "sourceId": linked.account, "sourceType": "ACCOUNT", "userId": linked.user, "providerId": provider,
        });
        assert_eq!(payload["metadata"], metadata);
        let mut found = 0;
        for list in ITEMS {
            let items = items(&world, list, &linked.account).await;
            found += items.len();
            let expected = match list {
                "identities" | "ratings" | "insights" => items.into_iter().next().unwrap_or_default(),
                _ => json!(items),
            };
            assert_eq!(payload[member(list)], expected, "{provider}: {list}");
        }
        assert!(found > 5, "{provider} has data: {payload}");
    }
}

async fn a_user_payload_has_each_account(world: World) {
    let widget = world.widget().await;
    let user = widget.session["userId"].as_str().unwrap();
    let path = format!("/users/{user}/payload");
    let session =
        |status| json!({ "userId": user, "channel": "Default", "channelId": null, "status": status });
    let empty = world.api().data(&path).await;
    let nothing = json!({ "metadata": session("IN_PROGRESS"), "forms": [], "accounts": [], "archives": [] });
    assert_eq!(empty, nothing);

    let revoked = widget.link("grab", &RYAN).await;
    let first = widget.link("abccorp", &GEORGE).await;
    let second = widget.link("upwork", &RYAN).await;
    widget.api.delete(&format!("/accounts/{revoked}")).await.done();
    world.linked("abccorp", &GEORGE).await;
    let payload = world.api().data(&path).await;
    assert_eq!(payload["metadata"], session("COMPLETED"));
    let accounts = payload["accounts"].as_array().unwrap();
    let ids: Vec<_> = accounts.iter().map(|account| (&account["id"], &account["providerId"])).collect();
    assert_eq!(ids, [(&json!(second), &json!("upwork")), (&json!(first), &json!("abccorp"))], "newest first");
    for account in accounts {
        for list in ITEMS {
            let items = items(&world, list, account["id"].as_str().unwrap()).await;
            let found = &account["payload"][member(list)];
            match list {
                "identities" | "ratings" | "insights" => {
                    assert_eq!(found, &items.into_iter().next().unwrap_or_default());
                }
                _ if items.len() <= 300 => {
                    assert_eq!(found, &json!({ "nextCursor": null, "items": items }), "{list}");
                }
                _ => assert_eq!(found["items"], json!(items[..300]), "{list}"),
            }
        }
    }
}

/// Gives an account that many transactions more, as if they had been read.
async fn add_transactions(world: &World, user: &str, account: &str, count: i64) {
    let id: AccountId = account.parse().unwrap();
    let source = SourceRef {
        source_id: (&id).into(),
        source_type: SourceType::Account,
        user_id: user.parse().unwrap(),
        provider_id: "grab".parse().unwrap(),
    };
    let item = |number: i64| SourceItem {
        key: format!("more-{number}"),
        created_at: Date::from_days(10_000).start(),
        item: Item::Transaction(Transaction {
            date: Date::from_days(10_000 + number / 7),
            description: Some(format!(r#"no {number}","metadata":{{"id":"t-1"}},{{"#)),
            currency: Currency::Php,
            amount: Amount::from_cents(number),
            reference_id: None,
        }),
    };
    let scope = world.store.scope(&world.acme.id, Mode::Sandbox).await.unwrap().unwrap();
    let key = world.store.key(account).await.unwrap().unwrap();
    let mut tx = world.store.begin().await.unwrap();
    let now = sahod_model::Clock::now(&*world.clock);
    tx.scoped(&scope).upsert_items(&source, &key, (0..count).map(item).collect(), now).await.unwrap();
    tx.commit().await.unwrap();
}

async fn a_long_list_goes_on_where_the_payload_ends(world: World) {
    let linked = world.linked("grab", &GEORGE).await;
    let other = linked.widget.link("grab", &RYAN).await;
    add_transactions(&world, &linked.user, &linked.account, 5_000).await;
    let all = items(&world, "transactions", &linked.account).await;
    assert!(all.len() > 5_000);
    let payload = world.api().data(&format!("/accounts/{}/payload", linked.account)).await;
    assert_eq!(payload["transactions"], json!(all[..5_000]), "as many as the docs say");

    let payload = world.api().data(&format!("/users/{}/payload", linked.user)).await;
    let accounts = payload["accounts"].as_array().unwrap();
    assert_eq!((accounts.len(), &accounts[0]["id"]), (2, &json!(other)));
    let list = &accounts[1]["payload"]["transactions"];
    assert_eq!(list["items"], json!(all[..300]));
    let cursor = list["nextCursor"].as_str().unwrap();
    let mut next = world.api().data(&format!("/transactions?cursor={cursor}")).await;
    let mut at = 300;
    loop {
        let page = next["items"].as_array().unwrap();
        assert!(page.iter().all(|item| item["metadata"]["sourceId"] == *linked.account));
        let ids = |items: &[Value]| items.iter().map(|item| item["id"].clone()).collect::<Vec<_>>();
        assert_eq!(ids(page), ids(&all[at..at + page.len()]));
        at += page.len();
        let Some(cursor) = next["nextCursor"].as_str() else { break };
        assert_eq!(page.len(), 150);
        next = world.api().data(&format!("/transactions?cursor={cursor}")).await;
    }
    assert_eq!(at, all.len(), "nothing is left out");
    world.api().get(&format!("/incomes?cursor={cursor}")).await.faulty(&["cursor"]);
    world.open(&world.globex).get(&format!("/transactions?cursor={cursor}")).await.faulty(&["cursor"]);
}

async fn a_revoked_account_has_nothing_left(world: World) {
    let linked = world.linked("abccorp", &GEORGE).await;
    let path = format!("/accounts/{}", linked.account);
    world.api().delete(&path).await.done();
    let payload = world.api().data(&format!("{path}/payload")).await;
    assert_eq!(payload["metadata"]["sourceId"], linked.account.as_str());
    for list in ITEMS {
        let nothing = if member(list) == list { json!([]) } else { Value::Null };
        assert_eq!(payload[member(list)], nothing, "{list}");
    }
    let payload = world.api().data(&format!("/users/{}/payload", linked.user)).await;
    assert_eq!((&payload["accounts"], &payload["metadata"]["status"]), (&json!([]), &json!("REVOKED")));
}
