//! Paging: nothing twice, nothing missing, and a cursor that is good for its own list only.

use std::collections::HashSet;

use sahod_model::{Random, SeededRandom};
use serde_json::Value;

use crate::harness::{Client, GEORGE, World, on_both_databases, world::ITEMS};

on_both_databases!(
    pages_of_any_size_hold_the_same_transactions,
    every_list_is_newest_first,
    a_cursor_alone_keeps_filters_and_size,
    a_cursor_holds_for_its_own_list_only,
    a_tampered_cursor_is_refused,
    what_is_added_or_revoked_meanwhile_hides_and_repeats_nothing,
);

fn ids(items: &[Value]) -> Vec<&str> {
    items.iter().map(|item| item["id"].as_str().unwrap()).collect()
}

/// The first page of a list and its cursor.
async fn first(api: &Client, path: &str) -> (Vec<Value>, String) {
    let page = api.data(path).await;
    (page["items"].as_array().unwrap().clone(), page["nextCursor"].as_str().unwrap().to_owned())
}

async fn pages_of_any_size_hold_the_same_transactions(world: World) {
    world.linked("upwork", &GEORGE).await;
    let api = world.api();
    let all = api.all("/transactions", 150).await;
    assert!(all.len() > 300, "{}", all.len());
    assert_eq!(ids(&all).into_iter().collect::<HashSet<_>>().len(), all.len(), "nothing is there twice");
    for size in [3, 10, 64, 149] {
        assert_eq!(ids(&api.all("/transactions", size).await), ids(&all), "pages of {size}");
    }
    let (page, _) = first(&api, "/transactions").await;
    assert_eq!(ids(&page), ids(&all)[..10], "ten when the size is not given");
    let (page, _) = first(&api, "/transactions?size=1").await;
    assert_eq!(ids(&page), ids(&all)[..1]);

    // The end of a list that fills its last page has no cursor to nothing.
    let first_day = all.last().unwrap()["date"].as_str().unwrap();
    let early = api.all(&format!("/transactions?endDate={first_day}"), 150).await;
    let page = api.data(&format!("/transactions?endDate={first_day}&size={}", early.len())).await;
    assert_eq!((page["items"].as_array().unwrap().len(), &page["nextCursor"]), (early.len(), &Value::Null));
    let page = api.data("/transactions?endDate=1999-12-31").await;
    assert_eq!((page["items"].as_array().unwrap().len(), &page["nextCursor"]), (0, &Value::Null));
}

async fn every_list_is_newest_first(world: World) {
    world.share_links().await;
    for provider in ["upwork", "abccorp", "sss_ph"] {
        world.linked(provider, &GEORGE).await;
    }
    let date = |item: &Value| {
        let own = ["date", "startDate", "month", "createdAt", "startedAt"]
            .into_iter()
            .find_map(|name| item[name].as_str());
        own.or(item["metadata"]["createdAt"].as_str()).unwrap().to_owned()
    };
    for list in ITEMS.into_iter().chain(["accounts", "tasks", "users"]) {
        let dates: Vec<String> = world.api().all(&format!("/{list}"), 150).await.iter().map(date).collect();
        assert!(dates.len() > 1 || list == "ratings", "{list}");
        assert!(dates.is_sorted_by(|newer, older| newer >= older), "{list}: {dates:?}");
    }
}

async fn a_cursor_alone_keeps_filters_and_size(world: World) {
    let (george, other) = (world.linked("upwork", &GEORGE).await, world.linked("grab", &GEORGE).await);
    let api = world.api();
    let filters = format!("userId={}&startDate=2025-01-01&endDate=2025-12-31", george.user);
    let wanted = api.all(&format!("/transactions?{filters}"), 150).await;
    assert!(wanted.len() > 60, "{}", wanted.len());
    let (page, cursor) = first(&api, &format!("/transactions?{filters}&size=7")).await;
    assert_eq!(ids(&page), ids(&wanted)[..7]);
    let (second, _) = first(&api, &format!("/transactions?cursor={cursor}")).await;
    assert_eq!(ids(&second), ids(&wanted)[7..14], "the same filters and the same size");
    let (again, _) = first(&api, &format!("/transactions?cursor={cursor}&{filters}&size=7")).await;
    assert_eq!(ids(&again), ids(&second), "saying the same again is no fault");
    let (larger, _) = first(&api, &format!("/transactions?cursor={cursor}&size=20")).await;
    assert_eq!(ids(&larger), ids(&wanted)[7..27], "another size continues at the same place");

    for changed in
        ["startDate=2025-02-01", &format!("userId={}", other.user), &format!("sourceId={}", george.account)]
    {
        api.get(&format!("/transactions?cursor={cursor}&{changed}")).await.faulty(&["cursor"]);
    }
    api.get(&format!("/transactions?cursor={cursor}&size=0")).await.faulty(&["size"]);
}

async fn a_cursor_holds_for_its_own_list_only(world: World) {
    for provider in ["grab", "abccorp", "sss_ph"] {
        world.linked(provider, &GEORGE).await;
    }
    let (api, lists) =
        (world.api(), ["transactions", "documents", "contributions", "users", "accounts", "tasks"]);
    for list in lists {
        let (_, cursor) = first(&api, &format!("/{list}?size=1")).await;
        for other in lists.iter().chain(&["identities", "webhooks", "providers", "eincomes"]) {
            let answer = api.get(&format!("/{other}?cursor={cursor}")).await;
            if *other == list {
                answer.data(200);
            } else {
                answer.faulty(&["cursor"]);
            }
        }
        let path = format!("/{list}?cursor={cursor}");
        world.open(&world.globex).get(&path).await.faulty(&["cursor"]);
        world.production(&world.acme).get(&path).await.faulty(&["cursor"]);
    }
}

async fn a_tampered_cursor_is_refused(world: World) {
    world.linked("grab", &GEORGE).await;
    let api = world.api();
    let (_, cursor) = first(&api, "/transactions?size=5").await;
    let changed = |at: usize| {
        let mut text = cursor.clone().into_bytes();
        text[at] = if text[at] == b'A' { b'B' } else { b'A' };
        String::from_utf8(text).unwrap()
    };
    for at in [0, 1, 7, cursor.len() / 2, cursor.len() - 2] {
        api.get(&format!("/transactions?cursor={}", changed(at))).await.faulty(&["cursor"]);
    }
    let long = "A".repeat(20_000);
    for text in [&cursor[1..], &cursor[..cursor.len() - 1], "x", "%00", "%FF", "null", "-1", &long] {
        api.get(&format!("/transactions?cursor={text}")).await.faulty(&["cursor"]);
    }
    let doubled = format!("/transactions?cursor={cursor}{cursor}&size=x&startDate=x");
    api.get(&doubled).await.faulty(&["cursor", "size", "startDate"]);
}

/// The same as it is on the wire, where people link, link anew and revoke between two pages. (What a source may change
/// of its rows, and every filter, is in the store's tests.)
async fn what_is_added_or_revoked_meanwhile_hides_and_repeats_nothing(world: World) {
    let (api, random) = (world.api(), SeededRandom::new(5));
    let mut linked = vec![world.linked("grab", &GEORGE).await, world.linked("freelancer", &GEORGE).await];
    let chance = |below: usize| {
        let number = u64::from_le_bytes((&random as &dyn Random).array());
        usize::try_from(number % u64::try_from(below).unwrap()).unwrap()
    };
    for round in 0..2 {
        let mut always =
            ids(&api.all("/transactions", 150).await).into_iter().map(str::to_owned).collect::<HashSet<_>>();
        let mut revoked = HashSet::new();
        let (mut seen, mut next) = (Vec::new(), format!("/transactions?size={}", 90 + chance(60)));
        loop {
            let page = api.data(&next).await;
            for item in page["items"].as_array().unwrap() {
                assert!(
                    !revoked.contains(&item["metadata"]["sourceId"]),
                    "what is revoked is not shown: {item}"
                );
                seen.push(item["id"].as_str().unwrap().to_owned());
            }
            let Some(cursor) = page["nextCursor"].as_str() else { break };
            next = format!("/transactions?cursor={cursor}&size={}", 90 + chance(60));
            match chance(4) {
                0 => linked.push(world.linked(["fiverr", "grab"][chance(2)], &GEORGE).await),
                1 => drop(linked[0].widget.link("grab", &GEORGE).await),
                2 if linked.len() > 1 => {
                    let account = linked.remove(1 + chance(linked.len() - 1)).account;
                    for item in api.all(&format!("/transactions?sourceId={account}"), 150).await {
                        always.remove(item["id"].as_str().unwrap());
                    }
                    api.delete(&format!("/accounts/{account}")).await.done();
                    revoked.insert(Value::from(account));
                }
                _ => {}
            }
        }
        let times = seen.len();
        let seen: HashSet<String> = seen.into_iter().collect();
        assert_eq!(seen.len(), times, "round {round}: nothing is repeated");
        assert!(
            always.len() > 100 && always.is_subset(&seen),
            "round {round}: nothing that stayed is hidden"
        );
    }
}
