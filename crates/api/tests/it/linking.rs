//! The main job: George connects Upwork, and his data comes out of the API.

use std::time::Duration;

use serde_json::{Value, json};

use crate::harness::{GEORGE, World, on_both_databases, world::ITEMS};

on_both_databases!(
    george_connects_upwork,
    what_comes_out_is_what_the_source_said,
    every_kind_can_be_listed_and_got,
    the_stream_tells_the_whole_story_to_whoever_comes_when,
    any_form_of_a_login_name_opens_the_same_account,
    a_widget_lists_what_its_own_person_connected,
    a_stream_on_which_nothing_happens_is_heard_of,
);

async fn george_connects_upwork(world: World) {
    let widget = world.widget().await;
    let user = &widget.session["userId"];
    let account = widget.start("upwork", &GEORGE).await;

    let waiting = widget.until(&account, "WAITING_FOR_ANSWER").await;
    assert_eq!(waiting["connectionStatus"], "AWAITING_MFA");
    assert_eq!((&waiting["accountId"], &waiting["userId"]), (&json!(account), user));
    let prompt = &waiting["prompt"];
    assert_eq!(
        (&prompt["kind"], &prompt["channel"], &prompt["length"]),
        (&json!("CODE"), &json!("SMS"), &json!(4))
    );
    assert_eq!(prompt["sentTo"], "•••• 1234", "all but the last digits are hidden");
    assert_eq!(world.api().data(&format!("/accounts/{account}")).await["connectionStatus"], "AWAITING_MFA");

    widget.answer(&account, &json!("p-99"), GEORGE.code).await.faulty(&["promptId"]);
    assert_eq!(widget.progress(&account).await["stage"], "WAITING_FOR_ANSWER", "the prompt is still open");

    let answered = widget.answer(&account, &prompt["id"], GEORGE.code).await.data(202);
    assert_ne!(answered["stage"], "WAITING_FOR_ANSWER", "the answer says what is, not what was");
    let done = widget.until(&account, "DONE").await;
    assert_eq!(done["connectionStatus"], "CONNECTED");
    assert_eq!(done["datapoints"], json!(["IDENTITIES", "RATINGS", "TRANSACTIONS", "EINCOMES", "INSIGHTS"]));
    assert_eq!((&done["prompt"], &done["errorCode"]), (&Value::Null, &Value::Null));

    let found = world.api().data(&format!("/accounts/{account}")).await;
    assert_eq!(found["connectionStatus"], "CONNECTED");
    assert_eq!(found["connection"]["status"], "CONNECTED");
    assert_eq!((&found["userId"], &found["providerId"]), (user, &json!("upwork")));
    assert_eq!(found["connection"]["errorCode"], Value::Null);

    let tasks = world.api().all(&format!("/tasks?sourceId={account}"), 10).await;
    assert_eq!(tasks.len(), 1);
    assert_eq!((&tasks[0]["type"], &tasks[0]["status"]), (&json!("LINK_ACCOUNT"), &json!("Finished")));
    assert_eq!(tasks[0]["datapoints"], done["datapoints"]);
    assert!(tasks[0]["finishedAt"].as_str() >= tasks[0]["startedAt"].as_str());
}

/// The identity of the seeds, field for field. What the seeds do not show is allowed beside it only where the contract's
/// schema has it.
async fn what_comes_out_is_what_the_source_said(world: World) {
    let linked = world.linked("upwork", &GEORGE).await;
    let mut identities = world.api().all("/identities", 10).await;
    assert_eq!(identities.len(), 1);
    let mut identity = identities.remove(0);
    let mut metadata = identity["metadata"].take();
    assert!(identity["id"].as_str().unwrap().starts_with("i-"));
    let seeds = json!({
        "id": identity["id"],
        "fullName": "George Cimafranca Palomero, Jr",
        "firstName": "George",
        "middleName": "Cimafranca",
        "lastName": "Palomero",
        "suffix": "Jr",
        "gender": "Male",
        "dob": "1970-08-24",
        "maritalStatus": "Married",
        "countryResidence": "PH",
        "citizenship": "Citizen",
        "photoUrl": "https://cdn.smileapi.io/image/avatar/v20211115191600/george.jpg",
        "referenceId": null,
        "profileUrl": null,
        "emails": [{ "address": "gpalomero1234@smileapi.io", "type": "Primary" }],
        "phones": [{ "number": "+639559991234", "type": "Mobile" }],
        "socialProfiles": [{ "socialUrl": "https://www.facebook.com/gpalomero1234", "type": "Facebook" }],
        "addresses": [{
            "fullAddress": "12 Maybunga St, Barangay Paraiso, Pasig City, NCR, 1600, PH",
            "line1": "12 Maybunga St",
            "line2": "Barangay Paraiso",
            "city": "Pasig City",
            "region": "NCR",
            "zip": "1600",
            "country": "PH",
            "latitude": "14.573454",
            "longitude": "121.085042",
            "type": "Primary",
            "tags": [],
        }],
        "latestEmployerName": null,
        "metadata": null,
    });
    assert_eq!(identity, seeds);

    assert_eq!(metadata["itemCreatedAt"], "2022-08-24T05:24:37Z");
    assert!(metadata["createdAt"].as_str().unwrap().starts_with("2026-11-20T08:"));
    metadata["createdAt"].take();
    let whose = json!({
        "createdAt": null,
        "itemCreatedAt": "2022-08-24T05:24:37Z",
        "sourceId": linked.account,
        "sourceType": "ACCOUNT",
        "userId": linked.user,
        "providerId": "upwork",
        "accountId": linked.account,
    });
    assert_eq!(metadata, whose);
}

/// Lists and gets tell the same, and the lists hold what a believable source holds.
async fn every_kind_can_be_listed_and_got(world: World) {
    world.share_links().await;
    for provider in ["upwork", "abccorp", "sss_ph"] {
        world.linked(provider, &GEORGE).await;
    }
    let least = [3, 1, 300, 12, 2, 24, 24, 3, 24, 3, 3];
    for (kind, least) in ITEMS.into_iter().zip(least) {
        let items = world.api().all(&format!("/{kind}"), 150).await;
        assert!(items.len() >= least, "{kind}: {}", items.len());
        for item in [&items[0], &items[items.len() - 1]] {
            let id = item["id"].as_str().unwrap();
            assert_eq!(&world.api().data(&format!("/{kind}/{id}")).await, item);
            for other in ITEMS.iter().filter(|other| **other != kind) {
                world.api().get(&format!("/{other}/{id}")).await.refused("MISSING_RESOURCE");
            }
        }
    }
    for list in ["accounts", "tasks", "users", "providers"] {
        let items = world.api().all(&format!("/{list}"), 150).await;
        let id = items[0]["id"].as_str().unwrap();
        assert_eq!(world.api().data(&format!("/{list}/{id}")).await, items[0], "{list}");
    }
}

async fn the_stream_tells_the_whole_story_to_whoever_comes_when(world: World) {
    let widget = world.widget().await;
    let account = widget.start("upwork", &GEORGE).await;
    let waiting = widget.until(&account, "WAITING_FOR_ANSWER").await;
    let early = widget.follow(&account).await;
    widget.answer(&account, &waiting["prompt"]["id"], GEORGE.code).await.data(202);
    let story = early.rest().await;
    let stage = |progress: &Value| progress["stage"].as_str().unwrap().to_owned();
    assert_eq!(stage(&story[0]), "WAITING_FOR_ANSWER", "it begins with the present");
    assert_eq!(stage(&story[story.len() - 1]), "DONE", "it ends with the link");
    for pair in story.windows(2) {
        assert!(pair[0]["updatedAt"].as_str() <= pair[1]["updatedAt"].as_str(), "{pair:?}");
        let (before, after) = (&pair[0]["datapoints"], &pair[1]["datapoints"]);
        assert!(before.as_array().unwrap().len() <= after.as_array().unwrap().len(), "{pair:?}");
    }
    let late = widget.follow(&account).await.rest().await;
    assert_eq!(late.len(), 1, "there is nothing more to come: {late:?}");
    assert_eq!(late[0]["stage"], "DONE");
    assert_eq!(late[0]["datapoints"], story[story.len() - 1]["datapoints"]);
}

async fn any_form_of_a_login_name_opens_the_same_account(world: World) {
    let widget = world.widget().await;
    let first = widget.link("grab", &GEORGE).await;
    // Another login name of the same person is another login.
    let mobile = widget.start_with("grab", GEORGE.mobile, GEORGE.password).await.data(201);
    let mobile = mobile["accountId"].as_str().unwrap();
    assert_ne!(mobile, first);
    widget.until(mobile, "DONE").await;
    for (login, account) in [(" GPalomero1234@SmileAPI.io ", first.as_str()), ("+63 955 999 1234", mobile)] {
        let again = widget.start_with("grab", login, GEORGE.password).await.data(201);
        assert_eq!(again["accountId"], account, "{login}");
        widget.until(account, "DONE").await;
    }
    assert_eq!(world.api().all("/accounts", 10).await.len(), 2);
}

async fn a_widget_lists_what_its_own_person_connected(world: World) {
    let george = world.linked("upwork", &GEORGE).await;
    let other = world.linked("grab", &GEORGE).await;
    let grab = george.widget.link("grab", &GEORGE).await;
    let accounts = george.widget.api.data("/accounts").await;
    let names: Vec<_> = accounts["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|account| (account["id"].as_str().unwrap(), account["provider"]["name"].as_str().unwrap()))
        .collect();
    assert_eq!(names, [(grab.as_str(), "Grab"), (george.account.as_str(), "Upwork")], "newest first");
    assert_eq!(accounts["items"][0]["provider"]["logoUrl"], "http://web.test/logos/grab.svg");
    assert_eq!(accounts["items"][0]["connectionStatus"], "CONNECTED");
    let theirs = format!("/accounts/{}", other.account);
    for path in ["progress", "events"] {
        george.widget.api.get(&format!("{theirs}/{path}")).await.refused("MISSING_RESOURCE");
    }
    george.widget.api.delete(&theirs).await.refused("MISSING_RESOURCE");
    george.widget.answer(&other.account, &json!("p-1"), GEORGE.code).await.refused("MISSING_RESOURCE");
    assert_eq!(world.api().data(&theirs).await["connectionStatus"], "CONNECTED");
}

/// Proxies cut connections on which nothing is heard.
async fn a_stream_on_which_nothing_happens_is_heard_of(world: World) {
    let widget = world.widget().await;
    let account = widget.start("upwork", &GEORGE).await;
    widget.until(&account, "WAITING_FOR_ANSWER").await;
    let mut stream = widget.follow(&account).await;
    stream.next().await.unwrap();
    for _ in 0..3 {
        tokio::time::pause();
        tokio::time::advance(Duration::from_secs(15)).await;
        tokio::time::resume();
        assert!(stream.text().await.starts_with(':'), "a comment");
    }
}
