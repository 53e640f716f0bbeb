//! Queries that cannot be answered: every fault is told, and all of them at once.

use serde_json::Value;

use crate::harness::{GEORGE, World, contract, on_both_databases};

on_both_databases!(
    all_faults_of_a_query_are_told_together,
    sizes_are_whole_numbers_from_1_to_150,
    dates_are_days_that_exist,
    a_parameter_is_given_once,
    odd_texts_are_faults_or_find_nothing,
    every_list_reads_the_parameters_of_the_contract,
    tokens_need_a_user,
    ids_of_another_shape_name_nothing,
);

async fn all_faults_of_a_query_are_told_together(world: World) {
    let api = world.api();
    let query = "size=0&userId=nobody&sourceId=x&accountId=t-1&startDate=2026-02-30&endDate=yesterday";
    let faults = ["accountId", "endDate", "size", "sourceId", "startDate", "userId"];
    for list in ["transactions", "employments", "incomes", "contributions"] {
        api.get(&format!("/{list}?{query}")).await.faulty(&faults);
    }
    let some = ["accountId", "size", "sourceId", "userId"];
    for list in ["identities", "ratings", "documents"] {
        api.get(&format!("/{list}?{query}")).await.faulty(&some);
    }
    api.get(&format!("/accounts?{query}")).await.faulty(&["endDate", "size", "startDate", "userId"]);
    api.get(&format!("/tasks?{query}")).await.faulty(&["endDate", "size", "sourceId", "startDate", "userId"]);
    api.get(&format!("/users?{query}")).await.faulty(&["endDate", "size", "startDate"]);
    for list in ["webhooks", "consentTemplates", "inviteTemplates", "invites"] {
        api.get(&format!("/{list}?{query}")).await.faulty(&["size"]);
    }
    let months = "size=151&userId=-&sourceId=-&startMonth=2026-00&endMonth=2026-11-01";
    api.get(&format!("/eincomes?{months}")).await.faulty(&[
        "endMonth",
        "size",
        "sourceId",
        "startMonth",
        "userId",
    ]);
}

async fn sizes_are_whole_numbers_from_1_to_150(world: World) {
    let lists = contract::operations()
        .into_iter()
        .filter(|operation| operation.query().contains(&"size") && !operation.path.contains('{'));
    let widget = world.widget().await;
    for contract::Operation { path: list, .. } in lists {
        for size in [
            "0",
            "151",
            "abc",
            "-1",
            "%2B1",
            "1.0",
            "1e1",
            "0x1",
            "99999999999999999999999",
            "%D9%A5",
            "1%20",
            "%00",
        ] {
            world.api().get(&format!("{list}?size={size}")).await.faulty(&["size"]);
        }
        for size in ["1", "150", "007", ""] {
            world.api().get(&format!("{list}?size={size}")).await.data(200);
        }
    }
    for list in ["/accounts", "/providers"] {
        widget.api.get(&format!("{list}?size=0")).await.faulty(&["size"]);
        widget.api.get(&format!("{list}?size=150")).await.data(200);
    }
}

async fn dates_are_days_that_exist(world: World) {
    let api = world.api();
    for date in [
        "2026-02-29",
        "2026-13-01",
        "2026-00-01",
        "2026-01-00",
        "2026-04-31",
        "2026-1-1",
        "26-01-01",
        "20260101",
        "2026-01-01T00:00:00Z",
        "01/02/2026",
        "99999-01-01",
        "-2026-01-01",
        "%D9%A2%D9%A0%D9%A2%D9%A6-01-01",
        "today",
        "%F0%9F%90%99",
        "2026-01-01%00",
    ] {
        api.get(&format!("/transactions?startDate={date}&endDate={date}"))
            .await
            .faulty(&["endDate", "startDate"]);
    }
    for (date, leap) in
        [("2024-02-29", true), ("0001-01-01", true), ("9999-12-31", true), ("1900-02-29", false)]
    {
        let answer = api.get(&format!("/transactions?startDate={date}&endDate={date}")).await;
        assert_eq!(answer.status == 200, leap, "{date}");
    }
    for (list, start, end) in [("transactions", "startDate", "endDate"), ("users", "startDate", "endDate")] {
        api.get(&format!("/{list}?{start}=2026-01-02&{end}=2026-01-01")).await.faulty(&["startDate"]);
        api.get(&format!("/{list}?{start}=2026-01-01&{end}=2026-01-01")).await.data(200);
    }
}

async fn a_parameter_is_given_once(world: World) {
    let api = world.api();
    api.get("/transactions?size=1&size=2").await.faulty(&["size"]);
    api.get("/transactions?size=1&s%69ze=2").await.faulty(&["size"]);
    api.get("/transactions?startDate=2026-01-01&startDate=2026-01-02&size=0")
        .await
        .faulty(&["size", "startDate"]);
    api.get("/transactions?size=5&size=5").await.data(200);
    let user = world.user().await.id;
    api.post_empty(&format!("/tokens?userId={user}&userId=acme-1")).await.faulty(&["userId"]);
}

async fn odd_texts_are_faults_or_find_nothing(world: World) {
    world.linked("grab", &GEORGE).await;
    let api = world.api();
    let all = api.data("/transactions").await;
    for odd in
        ["%FF%FE", "%", "%zz", "%F0%9F%90%99", "'%20OR%201=1%20--", "%00", "{}", "*", &"9".repeat(5_000)]
    {
        api.get(&format!("/transactions?userId={odd}&sourceId={odd}")).await.faulty(&["sourceId", "userId"]);
        assert_eq!(
            api.data(&format!("/providers?name={odd}xyz")).await["items"].as_array().unwrap().len(),
            0
        );
        // What the contract does not know is ignored.
        assert_eq!(api.data(&format!("/transactions?unknown={odd}")).await["items"], all["items"]);
    }
    for empty in [
        "/transactions?",
        "/transactions?&&",
        "/transactions?=",
        "/transactions?size",
        "/transactions?userId=&size=",
    ] {
        assert_eq!(api.data(empty).await["items"], all["items"], "{empty}");
    }
}

/// Each list reads every parameter that the contract gives it: a value that no parameter can have is a fault.
async fn every_list_reads_the_parameters_of_the_contract(world: World) {
    for operation in contract::operations() {
        let path = operation.path;
        if operation.method != "GET" || path.contains('{') {
            continue;
        }
        // Any text is a fine name to search for.
        for name in operation.query().into_iter().filter(|name| *name != "name") {
            let list = name == "ids" || name == "topIds";
            let value = if list { "A,B" } else { "!" };
            world.api().get(&format!("{path}?{name}={value}")).await.faulty(&[name]);
        }
    }
}

async fn tokens_need_a_user(world: World) {
    let (api, before) = (world.api(), world.census().await);
    api.post_empty("/tokens").await.faulty(&["userId"]);
    api.post_empty("/tokens?userId=").await.faulty(&["userId"]);
    for nobody in ["x", &format!("acme-{}", "0".repeat(32)), "%F0%9F%90%99"] {
        api.post_empty(&format!("/tokens?userId={nobody}")).await.refused("MISSING_RESOURCE");
    }
    assert_eq!(world.census().await, before);
}

async fn ids_of_another_shape_name_nothing(world: World) {
    let linked = world.linked("grab", &GEORGE).await;
    let hex = &linked.account[2..];
    let (api, widget) = (world.api(), &linked.widget.api);
    let odd = [
        "x".to_owned(),
        "a-".to_owned(),
        hex.to_owned(),
        format!("a-{}", hex.to_uppercase()),
        format!("a-{hex}0"),
        format!("A-{hex}"),
        format!("t-{hex}"),
        format!("a-{hex}%20"),
        format!("a-{hex}%00"),
        "%FF".to_owned(),
        "%F0%9F%90%99".to_owned(),
        "%2e%2e".to_owned(),
        "a%2Fb".to_owned(),
        "9".repeat(5_000),
    ];
    for id in odd {
        for list in [
            "accounts",
            "users",
            "tasks",
            "webhooks",
            "inviteTemplates",
            "invites",
            "providers",
            "transactions",
            "identities",
            "eincomes",
        ] {
            api.get(&format!("/{list}/{id}")).await.refused("MISSING_RESOURCE");
        }
        api.delete(&format!("/accounts/{id}")).await.refused("MISSING_RESOURCE");
        api.delete(&format!("/webhooks/{id}")).await.refused("MISSING_RESOURCE");
        api.delete(&format!("/consentTemplates/{id}")).await.refused("MISSING_RESOURCE");
        api.delete(&format!("/inviteTemplates/{id}")).await.refused("MISSING_RESOURCE");
        api.get(&format!("/invites/{id}/logs")).await.refused("MISSING_RESOURCE");
        api.get(&format!("/users/{id}/payload")).await.refused("MISSING_RESOURCE");
        api.get(&format!("/accounts/{id}/payload")).await.refused("MISSING_RESOURCE");
        api.post_empty(&format!("/users/{id}/resetSession")).await.refused("MISSING_RESOURCE");
        api.post_empty(&format!("/accounts/{id}/disableMonitor")).await.refused("MISSING_RESOURCE");
        widget.get(&format!("/accounts/{id}/progress")).await.refused("MISSING_RESOURCE");
        widget.get(&format!("/accounts/{id}/events")).await.refused("MISSING_RESOURCE");
        widget.get(&format!("/providers/{id}")).await.refused("MISSING_RESOURCE");
        widget.delete(&format!("/accounts/{id}")).await.refused("MISSING_RESOURCE");
        let answer = serde_json::json!({ "promptId": "p-1", "answer": "x" });
        widget.post(&format!("/accounts/{id}/answers"), &answer).await.refused("MISSING_RESOURCE");
    }
    assert_eq!(
        api.data(&format!("/accounts/{}", linked.account)).await["connection"]["errorCode"],
        Value::Null
    );
}
