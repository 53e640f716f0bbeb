//! The same login again, one after the other and at the same time.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::timeout;

use crate::harness::{GEORGE, RYAN, Receiver, Widget, World, on_both_databases, world::ITEMS};

on_both_databases!(
    a_reconnected_account_stays_the_same,
    a_later_reading_adds_what_is_new,
    a_loan_that_was_paid_on_is_announced_as_changed,
    two_widgets_that_link_the_same_login_at_once_make_one_account,
    a_second_attempt_replaces_the_first,
    one_user_links_many_logins,
    an_attempt_whose_place_another_node_took_writes_nothing,
    a_reconnect_waits_for_who_changes_what_the_person_shares,
);

async fn count(world: &World, event_type: &str) -> usize {
    world.event_types().await.iter().filter(|found| **found == event_type).count()
}

/// Everything but the insights, which are worked out anew at each reading.
async fn all_items(world: &World) -> Vec<Value> {
    let mut items = Vec::new();
    for kind in ITEMS.into_iter().filter(|kind| *kind != "insights") {
        items.extend(world.api().all(&format!("/{kind}"), 150).await);
    }
    items
}

async fn a_reconnected_account_stays_the_same(world: World) {
    let linked = world.linked("abccorp", &GEORGE).await;
    let before = all_items(&world).await;
    world.clock.advance(Duration::from_hours(1));
    let widget = world.widget_for(&linked.user).await;
    assert_eq!(widget.link("abccorp", &GEORGE).await, linked.account);
    assert_eq!(all_items(&world).await, before, "ids and contents are the same");
    assert_eq!(world.api().all("/accounts", 10).await.len(), 1);
    assert_eq!(world.api().all("/tasks", 10).await.len(), 2, "it was read twice");
    assert_eq!(count(&world, "ACCOUNT_CREATED").await, 1);
    assert_eq!(count(&world, "INCOMES_ADDED").await, 1, "only what is new is announced");
    assert_eq!(count(&world, "TASK_FINISHED").await, 2);

    // The same login of another user is another account.
    assert_ne!(world.linked("abccorp", &GEORGE).await.account, linked.account);
}

async fn a_later_reading_adds_what_is_new(world: World) {
    let linked = world.linked("abccorp", &GEORGE).await;
    let before = world.api().all("/incomes", 150).await;
    world.two_months_later(&[&linked.account]).await;
    let widget = world.widget_for(&linked.user).await;
    widget.link("abccorp", &GEORGE).await;
    let after = world.api().all("/incomes", 150).await;
    assert!(after.len() > before.len(), "two months later there are more payslips");
    assert_eq!(after[after.len() - before.len()..], before, "and the old ones are as they were");
    let events = world.events().await;
    let added = events.iter().rfind(|event| event.event_type.as_str() == "INCOMES_ADDED").unwrap();
    let body: Value = serde_json::from_str(&added.body).unwrap();
    assert_eq!(body["count"], after.len() - before.len());
}

async fn a_loan_that_was_paid_on_is_announced_as_changed(world: World) {
    let receiver = Receiver::start().await;
    receiver.subscribe(&world.api(), &["LIABILITIES_ADDED", "LIABILITIES_UPDATED"]).await;
    let linked = world.linked("sss_ph", &GEORGE).await;
    let before = world.api().all("/liabilities", 10).await;
    world.two_months_later(&[&linked.account]).await;
    let widget = world.widget_for(&linked.user).await;
    widget.link("sss_ph", &GEORGE).await;
    let after = world.api().all("/liabilities", 10).await;
    let ids = |loans: &[Value]| loans.iter().map(|loan| loan["id"].clone()).collect::<Vec<_>>();
    assert_eq!(ids(&after), ids(&before), "the loans are the same ones");
    let changed: Vec<_> =
        before.iter().zip(&after).filter(|(before, after)| before != after).map(|(_, after)| after).collect();
    assert!(!changed.is_empty() && changed.len() < after.len(), "a loan that was paid back stays as it was");

    let got = receiver.wait_for("LIABILITIES_UPDATED").await;
    assert_eq!(receiver.types(), ["LIABILITIES_ADDED", "LIABILITIES_UPDATED"]);
    let data = &got[1].json()["data"];
    let mut told = data["updatedIds"].as_array().unwrap().clone();
    let mut wanted: Vec<Value> = changed.iter().map(|loan| loan["id"].clone()).collect();
    told.sort_by_key(Value::to_string);
    wanted.sort_by_key(Value::to_string);
    assert_eq!((told, &data["count"]), (wanted, &json!(changed.len())));
    assert_eq!(data["accountId"], *linked.account);
}

async fn two_widgets_that_link_the_same_login_at_once_make_one_account(world: World) {
    for provider in ["grab", "abccorp"] {
        let user = world.user().await.id;
        let (one, two) = (world.widget_for(&user).await, world.widget_for(&user).await);
        let before = count(&world, "ACCOUNT_CREATED").await;
        let (first, second) = tokio::join!(
            one.start_with(provider, GEORGE.email, GEORGE.password),
            two.start_with(provider, GEORGE.email, GEORGE.password),
        );
        let (first, second) = (first.data(201), second.data(201));
        assert_eq!(first["accountId"], second["accountId"], "{provider}");
        let account = first["accountId"].as_str().unwrap();
        one.until(account, "DONE").await;
        two.until(account, "DONE").await;
        assert_eq!(world.api().all(&format!("/accounts?userId={user}"), 10).await.len(), 1);
        assert_eq!(count(&world, "ACCOUNT_CREATED").await, before + 1);
        let identities = world.api().all(&format!("/identities?userId={user}"), 10).await;
        assert_eq!(identities.len(), 1, "nothing is there twice");
        for task in world.api().all(&format!("/tasks?userId={user}"), 10).await {
            assert_eq!(task["status"], "Finished", "nothing is left half-done");
        }
    }
}

async fn a_second_attempt_replaces_the_first(world: World) {
    let user = world.user().await.id;
    let (one, two) = (world.widget_for(&user).await, world.widget_for(&user).await);
    let account = one.start("upwork", &GEORGE).await;
    let first = one.until(&account, "WAITING_FOR_ANSWER").await;
    let stream = one.follow(&account).await;
    assert_eq!(two.start("upwork", &GEORGE).await, account);
    let second = two.until(&account, "WAITING_FOR_ANSWER").await;
    assert!(stream.rest().await.iter().all(|progress| progress["stage"] != "DONE"), "the older stream ends");
    assert_eq!(first["prompt"]["kind"], second["prompt"]["kind"]);
    two.answer(&account, &second["prompt"]["id"], GEORGE.code).await.data(202);
    two.until(&account, "DONE").await;
    one.until(&account, "DONE").await;
    assert_eq!(count(&world, "ACCOUNT_CREATED").await, 1);
    assert_eq!(count(&world, "ACCOUNT_CONNECTED").await, 1);
    assert_eq!(count(&world, "ACCOUNT_FAILED").await, 0);
}

async fn one_user_links_many_logins(world: World) {
    let widget = world.widget().await;
    let accounts = [
        widget.link("upwork", &GEORGE).await,
        widget.link("upwork", &RYAN).await,
        widget.link("abccorp", &GEORGE).await,
    ];
    let listed = world.api().all("/accounts", 2).await;
    let ids: Vec<_> = listed.iter().rev().map(|account| account["id"].as_str().unwrap()).collect();
    assert_eq!(ids, accounts);
    let names: Vec<Value> = world
        .api()
        .all("/identities", 10)
        .await
        .iter()
        .map(|identity| identity["fullName"].clone())
        .collect();
    let george = "George Cimafranca Palomero, Jr";
    assert_eq!(names, [george, "Ryan Lestari", george]);
}

async fn an_attempt_whose_place_another_node_took_writes_nothing(world: World) {
    let here = world.widget().await;
    let account = here.start("upwork", &GEORGE).await;
    let first = here.until(&account, "WAITING_FOR_ANSWER").await;
    let (_, link_api) = world.another_node();
    let token = here.session["sessionToken"].as_str().unwrap();
    let there = Widget { api: link_api.bearer(token), session: here.session.clone() };
    assert_eq!(there.start("upwork", &GEORGE).await, account);
    let second = there.until(&account, "WAITING_FOR_ANSWER").await;
    let stream = here.follow(&account).await;
    here.answer(&account, &first["prompt"]["id"], "0000").await.data(202);
    assert!(stream.rest().await.iter().all(|progress| progress["stage"] != "FAILED"));
    let found = world.api().data(&format!("/accounts/{account}")).await;
    assert_eq!(found["connectionStatus"], "AWAITING_MFA", "of the second attempt");
    there.answer(&account, &second["prompt"]["id"], GEORGE.code).await.data(202);
    there.until(&account, "DONE").await;
    assert_eq!(count(&world, "ACCOUNT_FAILED").await, 0);
}

/// What changes an account and its tasks locks the person first: two that lock them in another order would wait for each other.
async fn a_reconnect_waits_for_who_changes_what_the_person_shares(world: World) {
    let linked = world.linked("abccorp", &GEORGE).await;
    let scope = world.scope().await;
    let mut tx = world.store.begin().await.unwrap();
    tx.scoped(&scope).lock_user(&linked.user.parse().unwrap()).await.unwrap();
    let mut starting = Box::pin(linked.widget.start_with("abccorp", GEORGE.email, GEORGE.password));
    let early = timeout(Duration::from_millis(300), &mut starting).await;
    assert!(early.is_err(), "it goes on without the lock");
    tx.scoped(&scope).lock_account(&linked.account.parse().unwrap()).await.unwrap();
    tx.commit().await.unwrap();
    starting.await.data(201);
    linked.widget.until(&linked.account, "DONE").await;
}
