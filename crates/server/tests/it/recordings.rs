//! `sahod sandbox --record` and `sahod replay`: the same calls get the same answers and cause the same webhooks.

use axum::{Router, body::Bytes, http::HeaderMap, routing::post};
use sahod_model::SecretString;
use serde_json::{Value, json};
use tokio::{net::TcpListener, sync::watch};

use crate::{
    harness::{Answer, Api, PROVIDER, Sahod, Widget, search::Search, soon, widget::text},
    sandbox::{command, start},
};

const HOOKS_SECRET: &str = "a secret of the hooks";
/// What a person is asked for is asked for there.
const CREATED: &str = "/users";

/// A receiver that keeps what it takes, headers included.
struct Hooks {
    url: String,
    got: watch::Receiver<Vec<(HeaderMap, Bytes)>>,
}

impl Hooks {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hooks", listener.local_addr().unwrap());
        let (sender, got) = watch::channel(Vec::new());
        let take = async move |headers: HeaderMap, body: Bytes| {
            sender.send_modify(|got: &mut Vec<_>| got.push((headers, body)));
        };
        let router = Router::new().route("/hooks", post(take));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, got }
    }

    /// The first so many, whose signatures must hold.
    async fn first(&self, count: usize, secret: &str) -> Vec<Value> {
        let mut got = self.got.clone();
        let got = soon("the webhooks", got.wait_for(|got| got.len() >= count)).await.unwrap().clone();
        let secret = SecretString::from(secret.to_owned());
        let body = |(headers, body): &(HeaderMap, Bytes)| {
            let header = |name: &str| headers.get(name).unwrap().to_str().unwrap();
            assert!(sahod_webhooks::verify(&secret, body, header("smile-signature")));
            let at = header("webhook-timestamp").parse().unwrap();
            let standard = sahod_webhooks::sign_standard(&secret, header("webhook-id"), at, body);
            assert_eq!(header("webhook-signature"), standard);
            let body: Value = serde_json::from_slice(body).unwrap();
            assert_eq!(header("webhook-id"), body["id"]);
            body
        };
        got.iter().take(count).map(body).collect()
    }
}

/// Everything that a session is told, and the secrets that it was told.
#[derive(Default)]
struct Heard {
    answers: Vec<Value>,
    secrets: Vec<(&'static str, String)>,
}

impl Heard {
    fn answer(&mut self, answer: &Answer) -> Value {
        self.answers.push(json!({ "status": answer.status, "body": answer.json() }));
        answer.json()["data"].take()
    }

    fn secret(&mut self, name: &'static str, secret: &Value) -> String {
        self.secrets.push((name, text(secret)));
        text(secret)
    }
}

/// What a customer's server and a person do.
async fn session(sahod: &Sahod, hooks: &Hooks) -> Heard {
    let mut heard = Heard::default();
    let open = sahod.open();
    let webhook = json!({
        "name": "test", "url": hooks.url, "secret": HOOKS_SECRET, "eventTypes": ["ALL_EVENTS"], "active": true,
    });
    heard.answer(&open.post("/webhooks", &webhook).await.unwrap());
    let body = json!({ "externalMetadata": { "applicant": "A-1001" } });
    let made = heard.answer(&open.post(CREATED, &body).await.unwrap());
    let token = heard.secret("link token", &made["token"]["accessToken"]);
    let user = text(&made["user"]["id"]);
    assert_eq!(hooks.first(1, HOOKS_SECRET).await[0]["type"], "USER_CREATED");
    heard.answer(&open.get(&format!("/accounts?userId={user}")).await.unwrap());

    let widget = Widget::open(&sahod.at("linkSandboxUrl"), &token).await.unwrap();
    heard.secret("session token", &widget.session["sessionToken"]);
    let callback = json!({ "name": "onAccountCreated", "payload": { "userId": user }, "order": 1.5 });
    let callbacks = Api::new(&crate::harness::http::client(None), &text(&sahod.ready["url"]));
    callbacks.post("/recorder/callbacks", &callback).await.unwrap();
    let account = widget.link_george(PROVIDER).await.unwrap();
    let callback = json!({ "name": "onClose", "payload": { "reason": "exit" }, "order": 2.5 });
    callbacks.post("/recorder/callbacks", &callback).await.unwrap();
    let finished = hooks.first_with("USER_SESSION_COMPLETED").await;
    hooks.first(finished, HOOKS_SECRET).await;

    heard.answer(&open.get(&format!("/accounts/{account}")).await.unwrap());
    heard.answer(&open.get(&format!("/transactions?userId={user}&size=10")).await.unwrap());
    heard.answer(&open.get("/accounts?size=0").await.unwrap());
    heard.answer(&open.delete(&format!("/accounts/{account}")).await.unwrap());
    heard
}

impl Hooks {
    /// How many came up to the first of that type.
    async fn first_with(&self, kind: &str) -> usize {
        let place = |got: &Vec<(HeaderMap, Bytes)>| {
            let is = |body: &Bytes| serde_json::from_slice::<Value>(body).unwrap()["type"] == kind;
            got.iter().position(|(_, body)| is(body))
        };
        let mut got = self.got.clone();
        let got = soon(kind, got.wait_for(|got| place(got).is_some())).await.unwrap();
        place(&got).unwrap() + 1
    }
}

/// The same, but for where the server was, and for what is kept from a recording.
fn comparable(value: &Value, url: &str) -> Value {
    match value {
        Value::String(text) => text.replace(url, "").into(),
        Value::Array(items) => items.iter().map(|item| comparable(item, url)).collect(),
        Value::Object(members) => {
            let known = |(name, _): &(&String, &Value)| !["accessToken", "secret"].contains(&name.as_str());
            let member = |(name, value): (&String, &Value)| (name.clone(), comparable(value, url));
            members.iter().filter(known).map(member).collect()
        }
        other => other.clone(),
    }
}

#[tokio::test]
async fn what_was_recorded_happens_again() {
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("session.jsonl");
    let path = file.to_str().unwrap();
    let sahod = start(place.path(), &["sandbox", "--record", path]).await;
    let script = sahod.at("webUrl").get("/v2/smile.v2.js").await.unwrap().text;
    assert!(script.contains("recorder/callbacks"), "the widget's callbacks are recorded by themselves");
    let hooks = Hooks::start().await;
    let first = session(&sahod, &hooks).await;
    let disconnected = hooks.first_with("ACCOUNT_DISCONNECTED").await;
    let events = hooks.first(disconnected, HOOKS_SECRET).await;
    let url = text(&sahod.ready["url"]);
    let api_secret = text(&sahod.ready["apiSecret"]);
    let stopped = sahod.stop().await;
    assert_eq!((stopped.status.code(), stopped.stderr.as_str()), (Some(0), ""), "{stopped:?}");

    let recording = std::fs::read(&file).unwrap();
    let mut secrets = vec![("API secret", api_secret.as_str()), ("webhook's secret", HOOKS_SECRET)];
    secrets.extend(first.secrets.iter().map(|(name, secret)| (*name, secret.as_str())));
    assert_eq!(Search::new(&secrets).find(&recording), Vec::<&str>::new());
    let lines = String::from_utf8(recording).unwrap();
    for kept_out in ["authorization", "Basic ", "Bearer ", r#""password":"1"#] {
        assert!(!lines.contains(kept_out), "{kept_out}");
    }
    let ended = Sahod::spawn(command(place.path(), &["sandbox", "--record", path])).end().await;
    assert!(ended.status.code() == Some(1) && ended.stderr.contains("exists"), "{ended:?}");

    // A server that registers its own webhook, and signs with its own secret.
    let replay = start(place.path(), &["replay", path]).await;
    let hooks = Hooks::start().await;
    let second = session(&replay, &hooks).await;
    let again_url = text(&replay.ready["url"]);
    for (one, other) in first.answers.iter().zip(&second.answers) {
        assert_eq!(comparable(one, &url), comparable(other, &again_url));
    }
    let again = hooks.first(disconnected, HOOKS_SECRET).await;
    let ids = |events: &[Value], url: &str| {
        let mut events: Vec<_> = events.iter().map(|event| comparable(event, url)).collect();
        events.sort_by_key(|event| text(&event["id"]));
        events
    };
    assert_eq!(ids(&events, &url), ids(&again, &again_url));

    let extra = replay.open().post(CREATED, &json!({ "unknown": 1 })).await.unwrap();
    assert_eq!((extra.status, extra.json()["code"].as_str()), (404, Some("NOT_RECORDED")));
    let stopped = replay.stop().await;
    assert_eq!((stopped.status.code(), stopped.stderr.as_str()), (Some(0), ""), "{stopped:?}");

    // Without a widget, and to a receiver that only the command line names.
    let hooks = Hooks::start().await;
    let replay = start(place.path(), &["replay", path, "--forward-to", &hooks.url]).await;
    let widget = replay.at("url");
    let early = widget.post_empty("/replay/widget").await.unwrap();
    assert!(early.status == 404 && early.text.contains("POST /sandbox/v1/webhooks"), "{early:?}");
    let early =
        replay.open().post(CREATED, &json!({ "externalMetadata": { "applicant": "x" } })).await.unwrap();
    assert!(early.status == 404 && early.text.contains("POST /sandbox/v1/webhooks"), "{early:?}");
    let webhook = json!({
        "name": "n", "url": "http://127.0.0.1:9/", "secret": "another", "eventTypes": ["ALL_EVENTS"], "active": true,
    });
    replay.open().post("/webhooks", &webhook).await.unwrap().data(200);
    let body = json!({ "externalMetadata": { "applicant": "A-2" } });
    replay.open().post(CREATED, &body).await.unwrap().data(201);
    let played = widget.post_empty("/replay/widget").await.unwrap().json();
    let names: Vec<_> =
        played["callbacks"].as_array().unwrap().iter().map(|call| text(&call["name"])).collect();
    assert_eq!(names, ["onAccountCreated", "onClose"]);
    assert_eq!(widget.get("/replay/callbacks").await.unwrap().json(), played);
    let secret = text(&replay.ready["webhookSecret"]);
    let count = hooks.first_with("USER_SESSION_COMPLETED").await;
    hooks.first(count, &secret).await;
    let script = replay.at("webUrl").get("/v2/smile.v2.js").await.unwrap();
    assert!(script.text.contains("replay/widget"), "{}", script.text);
    assert_eq!(replay.stop().await.status.code(), Some(0));
}

#[tokio::test]
async fn what_is_no_recording_is_said() {
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("file");
    for (content, why) in [
        ("", "it is no recording"),
        ("{}\n", "it is no recording"),
        (r#"{"session":{"version":9,"at":"2026-11-01T08:00:00Z","url":"http://x"}}"#, "format 9"),
        (
            "{\"session\":{\"version\":1,\"at\":\"2026-11-01T08:00:00Z\",\"url\":\"http://x\"}}\n{\"secret\":1}",
            "line 2",
        ),
    ] {
        std::fs::write(&file, content).unwrap();
        let ended = Sahod::spawn(command(place.path(), &["replay", file.to_str().unwrap()])).end().await;
        assert_eq!((ended.status.code(), ended.stdout.as_str()), (Some(1), ""));
        assert!(ended.stderr.contains(why) && !ended.stderr.contains("secret"), "{ended:?}");
    }
    let ended = Sahod::spawn(command(place.path(), &["replay", "nowhere"])).end().await;
    assert!(ended.status.code() == Some(1) && ended.stderr.contains("nowhere"), "{ended:?}");
}
