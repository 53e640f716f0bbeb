//! Where a webhook's events are posted.

use std::{fmt, str::FromStr};

use percent_encoding::percent_decode_str;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Serialize, Serializer};
use url::Url;
use zeroize::Zeroizing;

/// What stands where a user name and a password are not shown.
const MASK: &str = "***";

/// An address of a tenant's receiver. As whom it is called is kept apart from it: whatever shows the address, calls it or
/// writes it down has no password in its hands.
#[derive(Clone)]
pub struct WebhookUrl {
    address: String,
    /// User name and password as they stood in the address.
    login: Option<SecretString>,
}

/// Why a text is no such address: what is wrong, to go after its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WebhookUrlError {
    /// It is no address at all.
    #[error("cannot be read as an address")]
    Unreadable,
    /// It is one that was shown here.
    #[error("has {MASK} for a user name and password: write them out")]
    Masked,
}

impl WebhookUrl {
    /// The address without user name and password: what is called.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The whole address, user name and password included: only to be sealed.
    #[must_use]
    pub fn whole(&self) -> Zeroizing<String> {
        Zeroizing::new(self.with_login(self.login.as_ref().map(SecretString::expose_secret)))
    }

    /// User name and password, joined by a colon as HTTP's Basic has them; `None` when the address has none.
    #[must_use]
    pub fn basic_login(&self) -> Option<SecretString> {
        let login = self.login.as_ref()?.expose_secret();
        let (user, password) = login.split_once(':').unwrap_or((login, ""));
        let decoded = |text| percent_decode_str(text).decode_utf8_lossy();
        Some(format!("{}:{}", decoded(user), decoded(password)).into())
    }

    fn with_login(&self, login: Option<&str>) -> String {
        match login {
            Some(login) => {
                let with_login = Zeroizing::new(format!("://{login}@"));
                self.address.replacen("://", &with_login, 1)
            }
            None => self.address.clone(),
        }
    }
}

impl FromStr for WebhookUrl {
    type Err = WebhookUrlError;

    fn from_str(text: &str) -> Result<Self, WebhookUrlError> {
        let mut url = Url::parse(text).map_err(|_| WebhookUrlError::Unreadable)?;
        if url.username().is_empty() && url.password().is_none() {
            return Ok(Self { address: text.to_owned(), login: None });
        }
        let login = match url.password() {
            Some(password) => format!("{}:{password}", url.username()),
            None => url.username().to_owned(),
        };
        if login == MASK {
            return Err(WebhookUrlError::Masked);
        }
        let removed = url.set_username("").and_then(|()| url.set_password(None));
        removed.map_err(|()| WebhookUrlError::Unreadable)?;
        Ok(Self { address: url.into(), login: Some(login.into()) })
    }
}

/// As it is shown.
impl fmt::Display for WebhookUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.with_login(self.login.as_ref().map(|_| MASK)))
    }
}

impl fmt::Debug for WebhookUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// As it is shown.
impl Serialize for WebhookUrl {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl JsonSchema for WebhookUrl {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "WebhookUrl".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn login(url: &WebhookUrl) -> Option<String> {
        url.basic_login().map(|login| login.expose_secret().to_owned())
    }

    #[test]
    fn user_name_and_password_are_neither_shown_nor_called() {
        for (text, address, sent) in [
            ("https://me:canary@hooks.example.com/a?b=c", "https://hooks.example.com/a?b=c", "me:canary"),
            ("https://canary@hooks.example.com", "https://hooks.example.com/", "canary:"),
            ("https://:canary@hooks.example.com:8443/", "https://hooks.example.com:8443/", ":canary"),
            ("https://m%40e:c%3Anary%20@h.example/", "https://h.example/", "m@e:c:nary "),
            ("  https:\\\\me:canary@h.example/x", "https://h.example/x", "me:canary"),
        ] {
            let url: WebhookUrl = text.parse().unwrap();
            assert_eq!((url.address(), login(&url).as_deref()), (address, Some(sent)), "{text}");
            let masked = address.replacen("://", "://***@", 1);
            assert_eq!((url.to_string(), format!("{url:?}")), (masked.clone(), masked), "{text}");
            let again: WebhookUrl = url.whole().parse().unwrap();
            assert_eq!((again.address(), login(&again)), (address, login(&url)), "what is sealed comes back");
        }
    }

    #[test]
    fn an_address_without_them_stays_as_it_was_written() {
        for text in ["https://hooks.example.com", "http://10.0.0.1:80/a b?x=a@b", "https://@h.example/x"] {
            let url: WebhookUrl = text.parse().unwrap();
            assert_eq!((url.address(), &*url.whole(), login(&url)), (text, &text.to_owned(), None));
            assert_eq!(url.to_string(), text);
        }
    }

    #[test]
    fn what_was_shown_is_not_taken_for_a_login() {
        let shown = "https://me:canary@h.example/".parse::<WebhookUrl>().unwrap().to_string();
        assert_eq!(shown.parse::<WebhookUrl>().unwrap_err(), WebhookUrlError::Masked);
        assert_eq!("hooks.example.com".parse::<WebhookUrl>().unwrap_err(), WebhookUrlError::Unreadable);
    }
}
