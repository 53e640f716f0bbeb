//! After a revoke nothing is left. What a person's data says goes through every path of the program; then everything is revoked, and
//! it is in no answer of any API, here and at another process, and in no table, sealed or not.
//!
//! Nothing here names an operation, a table or a kind of data where it can be found out: what is added is looked at by itself.

use std::collections::BTreeMap;

use axum::{
    body::Body,
    http::{HeaderName, Method, header},
};
use http_body_util::BodyExt as _;
use sahod_model::{
    AccountId, Amount, Clock, Currency, Datapoint, Date, Mode,
    item::{Contribution, Item, Rating, SourceItem, SourceRef, SourceType},
};
use sahod_store::testing::contents;
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::{
    archives,
    conformance::body,
    harness::{
        Client, GEORGE, PATIENCE, RYAN, Receiver, Widget, World,
        crawl::{Places, Shown},
        document::{Described, document, link_document, operations},
        on_both_databases,
        world::ITEMS,
    },
};

on_both_databases!(nothing_is_left_after_a_revoke);

/// What only a person's user says: it goes when the user is erased.
const METADATA: &str = "canary-metadata-3391";
const INVITEE: &str = "Zanzibella Quillfeather";
/// What only a document says.
const FILE_NAME: &str = "canary-file-name-6618.pdf";
/// Figures and words of one kind of data that are looked for at most.
const MOST: usize = 6;

/// Links with other organisations are days, and there is nothing in them that could be told from other days.
const WITHOUT_WORDS: &[&str] = &["links"];

/// A POST that was sent with an idempotency key, so that it can be repeated.
struct Sent {
    path: String,
    key: String,
    body: String,
}

impl Sent {
    async fn send(&self, api: &Client) -> Shown {
        let headers = [
            (header::CONTENT_TYPE, "application/json"),
            (HeaderName::from_static("idempotency-key"), self.key.as_str()),
        ];
        let answer = api.raw(&Method::POST, &self.path, &headers, Body::from(self.body.clone())).await;
        let bytes = answer.into_body().collect().await.unwrap().to_bytes();
        let place = format!("a repeat of POST {}", self.path);
        Shown { place, text: String::from_utf8_lossy(&bytes).into_owned() }
    }
}

/// The words and figures in an item that say something, but for what everything has.
fn words(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) => found.push(text.clone()),
        Value::Number(number) => found.push(number.to_string()),
        Value::Array(items) => items.iter().for_each(|item| words(item, found)),
        Value::Object(members) => {
            let said = members.iter().filter(|(name, _)| !["id", "metadata"].contains(&name.as_str()));
            said.for_each(|(_, value)| words(value, found));
        }
        _ => {}
    }
}

/// Whether nothing but this data has it: days, codes and small numbers could be anywhere.
fn is_telling(word: &str) -> bool {
    let is_day =
        word.get(..8).is_some_and(|start| start.matches('-').count() == 2 || word.get(4..5) == Some("-"));
    let is_code = word.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_');
    let is_figure = word.parse::<f64>().is_ok();
    // As it stands in JSON.
    let is_plain = !word.contains(['"', '\\']);
    is_plain
        && !is_day
        && !is_code
        && if is_figure { word.contains('.') && word.len() >= 7 } else { word.len() >= 8 }
}

/// What tells of a person, by the kind of data, as far as it was nowhere before.
async fn canaries(api: &Client, sources: &[String], before: &[Shown]) -> BTreeMap<&'static str, Vec<String>> {
    let mut canaries = BTreeMap::new();
    for kind in ITEMS {
        let mut found = Vec::new();
        for source in sources {
            let items = api.all(&format!("/{kind}?sourceId={source}"), 150).await;
            for item in &items {
                words(item, &mut found);
            }
        }
        found.sort_unstable();
        found.dedup();
        let is_new = |word: &String| !before.iter().any(|shown| shown.text.contains(word.as_str()));
        let found = found.into_iter().filter(|word| is_telling(word)).filter(is_new).take(MOST).collect();
        canaries.insert(kind, found);
    }
    canaries
}

/// Where those words are.
fn found<'a>(words: &[&str], shown: impl IntoIterator<Item = &'a Shown>) -> Vec<String> {
    let mut places = Vec::new();
    for Shown { place, text } in shown {
        places.extend(
            words.iter().filter(|word| text.contains(**word)).map(|word| format!("{word} in {place}")),
        );
    }
    places
}

/// Everything that the Link API shows to a person, but for the names of test people, which the sandbox tells everybody.
async fn of_widget(places: &mut Places, link: &[Described], widget: &Widget) -> Vec<Shown> {
    let mut shown = places.read(link, &widget.api).await;
    shown.retain(|shown| shown.place != "/sessions/current");
    shown
}

/// Everything in the tables, and what opens of it.
async fn tables(world: &World) -> Vec<Shown> {
    let contents = contents(&world.config, &world.store).await;
    let shown = |content: sahod_store::testing::Content| Shown {
        place: content.place,
        text: String::from_utf8_lossy(&content.bytes).into_owned(),
    };
    contents.into_iter().map(shown).collect()
}

/// Waits until all that happened was brought to a webhook, and what it answered is written down.
async fn until_delivered(world: &World, hook: &str) {
    let wait = async {
        loop {
            let attempts = world.api().all(&format!("/webhooks/{hook}/attempts"), 150).await;
            let last = attempts.iter().filter_map(|attempt| attempt["sequence"].as_u64()).max();
            // One after the other: what comes last is brought last.
            if last == u64::try_from(world.events().await.len()).ok() {
                return;
            }
            tokio::task::yield_now().await;
        }
    };
    timeout(PATIENCE, wait).await.expect("everything is delivered");
}

/// Makes every POST that is described, each with a key, so that its answer is kept.
async fn post_everything(world: &World, described: &[Described], receiver: &Receiver) -> Vec<Sent> {
    let (api, mut sent) = (world.api(), Vec::new());
    for (number, operation) in described.iter().filter(|it| it.method == Method::POST).enumerate() {
        let mut path = String::new();
        for part in operation.path.split('/').skip(1) {
            let part = if part.starts_with('{') { newest(&api, &path).await } else { part.to_owned() };
            path = format!("{path}/{part}");
        }
        if operation.path == "/tokens" {
            path = format!("/tokens?userId={}", newest(&api, "/users").await);
        }
        let mut body = body(&api, &Method::POST, &operation.path, receiver).await.unwrap_or_default();
        match operation.path.as_str() {
            "/users" => body = json!({ "externalMetadata": { "note": METADATA } }),
            "/invites" => body["fullName"] = json!(INVITEE),
            _ => {}
        }
        if let Some(file) = body.pointer_mut("/rawFiles/0/fileName") {
            *file = json!(FILE_NAME);
        }
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let one = Sent { path, key: format!("sent-{number}"), body };
        let first = one.send(&api).await;
        assert!(first.text.contains(r#""code":"OK""#), "{}: {}", first.place, first.text);
        archives::until_read(&api).await;
        sent.push(one);
    }
    sent
}

/// Has a source say more than the sandbox does, whose contributions and ratings are small round figures.
async fn with_words(world: &World, user: &str, account: &str) {
    let id: AccountId = account.parse().unwrap();
    let source = SourceRef {
        source_id: (&id).into(),
        source_type: SourceType::Account,
        user_id: user.parse().unwrap(),
        provider_id: "sss_ph".parse().unwrap(),
    };
    let (now, date) = (Clock::now(&*world.clock), Date::from_days(20_000));
    let contribution = Contribution {
        date,
        currency: Currency::Php,
        amount: Amount::from_cents(1),
        reference_id: Some("canary-reference-5521".to_owned()),
    };
    let rating = Rating {
        current_rating: Some(Amount::from_cents(91_827_364)),
        max_rating: None,
        calculated_percentage: None,
        reviews_received: None,
        likes_received: None,
        jobs_completed: None,
    };
    let item = |item| SourceItem { key: "canary".to_owned(), created_at: date.start(), item };
    let items = vec![item(Item::Contribution(contribution)), item(Item::Rating(rating))];
    let scope = world.store.scope(&world.acme.id, Mode::Sandbox).await.unwrap().unwrap();
    let key = world.store.key(account).await.unwrap().unwrap();
    let mut tx = world.store.begin().await.unwrap();
    tx.scoped(&scope).upsert_items(&source, &key, items, now).await.unwrap();
    tx.commit().await.unwrap();
}

/// The newest thing of a list.
async fn newest(api: &Client, list: &str) -> String {
    let first = api.data(&format!("{list}?size=1")).await["items"][0]["id"].take();
    first.as_str().unwrap_or_else(|| panic!("nothing in {list}")).to_owned()
}

async fn nothing_is_left_after_a_revoke(world: World) {
    assert_eq!(ITEMS.len(), Datapoint::ALL.len(), "every kind of data has its list");
    let (open, link) = (operations(&document(&world).await), operations(&link_document(&world).await));
    let (api, other) = (world.api(), world.at_another_process().await);

    // Somebody who stays, so that there is something to be seen in the end.
    let ryan = world.linked("upwork", &RYAN).await;
    let before = Places::default().read(&open, &api).await;

    // George, with all that there is of him, told to a receiver that says it all again.
    world.share_links().await;
    let receiver = Receiver::echoing().await;
    let mut hook = receiver.webhook(&["ALL_EVENTS"]);
    hook["includePayload"] = json!(true);
    let hook = api.post("/webhooks", &hook).await.data(200)["id"].as_str().unwrap().to_owned();
    let elsewhere = crate::harness::world::NewUser::make(&world.open(&world.globex)).await;
    let elsewhere = Widget::open(&world.stranger("link-sandbox"), &elsewhere.token).await;
    let elsewhere = elsewhere.link("abccorp", &GEORGE).await;
    let george = world.linked("upwork", &GEORGE).await;
    // A second completed session tells of more than one source.
    api.post_empty(&format!("/users/{}/resetSession", george.user)).await.done();
    let widget = world.widget_for(&george.user).await;
    for provider in ["abccorp", "sss_ph"] {
        let account = widget.link(provider, &GEORGE).await;
        if provider == "sss_ph" {
            with_words(&world, &george.user, &account).await;
        }
    }
    archives::handed_over(&api, "/archives", &archives::payslip(&george.user, archives::GEORGES)).await;
    let upload = json!({
        "files": [{ "name": FILE_NAME, "contentType": "application/pdf", "content": archives::base64_of(archives::GEORGES) }],
        "consentVersion": widget.session["consent"]["version"],
    });
    widget.api.post("/uploads", &upload).await.data(201);
    archives::until_read(&api).await;
    let sent = post_everything(&world, &open, &receiver).await;
    until_delivered(&world, &hook).await;
    world.app.requests.flush_requests().await;

    let living = |all: Vec<Value>| -> Vec<String> {
        let ids = all.iter().map(|it| it["id"].as_str().unwrap().to_owned());
        ids.filter(|id| *id != ryan.account).collect()
    };
    let accounts = living(api.all("/accounts", 150).await);
    let archives = living(api.all("/archives", 150).await);
    let sources = [accounts.clone(), archives.clone()].concat();
    let by_kind = canaries(&api, &sources, &before).await;
    let mut of_sources: Vec<&str> = by_kind.values().flatten().map(String::as_str).collect();
    of_sources.extend([FILE_NAME, GEORGE.email]);
    let of_users = [METADATA, INVITEE];

    // Both processes see it all, and have whatever they keep of it in their memory.
    let (mut places, mut at_widget) = (Places::default(), Places::default());
    for one in &sent {
        let again = one.send(&other).await;
        serde_json::from_str(&again.text).map(|answer: Value| places.learn_files(&answer)).unwrap();
    }
    let mut seen = places.read(&open, &other).await;
    seen.extend(places.read(&open, &api).await);
    seen.extend(of_widget(&mut at_widget, &link, &widget).await);
    let stored = tables(&world).await;
    for (kind, words) in &by_kind {
        assert_ne!(words.is_empty(), !WITHOUT_WORDS.contains(kind), "{kind}: have a source tell some");
        for word in words {
            assert!(!found(&[word], &seen).is_empty(), "{word} of {kind} is not read");
            assert!(!found(&[word], &stored).is_empty(), "{word} of {kind} is not opened");
        }
    }
    for word in of_users.iter().chain([&FILE_NAME]) {
        assert!(!found(&[word], &seen).is_empty() && !found(&[word], &stored).is_empty(), "{word}");
    }
    let clear = |shown: &&Shown| !shown.place.ends_with("opened");
    assert_eq!(found(&of_sources, stored.iter().filter(clear)), Vec::<String>::new(), "in clear");
    assert!(!found(&of_sources, stored.iter().filter(|it| it.place.starts_with("attempts"))).is_empty());

    for account in &accounts {
        api.delete(&format!("/accounts/{account}")).await.done();
    }
    world.open(&world.globex).delete(&format!("/accounts/{elsewhere}")).await.done();
    for archive in &archives {
        api.delete(&format!("/archives/{archive}")).await.done();
    }
    until_delivered(&world, &hook).await;
    let mut left = places.read(&open, &other).await;
    left.extend(places.read(&open, &api).await);
    left.extend(of_widget(&mut at_widget, &link, &widget).await);
    for one in &sent {
        left.push(one.send(&other).await);
        left.push(one.send(&api).await);
    }
    left.extend(tables(&world).await);
    assert_eq!(found(&of_sources, &left), Vec::<String>::new(), "after the revoke");
    assert!(!found(&of_users, &left).is_empty(), "who was invited is not revoked by that");

    for user in living(api.all("/users", 150).await).iter().filter(|user| **user != ryan.user) {
        api.delete(&format!("/users/{user}")).await.done();
    }
    let mut left = places.read(&open, &other).await;
    left.extend(places.read(&open, &api).await);
    for one in &sent {
        left.push(one.send(&other).await);
    }
    left.extend(tables(&world).await);
    let all = [of_sources, of_users.to_vec()].concat();
    assert_eq!(found(&all, &left), Vec::<String>::new(), "after the users were erased");
    assert!(!api.all(&format!("/transactions?sourceId={}", ryan.account), 150).await.is_empty());
    assert!(places.ids("/users").len() > 2, "users were read one by one");
}
