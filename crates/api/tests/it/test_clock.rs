//! The sandbox's clock, and what happens while it is moved: syncs, retention, ends of tokens, retries.

use std::time::Duration;

use sahod_app::{Acting, PageRequest, TaskFilter};
use sahod_model::{AccountErrorCode, Clock as _, Mode, TaskType};
use serde_json::{Value, json};
use tokio::{sync::watch, time::timeout};

use crate::{
    archives::{GEORGES, payslip, until_read},
    harness::{
        Client, GEORGE, PATIENCE, Receiver, Widget, World, on_both_databases, receiver::Delivery,
        world::NewUser,
    },
};

on_both_databases!(
    the_clock_is_read_moved_and_reset,
    a_moved_clock_shows_at_once_at_every_node,
    what_cannot_be_is_refused,
    an_account_is_read_again_every_month,
    every_sync_input_ends_the_next_sync_with_its_code,
    what_is_not_refreshed_is_erased_after_sixty_days,
    an_upload_is_erased_after_sixty_days,
    a_tenant_that_monitors_nothing_has_nothing_read_again,
    tokens_and_sessions_end,
    a_person_who_is_asked_is_not_given_up_when_the_clock_is_moved,
    failed_deliveries_are_tried_again,
    seventy_days_at_once_are_seventy_days_one_by_one,
);

const DAY: Duration = Duration::from_hours(24);

/// Moves a tenant's clock and waits until it is there.
async fn advance(api: &Client, by: &str) -> Value {
    let mut clock = api.post("/sandbox/clock/advance", &json!({ "by": by })).await.data(200);
    let there = async {
        while clock["status"] == "ADVANCING" {
            tokio::time::sleep(Duration::from_millis(10)).await;
            clock = api.data("/sandbox/clock").await;
        }
    };
    timeout(PATIENCE * 2, there).await.expect("the clock arrives");
    clock
}

/// A test person, linked as a new user of that caller, and read to the end; the account's id.
async fn linked(world: &World, api: &Client, provider: &str, password: &str) -> String {
    let user = NewUser::make(api).await;
    let widget = Widget::open(&world.stranger("link-sandbox"), &user.token).await;
    let progress = widget.start_with(provider, GEORGE.email, password).await.data(201);
    let account = progress["accountId"].as_str().unwrap().to_owned();
    widget.until(&account, "DONE").await;
    account
}

async fn transactions(api: &Client, account: &str) -> Vec<Value> {
    api.all(&format!("/transactions?sourceId={account}"), 150).await
}

async fn the_clock_is_read_moved_and_reset(world: World) {
    let api = world.api();
    let before = api.data("/sandbox/clock").await;
    assert_eq!((&before["status"], &before["aheadSeconds"]), (&json!("READY"), &json!(0)));
    let after = advance(&api, "P2DT30M").await;
    assert_eq!((&after["aheadSeconds"], &after["movingTo"]), (&json!(2 * 86_400 + 1_800), &Value::Null));
    let user = NewUser::make(&api).await;
    let made = api.data(&format!("/users/{}", user.id)).await;
    assert!(made["createdAt"].as_str() >= after["now"].as_str(), "{made}");
    let other = world.open(&world.globex).data("/sandbox/clock").await;
    assert_eq!(other["aheadSeconds"], 0, "another tenant's stays");
    let reset = api.post("/sandbox/clock/reset", &json!({})).await.data(200);
    assert_eq!((&reset["status"], &reset["aheadSeconds"]), (&json!("READY"), &json!(0)));
    // A token of the future is none of the present.
    let answer = world.stranger("link-sandbox").bearer(&user.token).post_empty("/sessions").await;
    answer.refused("INVALID_TOKEN");
}

/// Nodes keep keys, with how far their clocks are ahead.
async fn a_moved_clock_shows_at_once_at_every_node(world: World) {
    let (api, (elsewhere, _)) = (world.api(), world.another_node());
    let (key, secret) = &world.acme.sandbox;
    let secret = secret.clone().into();
    let ahead_elsewhere = async || {
        let acting = elsewhere.organisations.authenticate(key, &secret, Mode::Sandbox).await.unwrap();
        // The tests' clock goes on by a millisecond each time that it is looked at.
        let before = world.clock.now();
        let ahead = elsewhere.requests.tenant_now(&acting).unwrap().since(before);
        Duration::from_secs(ahead.as_secs())
    };
    // So it has the key at hand all the time.
    let busy = async || {
        loop {
            ahead_elsewhere().await;
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    for hours in 1..=5 {
        tokio::select! {
            () = busy() => {}
            _ = advance(&api, "PT1H") => {}
        }
        assert_eq!(ahead_elsewhere().await, Duration::from_hours(hours));
    }
    let empty = json!({});
    tokio::select! {
        () = busy() => {}
        answer = api.post("/sandbox/clock/reset", &empty) => assert_eq!(answer.data(200)["aheadSeconds"], 0),
    }
    assert_eq!(ahead_elsewhere().await, Duration::ZERO);
}

async fn what_cannot_be_is_refused(world: World) {
    let api = world.api();
    for odd in ["", "70", "P0D", "P-1D", "P367D", "P1M", "P1Y", "seventy days", "PT0S"] {
        api.post("/sandbox/clock/advance", &json!({ "by": odd })).await.faulty(&["by"]);
    }
    api.post("/sandbox/clock/advance", &json!({})).await.faulty(&["by"]);
    for _ in 0..10 {
        advance(&api, "P366D").await;
    }
    api.post("/sandbox/clock/advance", &json!({ "by": "P1D" })).await.faulty(&["by"]);
    let production = world.production(&world.acme);
    production.get("/sandbox/clock").await.refused("UNAUTHORIZED_ACCESS");
    let answer = production.post("/sandbox/clock/advance", &json!({ "by": "P1D" })).await;
    answer.refused("UNAUTHORIZED_ACCESS");
}

async fn an_account_is_read_again_every_month(world: World) {
    let api = world.api();
    let receiver = Receiver::start().await;
    let account = linked(&world, &api, "grab", GEORGE.password).await;
    receiver.subscribe(&api, &["ALL_EVENTS"]).await;
    let path = format!("/accounts/{account}");
    assert_eq!(api.data(&path).await["monitorStatus"], "ACTIVE");
    let before = transactions(&api, &account).await;

    // It was connected on the 20th.
    advance(&api, "P29D").await;
    assert!(receiver.types().is_empty(), "{:?}", receiver.types());
    advance(&api, "P2D").await;
    let events = receiver.wait_for("ACCOUNT_SYNC_TASK_FINISHED").await;
    let types: Vec<_> = events.iter().map(Delivery::event_type).collect();
    assert!(!types.iter().any(|name| name == "TASK_FINISHED" || name == "IDENTITY_ADDED"), "{types:?}");
    let finished = events.iter().find(|event| event.event_type() == "ACCOUNT_SYNC_TASK_FINISHED").unwrap();
    let finished = finished.json();
    assert_eq!(
        (&finished["data"]["status"], &finished["data"]["monitorStatus"]),
        (&json!("SUCCEEDED"), &json!("ACTIVE"))
    );
    assert!(finished["createdAt"].as_str().unwrap().starts_with("2026-12-20T"), "{finished}");

    let after = transactions(&api, &account).await;
    let added = events.iter().find(|event| event.event_type() == "TRANSACTIONS_ADDED").unwrap().json();
    assert_eq!(added["data"]["count"], after.len() - before.len(), "only what is new is announced");
    assert_eq!(after[after.len() - before.len()..], before[..], "what was there is the same");
    let tasks = api.all(&format!("/tasks?sourceId={account}"), 150).await;
    let kinds: Vec<_> = tasks.iter().map(|task| task["type"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["UPDATE_ACCOUNT", "LINK_ACCOUNT"]);

    api.post_empty(&format!("{path}/disableMonitor")).await.done();
    let count = receiver.deliveries().len();
    advance(&api, "P32D").await;
    assert_eq!(receiver.deliveries().len(), count, "the tenant does not want it any more");
}

async fn every_sync_input_ends_the_next_sync_with_its_code(world: World) {
    let api = world.api();
    let inputs = world.widget().await.session["sandbox"]["inputs"].as_array().unwrap().clone();
    let inputs: Vec<_> = inputs.iter().filter(|input| input["group"] == "SYNC").collect();
    let mut accounts = Vec::new();
    for input in &inputs {
        let input = input["input"].as_str().unwrap();
        accounts.push((linked(&world, &api, "grab", input).await, input.strip_prefix("sync_").unwrap()));
    }
    let receiver = Receiver::start().await;
    receiver.subscribe(&api, &["ACCOUNT_SYNC_TASK_FINISHED"]).await;
    advance(&api, "P35D").await;
    let scope = world.store.scope(&world.acme.id, Mode::Sandbox).await.unwrap().unwrap();
    for (account, code) in &accounts {
        let filter = TaskFilter { source_id: Some(account.parse().unwrap()), ..TaskFilter::default() };
        let tasks = world.store.scoped(&scope).list_tasks(&filter, &PageRequest::first(1)).await.unwrap();
        let task = &tasks.items[0];
        let error = task.error_code.map(AccountErrorCode::as_str);
        assert_eq!((task.task_type, error), (TaskType::UpdateAccount, Some(*code)));
        let found = api.data(&format!("/accounts/{account}")).await;
        assert_eq!(found["connection"]["status"], "CONNECTED", "{code}");
        let waits_for_source = ["SERVICE_UNAVAILABLE", "SYSTEM_ERROR"].contains(code);
        let (status, tries) = if waits_for_source { ("ACTIVE", 3) } else { ("USER_ACTION_REQUIRED", 1) };
        assert_eq!(found["monitorStatus"], status, "{code}");
        let told = receiver
            .deliveries()
            .iter()
            .map(Delivery::json)
            .filter(|event| {
                event["data"]["sourceId"] == *account
                    && event["data"]["status"] == "FAILED"
                    && event["data"]["monitorStatus"] == status
            })
            .count();
        assert_eq!(told, tries, "{code}");
    }
}

async fn what_is_not_refreshed_is_erased_after_sixty_days(world: World) {
    let api = world.api();
    // The first cannot be read again, the second wants the person again, the third is read on and on.
    let mut accounts = Vec::new();
    for (provider, password) in
        [("fiverr", GEORGE.password), ("grab", "sync_AUTH_REQUIRED"), ("grab", GEORGE.password)]
    {
        accounts.push(linked(&world, &api, provider, password).await);
    }
    let receiver = Receiver::start().await;
    receiver.subscribe(&api, &["ACCOUNT_DISCONNECTED"]).await;
    advance(&api, "P59DT23H").await;
    for account in &accounts {
        assert!(!transactions(&api, account).await.is_empty());
    }
    advance(&api, "PT2H").await;
    for (account, gone) in accounts.iter().zip([true, true, false]) {
        assert_eq!(transactions(&api, account).await.is_empty(), gone);
        assert_eq!(api.all(&format!("/identities?sourceId={account}"), 10).await.is_empty(), gone);
        let status = &api.data(&format!("/accounts/{account}")).await["connection"]["status"];
        assert_eq!(status, if gone { "DISCONNECTED" } else { "CONNECTED" });
    }
    assert_eq!(receiver.wait(|got| got.len() == 2).await.len(), 2);
}

async fn an_upload_is_erased_after_sixty_days(world: World) {
    let (api, user) = (world.api(), world.user().await);
    let archive = api.post("/archives", &payslip(&user.id, GEORGES)).await.data(200);
    until_read(&api).await;
    let path = format!("/archives/{}", archive["id"].as_str().unwrap());
    advance(&api, "P59D").await;
    assert_eq!(api.data(&path).await["state"]["status"], "ANALYZED");
    advance(&api, "P2D").await;
    assert_eq!(api.data(&path).await["state"]["status"], "REVOKED");
}

async fn a_tenant_that_monitors_nothing_has_nothing_read_again(world: World) {
    let api = world.api();
    let on = linked(&world, &api, "grab", GEORGE.password).await;
    world.app.organisations.monitor_accounts(&Acting::operator(), &world.acme.id, false).await.unwrap();
    let off = linked(&world, &api, "grab", GEORGE.password).await;
    assert_eq!(api.data(&format!("/accounts/{off}")).await["monitorStatus"], "UNSUPPORTED");
    advance(&api, "P32D").await;
    for account in [on, off] {
        assert_eq!(api.data(&format!("/accounts/{account}")).await["monitorStatus"], "UNSUPPORTED");
        assert_eq!(api.all(&format!("/tasks?sourceId={account}"), 150).await.len(), 1);
    }
}

async fn tokens_and_sessions_end(world: World) {
    let api = world.api();
    let (unspent, widget) = (world.user().await, world.widget().await);
    advance(&api, "PT4H59M").await;
    widget.api.data("/accounts").await;
    advance(&api, "PT2M").await;
    widget.api.get("/accounts").await.refused("INVALID_TOKEN");
    let answer = world.stranger("link-sandbox").bearer(&unspent.token).post_empty("/sessions").await;
    answer.refused("INVALID_TOKEN");
    // One that is made now is good now.
    world.widget().await;
}

async fn a_person_who_is_asked_is_not_given_up_when_the_clock_is_moved(world: World) {
    let widget = world.widget().await;
    let account = widget.start("upwork", &GEORGE).await;
    let prompt = widget.until(&account, "WAITING_FOR_ANSWER").await["prompt"]["id"].take();
    // Longer than any attempt takes.
    advance(&world.api(), "PT2H").await;
    let (stop, stopped) = watch::channel(false);
    let look = tokio::spawn(world.app.linking.clone().end_abandoned_links(false, stopped));
    tokio::time::sleep(Duration::from_millis(200)).await;
    stop.send_replace(true);
    look.await.unwrap();
    assert_eq!(widget.progress(&account).await["stage"], "WAITING_FOR_ANSWER");
    assert_eq!(world.api().data(&format!("/accounts/{account}")).await["connectionStatus"], "AWAITING_MFA");
    widget.answer(&account, &prompt, GEORGE.code).await.data(202);
    widget.until(&account, "DONE").await;
}

async fn failed_deliveries_are_tried_again(world: World) {
    let api = world.api();
    let receiver = Receiver::answering(&[500; 100]).await;
    let webhook = receiver.subscribe(&api, &["USER_CREATED"]).await;
    world.user().await;
    receiver.wait(|got| got.len() == 1).await;
    advance(&api, "P4D").await;
    let attempts = api.all(&format!("/webhooks/{webhook}/attempts"), 150).await;
    assert!(attempts.len() > 3, "{attempts:?}");
    assert_eq!(attempts[0]["nextAttemptAt"], Value::Null, "it was given up: {:?}", attempts[0]);
}

/// What a tenant has in the end, without what is random: ids, times of the day, and the order of what different accounts
/// come to at the same moment. Each account's own events keep theirs.
async fn end_state(api: &Client, accounts: &[String], webhook: &str) -> Value {
    let day = |at: &Value| at.as_str().map(|at| at[..10].to_owned());
    let all = api.all("/events", 150).await;
    let told = |event: &Value| json!([event["type"], day(&event["createdAt"])]);
    let mut events: Vec<_> = all.iter().map(told).collect();
    events.sort_by_key(Value::to_string);
    let mut sources = Vec::new();
    for account in accounts {
        let is_own =
            |event: &&Value| ["accountId", "sourceId"].iter().any(|name| event["data"][name] == **account);
        let own: Vec<_> = all.iter().filter(is_own).map(told).collect();
        assert!(!own.is_empty(), "{account}");
        let found = api.data(&format!("/accounts/{account}")).await;
        let tasks = api.all(&format!("/tasks?sourceId={account}"), 150).await;
        let tasks: Vec<_> = tasks
            .iter()
            .map(|task| json!([task["type"], day(&task["startedAt"]), task["datapoints"]]))
            .collect();
        let mut items = Vec::new();
        for kind in ["identities", "incomes", "transactions", "documents", "eincomes", "employments"] {
            let all = api.all(&format!("/{kind}?sourceId={account}"), 150).await;
            items.push(json!([kind, all.len(), all.first().map(|item| day(&item["createdAt"]))]));
        }
        let (connection, monitor) = (&found["connection"], &found["monitorStatus"]);
        sources.push(json!([
            connection["status"],
            day(&connection["updatedAt"]),
            monitor,
            own,
            tasks,
            items
        ]));
    }
    let event_day = |id: &Value| day(&all.iter().find(|event| event["id"] == *id).unwrap()["createdAt"]);
    let attempts = api.all(&format!("/webhooks/{webhook}/attempts"), 150).await;
    let mut attempts: Vec<_> = attempts
        .iter()
        .map(|attempt| (event_day(&attempt["eventId"]), json!([attempt["eventType"], attempt["number"]])))
        .collect();
    attempts.sort_by_key(|(day, attempt)| (day.clone(), attempt.to_string()));
    // The last day's failures switch the webhook off: which of the events of the same moment were under way by then is
    // nobody's promise, and that they were the last ones is.
    let last = attempts.last().unwrap().0.clone();
    attempts.retain(|(day, _)| *day != last);
    assert!(!attempts.is_empty());
    json!({ "events": events, "sources": sources, "attempts": attempts, "last attempt": last })
}

async fn seventy_days_at_once_are_seventy_days_one_by_one(world: World) {
    let mut ends = Vec::new();
    for (tenant, steps) in [(&world.acme, 1), (&world.globex, 70)] {
        let api = world.open(tenant);
        let failing = Receiver::answering(&[500; 400]).await;
        let webhook = failing.subscribe(&api, &["ACCOUNT_SYNC_TASK_FINISHED", "ACCOUNT_DISCONNECTED"]).await;
        let mut accounts = Vec::new();
        for (provider, password) in [
            ("grab", GEORGE.password),
            ("abccorp", GEORGE.password),
            ("fiverr", GEORGE.password),
            ("grab", "sync_AUTH_REQUIRED"),
            ("grab", "sync_SERVICE_UNAVAILABLE"),
        ] {
            accounts.push(linked(&world, &api, provider, password).await);
        }
        for _ in 0..steps {
            let by = 70 / steps;
            advance(&api, &format!("P{by}D")).await;
        }
        let clock = api.data("/sandbox/clock").await;
        assert_eq!(clock["aheadSeconds"], (DAY * 70).as_secs());
        ends.push(end_state(&api, &accounts, &webhook).await);
    }
    for part in ["events", "sources", "attempts", "last attempt"] {
        assert_eq!(ends[0][part], ends[1][part], "{part}");
    }
}
