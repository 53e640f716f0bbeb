//! The widget, without a screen.

use axum::{
    body::{Body, BodyDataStream},
    http::Method,
};
use futures_util::StreamExt as _;
use serde_json::{Value, json};
use tokio::time::timeout;

use super::{Answer, Client, PATIENCE, Person, described::LINK_API, encrypt::encrypt};

/// A widget with a session.
pub(crate) struct Widget {
    /// The Link API, within the session.
    pub(crate) api: Client,
    /// What the session said of itself.
    pub(crate) session: Value,
}

impl Widget {
    /// What the widget sends.
    pub(crate) fn token(&self) -> String {
        self.session["sessionToken"].as_str().unwrap().to_owned()
    }

    /// Redeems a link token at that surface.
    pub(crate) async fn open(surface: &Client, token: &str) -> Self {
        let session = surface.bearer(token).post_empty("/sessions").await.data(201);
        let api = surface.bearer(session["sessionToken"].as_str().unwrap());
        Self { api, session }
    }

    /// What the browser makes of a filled form.
    pub(crate) fn encrypt(&self, form: &Value) -> String {
        encrypt(&self.session["encryptionKey"], form.to_string().as_bytes())
    }

    /// What starts a link with that filled form.
    pub(crate) fn link_request(&self, provider: &str, form: &Value) -> Value {
        json!({
            "providerId": provider,
            "consentVersion": self.session["consent"]["version"],
            "credentials": self.encrypt(form),
        })
    }

    /// Starts a link with a login name and a password.
    pub(crate) async fn start_with(&self, provider: &str, login: &str, password: &str) -> Answer {
        let form = json!({ "login": login, "password": password });
        self.api.post("/accounts", &self.link_request(provider, &form)).await
    }

    /// Starts to link a test person; the account's id.
    pub(crate) async fn start(&self, provider: &str, person: &Person) -> String {
        let progress = self.start_with(provider, person.email, person.password).await.data(201);
        assert_eq!(progress["stage"], "SIGNING_IN");
        progress["accountId"].as_str().unwrap().to_owned()
    }

    /// Answers a prompt.
    pub(crate) async fn answer(&self, account: &str, prompt: &Value, code: &str) -> Answer {
        let body = json!({ "promptId": prompt, "answer": self.encrypt(&json!({ "answer": code })) });
        self.api.post(&format!("/accounts/{account}/answers"), &body).await
    }

    /// Links a test person to the end; the account's id.
    pub(crate) async fn link(&self, provider: &str, person: &Person) -> String {
        let account = self.start(provider, person).await;
        let mut progress = self.follow(&account).await;
        while let Some(now) = progress.next().await {
            match now["stage"].as_str().unwrap() {
                "WAITING_FOR_ANSWER" => {
                    self.answer(&account, &now["prompt"]["id"], person.code).await.data(202);
                }
                "DONE" => return account,
                "SIGNING_IN" | "READING" => {}
                _ => panic!("{now}"),
            }
        }
        panic!("the stream ended before the link")
    }

    /// The progress of an account as it is now.
    pub(crate) async fn progress(&self, account: &str) -> Value {
        self.api.data(&format!("/accounts/{account}/progress")).await
    }

    /// The progress of an account once it has come to that stage.
    pub(crate) async fn until(&self, account: &str, stage: &str) -> Value {
        let mut progress = self.follow(account).await;
        let mut last = Value::Null;
        while let Some(now) = progress.next().await {
            if now["stage"] == stage {
                return now;
            }
            last = now;
        }
        panic!("never came to {stage}: {last}")
    }

    /// The progress of an account as it happens.
    pub(crate) async fn follow(&self, account: &str) -> ProgressStream {
        let path = format!("/accounts/{account}/events");
        let response = self.api.raw(&Method::GET, &path, &[], Body::empty()).await;
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        ProgressStream { body: response.into_body().into_data_stream(), text: String::new() }
    }
}

/// Server-sent events of progress.
pub(crate) struct ProgressStream {
    body: BodyDataStream,
    text: String,
}

impl ProgressStream {
    /// The next progress; `None` at the end of the stream.
    pub(crate) async fn next(&mut self) -> Option<Value> {
        loop {
            if let Some((event, rest)) = self.text.split_once("\n\n") {
                let (event, rest) = (event.to_owned(), rest.to_owned());
                self.text = rest;
                match read_event(&event) {
                    Some(progress) => return Some(progress),
                    None => continue,
                }
            }
            let chunk = self.chunk().await?;
            self.text.push_str(&chunk);
        }
    }

    /// The next text as it arrives, comments included.
    pub(crate) async fn text(&mut self) -> String {
        self.chunk().await.unwrap()
    }

    async fn chunk(&mut self) -> Option<String> {
        let chunk = timeout(PATIENCE, self.body.next()).await.unwrap()?.unwrap();
        Some(String::from_utf8(chunk.to_vec()).unwrap())
    }

    /// Everything up to the end of the stream.
    pub(crate) async fn rest(mut self) -> Vec<Value> {
        let mut all = Vec::new();
        while let Some(progress) = self.next().await {
            all.push(progress);
        }
        all
    }
}

/// The data of an event; `None` for a comment.
fn read_event(text: &str) -> Option<Value> {
    let field = |name: &str| {
        text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':').map(str::trim_start))
    };
    let data = field("data")?;
    assert_eq!(field("event"), Some("progress"), "{text}");
    let data = serde_json::from_str(data).unwrap();
    LINK_API.check_data("stream-account-progress", "text/event-stream", &data);
    Some(data)
}
