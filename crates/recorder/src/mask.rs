//! Takes secrets out of what is written down.
//!
//! Each gets a name that says nothing, the same wherever it stands, so that what belongs together still does when the session
//! is served again.

use std::{borrow::Cow, collections::HashMap, sync::LazyLock};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use regex::{Captures, Regex};
use serde_json::Value;

/// Members whose text is a secret, whatever it looks like. In lower case.
const SECRET_MEMBERS: &[&str] = &[
    "accesstoken",
    "answer",
    "apisecret",
    "authorization",
    "credentials",
    "password",
    "secret",
    "sessiontoken",
    "token",
    "usertoken",
];

/// What looks like a secret, wherever it stands: tokens and encrypted texts, API secrets, secrets of webhooks.
static LOOKS_SECRET: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"eyJ[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]*){2,4}|sahod_(?:sandbox|production)_[A-Za-z0-9_-]+|whsec_[A-Za-z0-9+/=_-]+",
    )
});

/// User names and passwords in addresses.
static LOGIN: LazyLock<Regex> =
    LazyLock::new(|| regex(r"([Hh][Tt][Tt][Pp][Ss]?:[/\\]{2,})([^/\\?# \t\r\n\x22'<>]+)@"));

/// What lets whoever knows it act for an invited person: the landing page's address ends with it.
static INVITE: LazyLock<Regex> = LazyLock::new(|| regex(r"(/invites/)([0-9a-f]{64})"));

/// Parameters of addresses that let whoever knows them do something.
static IN_ADDRESS: LazyLock<Regex> = LazyLock::new(|| {
    regex(r"([?&;](?:access_token|address|code|key|secret|state|token)=)([^& \t\r\n\x22'<>]+)")
});

#[expect(clippy::expect_used, reason = "the patterns are constants that the tests compile")]
fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("the pattern is well-formed")
}

/// More are all called the same.
const MOST_NAMES: usize = 100_000;

/// What secrets are called instead.
#[derive(Debug, Default)]
pub(crate) struct Mask(HashMap<String, usize>);

impl Mask {
    /// Takes the secrets out of a JSON value.
    pub(crate) fn json(&mut self, value: &mut Value) {
        match value {
            Value::String(text) => {
                if let Cow::Owned(masked) = self.parts(text) {
                    *text = masked;
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.json(item)),
            Value::Object(members) => {
                for (name, member) in members.iter_mut() {
                    match member {
                        Value::String(text) if is_secret(name) => *text = self.name_of(text),
                        member => self.json(member),
                    }
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    /// Takes the secrets out of a text.
    pub(crate) fn text(&mut self, text: &str) -> String {
        self.parts(text).into_owned()
    }

    /// Takes the secrets out of an address's parameters.
    pub(crate) fn query(&mut self, query: &str) -> Vec<(String, String)> {
        let masked = self.text(&format!("?{query}"));
        url::form_urlencoded::parse(&masked.as_bytes()[1..])
            .map(|(name, value)| (name.into_owned(), value.into_owned()))
            .collect()
    }

    /// Takes the secret out of a header of that name.
    pub(crate) fn header(&mut self, name: &str, value: &str) -> String {
        if is_secret(name) { self.name_of(value) } else { self.text(value) }
    }

    fn parts<'a>(&mut self, text: &'a str) -> Cow<'a, str> {
        let mut masked = LOOKS_SECRET.replace_all(text, |found: &Captures<'_>| self.name_of(&found[0]));
        for (pattern, after) in [(&LOGIN, "@"), (&INVITE, ""), (&IN_ADDRESS, "")] {
            let name = |found: &Captures<'_>| format!("{}{}{after}", &found[1], self.name_of(&found[2]));
            let replaced = match pattern.replace_all(&masked, name) {
                Cow::Owned(text) => Some(text),
                Cow::Borrowed(_) => None,
            };
            masked = replaced.map_or(masked, Cow::Owned);
        }
        masked
    }

    /// What that secret is called. A link token stays one that the widget can read: it looks for the mode in it.
    fn name_of(&mut self, secret: &str) -> String {
        if is_masked(secret) {
            return secret.to_owned();
        }
        let count = self.0.len();
        let number = match self.0.get(secret) {
            Some(number) => *number,
            None if count >= MOST_NAMES => 0,
            None => *self.0.entry(secret.to_owned()).or_insert(count + 1),
        };
        if secret.starts_with("eyJ") && secret.matches('.').count() == 2 {
            let claims = URL_SAFE_NO_PAD.encode(format!(r#"{{"mode":"SANDBOX","jti":"recorded-{number}"}}"#));
            return format!("e30.{claims}.recorded");
        }
        format!("recorded-{number}")
    }
}

fn is_secret(member: &str) -> bool {
    SECRET_MEMBERS.iter().any(|name| member.eq_ignore_ascii_case(name))
}

/// Whether a text is a name of this room's already, or what the API shows instead of a login.
fn is_masked(text: &str) -> bool {
    let numbered = |text: &str| {
        text.strip_prefix("recorded-").is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()))
    };
    numbered(text) || text == "***" || (text.starts_with("e30.") && text.ends_with(".recorded"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn secrets_get_names_and_everything_else_stays() {
        let jwt = "eyJhbGciOiJSUzI1NiJ9.eyJtb2RlIjoiU0FOREJPWCJ9.c2ln";
        let invite = "0f".repeat(32);
        let mut value = json!({
            "code": "200", "accessToken": jwt, "data": { "token": { "id": "t-1", "accessToken": jwt }, "Secret": "x" },
            "items": [{ "url": format!("http://localhost:1/user/invites/{jwt}") }, { "url": "/files?address=AbC&x=1" }],
            "text": "sahod_sandbox_abc and whsec_QUJD", "password": null, "amount": 1,
            "webhook": { "url": "https://me:canary-1@hooks.example.com/a@b?c=canary%40d" },
            "said": "posted to <HTTPS://canary-2@h.example> by me@example.com",
            "landingPageUrl": format!("http://localhost:1/user/invites/{invite}"),
        });
        let mut mask = Mask::default();
        mask.json(&mut value);
        let text = value.to_string();
        for secret in ["c2ln", "AbC", "sahod_sandbox_abc", "QUJD", r#""Secret":"x""#, "canary-", &invite] {
            assert!(!text.contains(secret), "{secret} in {text}");
        }
        assert_eq!(value["accessToken"], value["data"]["token"]["accessToken"]);
        let claims = value["accessToken"].as_str().unwrap().split('.').nth(1).unwrap();
        let claims = String::from_utf8(URL_SAFE_NO_PAD.decode(claims).unwrap()).unwrap();
        assert!(claims.contains(r#""mode":"SANDBOX""#), "{claims}");
        assert_eq!((&value["code"], &value["amount"]), (&json!("200"), &json!(1)));
        assert_eq!(value["data"]["token"]["id"], "t-1");
        let url = value["webhook"]["url"].as_str().unwrap();
        assert!(
            url.starts_with("https://recorded-") && url.ends_with("@hooks.example.com/a@b?c=canary%40d"),
            "{url}"
        );
        assert!(value["said"].as_str().unwrap().ends_with("@h.example> by me@example.com"));
        let mut again = value.clone();
        mask.json(&mut again);
        assert_eq!(again, value, "what is masked stays as it is");
    }

    #[test]
    fn parameters_are_masked_by_name() {
        let mut mask = Mask::default();
        let query = mask.query("state=abc%20d&size=3&code=xyz");
        let text = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(query, [text("state", "recorded-1"), text("size", "3"), text("code", "recorded-2")]);
        assert_eq!(mask.query("state=abc%20d")[0].1, "recorded-1");
    }
}
