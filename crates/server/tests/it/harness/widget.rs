//! The widget, without a screen.

use reqwest::{Method, Response};
use serde_json::{Value, json};

use super::{Answer, Api, CODE, EMAIL, Gone, PASSWORD, encrypt::encrypt};

/// A widget with a session.
pub(crate) struct Widget {
    /// The Link API, within the session.
    pub(crate) api: Api,
    /// What the session said of itself.
    pub(crate) session: Value,
}

impl Widget {
    /// Redeems a link token.
    pub(crate) async fn open(link: &Api, token: &str) -> Result<Self, Gone> {
        let session = link.bearer(token).post_empty("/sessions").await?.data(201);
        let api = link.bearer(session["sessionToken"].as_str().unwrap());
        Ok(Self { api, session })
    }

    pub(crate) fn encrypt(&self, form: &Value) -> String {
        encrypt(&self.session["encryptionKey"], form)
    }

    /// Starts a link with an encrypted form.
    pub(crate) async fn start(&self, provider: &str, credentials: &str) -> Result<Answer, Gone> {
        let consent = &self.session["consent"]["version"];
        let body = json!({ "providerId": provider, "consentVersion": consent, "credentials": credentials });
        self.api.post("/accounts", &body).await
    }

    /// Starts to link George; the account's id.
    pub(crate) async fn start_george(&self, provider: &str) -> Result<String, Gone> {
        let form = self.encrypt(&json!({ "login": EMAIL, "password": PASSWORD }));
        Ok(text(&self.start(provider, &form).await?.data(201)["accountId"]))
    }

    /// Answers a prompt with an encrypted answer.
    pub(crate) async fn answer(&self, account: &str, prompt: &Value, answer: &str) -> Result<Answer, Gone> {
        let body = json!({ "promptId": prompt, "answer": answer });
        self.api.post(&format!("/accounts/{account}/answers"), &body).await
    }

    /// Follows an attempt to its end or to a prompt; what was said last.
    pub(crate) async fn follow(&self, account: &str) -> Result<Value, Gone> {
        let path = format!("/accounts/{account}/events");
        let mut stream = Events(self.api.send(Method::GET, &path, None).await?, String::new());
        loop {
            let progress = stream.next().await?;
            if !matches!(progress["stage"].as_str(), Some("SIGNING_IN" | "READING")) {
                return Ok(progress);
            }
        }
    }

    /// Answers George's prompts until the attempt is over; what was said last.
    pub(crate) async fn finish(&self, account: &str) -> Result<Value, Gone> {
        let mut progress = self.follow(account).await?;
        if progress["stage"] == "WAITING_FOR_ANSWER" {
            let answer = self.encrypt(&json!({ "answer": CODE }));
            self.answer(account, &progress["prompt"]["id"], &answer).await?.data(202);
            progress = self.follow(account).await?;
        }
        Ok(progress)
    }

    /// Links George to the end; the account's id.
    pub(crate) async fn link_george(&self, provider: &str) -> Result<String, Gone> {
        let account = self.start_george(provider).await?;
        let last = self.finish(&account).await?;
        assert_eq!(last["stage"], "DONE", "{last}");
        Ok(account)
    }
}

/// The text of a JSON string.
#[track_caller]
pub(crate) fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

/// Server-sent events.
struct Events(Response, String);

impl Events {
    /// The data of the next event; comments are left out.
    async fn next(&mut self) -> Result<Value, Gone> {
        loop {
            if let Some((event, rest)) = self.1.split_once("\n\n") {
                let data = event.lines().find_map(|line| line.strip_prefix("data:"));
                let data = data.map(|data| serde_json::from_str(data.trim()).unwrap());
                self.1 = rest.into();
                if let Some(data) = data {
                    return Ok(data);
                }
                continue;
            }
            let chunk = self.0.chunk().await?.ok_or_else(|| Gone::new("the stream ended too early"))?;
            self.1.push_str(std::str::from_utf8(&chunk).unwrap());
        }
    }
}
