//! What changes from run to run, made the same in every run, and what is secret made harmless: text goes into the
//! repository and to every reader of the reference.

use std::collections::HashMap;

use serde_json::{Value, json};

/// A link token has this shape: `{"typ":"JWT"}`, `{"example":true}`, `not-a-signature`.
const TOKEN: &str = "eyJ0eXAiOiJKV1QifQ.eyJleGFtcGxlIjp0cnVlfQ.bm90LWEtc2lnbmF0dXJl";
/// `not-a-cursor`, in the letters that cursors have.
const CURSOR: &str = "bm90LWEtY3Vyc29y";
/// `%PDF-1.7` and a line's end: how a file begins.
const FILE: &str = "JVBERi0xLjcK";
/// `not-an-address`.
const ADDRESS: &str = "https://sandbox.example.com/v1/files?address=bm90LWFuLWFkZHJlc3M";
/// Of no bytes at all.
const MD5: &str = "d41d8cd98f00b204e9800998ecf8427e";
/// The world's addresses, and what readers see in their place.
const ADDRESSES: [(&str, &str); 2] =
    [("http://user.test", "https://user.example.com"), ("http://web.test", "https://web.example.com")];
/// Every request has this id: numbered ones would all change with each new call.
const REQUEST: &str = "01a1f7f8-3000-7000-8000-000000000001";
/// 2026-11-20T08:00:00Z, as ids begin that are made then.
const MADE_THEN: &str = "01a1f7f83000";

/// Where the webhook that is shown goes, to readers.
const RECEIVER: &str = "https://loans.example.com/sahod";
/// `not-a-secret`.
const WEBHOOK_SECRET: &str = "whsec_bm90LWEtc2VjcmV0LW5vdC1hLXNlY3JldA==";
/// Of a webhook's signatures, which are of bytes that differ from run to run.
const SIGNATURE: &str = "v1,bm90LWEtc2lnbmF0dXJl";

/// Makes values stable. The same id becomes the same placeholder wherever it stands.
#[derive(Default)]
pub(super) struct Stable {
    /// Where the webhook that is shown really goes.
    receiver: String,
    ids: HashMap<String, String>,
    /// How many ids of each sort there are.
    counts: HashMap<String, u32>,
}

impl Stable {
    /// For a run in which the webhook that is shown goes to `receiver`.
    pub(super) fn new(receiver: &str) -> Self {
        Self { receiver: receiver.to_owned(), ..Self::default() }
    }

    /// The same value in every run, and short: of a list of objects only the first is kept.
    pub(super) fn value(&mut self, value: &Value) -> Value {
        match value {
            Value::String(text) => json!(self.text(text)),
            Value::Array(items) => {
                let kept = if items.iter().all(Value::is_object) { 1 } else { items.len() };
                items.iter().take(kept).map(|item| self.value(item)).collect()
            }
            Value::Object(members) => {
                members.iter().map(|(name, value)| (name.clone(), self.member(name, value))).collect()
            }
            _ => value.clone(),
        }
    }

    fn member(&mut self, name: &str, value: &Value) -> Value {
        match (name, value) {
            ("nextCursor", Value::String(_)) => json!(CURSOR),
            // A whole file is too much to read.
            ("fileContent", Value::String(_)) => json!(FILE),
            ("url" | "downloadUrl", Value::String(url)) if url.contains("?address=") => json!(ADDRESS),
            ("md5", Value::String(_)) => json!(MD5),
            // How long it really took, how long the times in it were written, and what is under way meanwhile.
            ("durationUs", Value::Number(_)) => json!(1_500),
            ("bodyBytes", Value::Number(_)) => json!(300),
            ("sequence" | "lastSequence", Value::Number(_)) => json!(64),
            ("Sahod-Sequence", _) => json!("64"),
            ("webhook-timestamp", _) => json!("1795161600"),
            ("webhook-signature", _) => json!(SIGNATURE),
            ("Smile-Signature", _) => json!("0".repeat(128)),
            ("secret", Value::String(secret)) if secret.starts_with("whsec_") => json!(WEBHOOK_SECRET),
            _ => self.value(value),
        }
    }

    fn text(&mut self, text: &str) -> String {
        if is_token(text) {
            return TOKEN.to_owned();
        }
        if let Some(minute) = minute(text) {
            return minute;
        }
        let mut text = text.to_owned();
        for (here, there) in ADDRESSES {
            text = text.replace(here, there);
        }
        if text == self.receiver {
            return RECEIVER.to_owned();
        }
        let words = text.split_inclusive(|letter| !of_an_id(letter));
        words
            .map(|word| {
                let (word, end) = word.split_at(word.trim_end_matches(|letter| !of_an_id(letter)).len());
                self.word(word) + end
            })
            .collect()
    }

    fn word(&mut self, word: &str) -> String {
        let (prefix, rest) = word.rsplit_once('-').map_or(("", word), |(prefix, rest)| (prefix, rest));
        match rest.len() {
            32 if is_hex(rest) => self.known(word, prefix, |number| {
                let dash = if prefix.is_empty() { "" } else { "-" };
                format!("{prefix}{dash}{MADE_THEN}70008000{number:012x}")
            }),
            // What opens an invitation.
            64 if is_hex(rest) => self.known(word, "invitation", |number| format!("{number:064x}")),
            12 if uuid::Uuid::try_parse(word).is_ok() => REQUEST.to_owned(),
            _ => word.to_owned(),
        }
    }

    /// The placeholder of an id; a new one takes the next number of its sort.
    fn known(&mut self, id: &str, sort: &str, placeholder: impl FnOnce(u32) -> String) -> String {
        if let Some(known) = self.ids.get(id) {
            return known.clone();
        }
        let count = self.counts.entry(sort.to_owned()).or_default();
        *count += 1;
        let made = placeholder(*count);
        self.ids.insert(id.to_owned(), made.clone());
        made
    }
}

const fn of_an_id(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '-'
}

fn is_hex(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

fn is_token(text: &str) -> bool {
    text.starts_with("eyJ") && text.split('.').count() == 3
}

/// A moment without its seconds: how often the clock is looked at, and so how far it goes, differs from run to run.
fn minute(text: &str) -> Option<String> {
    let moment: sahod_model::Timestamp = text.parse().ok()?;
    let text = moment.to_string();
    Some(format!("{}:00Z", text.get(..16)?))
}

#[test]
fn what_differs_between_runs_becomes_the_same() {
    let hex = |digit: &str| digit.repeat(32);
    let run = |user: &str, account: &str, seconds: &str, token: &str| {
        Stable::default().value(&json!({
            "id": format!("acme-{}", hex(user)), "path": format!("/v1/users/acme-{}/payload", hex(user)),
            "accountId": format!("a-{}", hex(account)), "at": format!("2026-11-20T08:00:{seconds}Z"),
            "nextCursor": token, "token": format!("eyJ{token}.{token}.{token}"), "secret": token.repeat(64),
        }))
    };
    let one = run("1", "2", "01.5", "a");
    assert_eq!(one, run("3", "4", "59", "b"));
    assert_eq!(one["at"], "2026-11-20T08:00:00Z");
    assert_eq!(one["path"], format!("/v1/users/{}/payload", one["id"].as_str().unwrap()));
    let other = json!([{ "id": format!("a-{}", hex("1")), "on": "2026-11-20" }, {}]);
    let expected = json!([{ "id": format!("a-{MADE_THEN}70008000{:012x}", 1), "on": "2026-11-20" }]);
    assert_eq!(Stable::default().value(&other), expected);
}
