//! Origins: the pages of one site, as browsers tell sites apart (RFC 6454).

use std::{borrow::Cow, fmt, str::FromStr};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Serialize;
use url::{Host, Url};

use crate::mode::Mode;

/// A scheme, a host and perhaps a port, written as browsers write it: `https://www.example.com`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Origin(Box<str>);

/// Why a text is no origin: what would be right, to go after its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be an origin without a path or a placeholder, such as https://www.example.com")]
pub struct OriginError;

impl Origin {
    /// The origin as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The origin of a page at that address; `None` when it is no address of a web page.
    #[must_use]
    pub fn of(url: &str) -> Option<Self> {
        Self::of_url(&url.parse().ok()?)
    }

    /// Whether people's data may go there in that mode: in production only encrypted.
    #[must_use]
    pub fn is_safe_in(&self, mode: Mode) -> bool {
        mode == Mode::Sandbox || self.0.starts_with("https://")
    }

    fn of_url(url: &Url) -> Option<Self> {
        let web = matches!(url.scheme(), "http" | "https");
        let plain = match url.host()? {
            // The parser lets more pass than names have, such as what would end a directive of a policy.
            Host::Domain(name) => {
                name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_'))
            }
            Host::Ipv4(_) | Host::Ipv6(_) => true,
        };
        let anonymous = url.username().is_empty() && url.password().is_none();
        (web && plain && anonymous).then(|| Self(url.origin().ascii_serialization().into()))
    }
}

impl FromStr for Origin {
    type Err = OriginError;

    fn from_str(text: &str) -> Result<Self, OriginError> {
        let url: Url = text.parse().map_err(|_| OriginError)?;
        let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
        if bare { Self::of_url(&url).ok_or(OriginError) } else { Err(OriginError) }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl JsonSchema for Origin {
    fn schema_name() -> Cow<'static, str> {
        "Origin".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "uri" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_written_as_browsers_do() {
        for (text, origin) in [
            ("https://www.example.com", "https://www.example.com"),
            ("HTTPS://WWW.Example.com:443/", "https://www.example.com"),
            ("http://localhost:3000", "http://localhost:3000"),
            ("https://müller.example", "https://xn--mller-kva.example"),
            ("https://[::1]:8443", "https://[::1]:8443"),
        ] {
            assert_eq!(text.parse::<Origin>().unwrap().as_str(), origin);
        }
        for bad in [
            "",
            "www.example.com",
            "https://",
            "https://example.com/page",
            "https://example.com?a",
            "https://example.com#a",
            "https://user@example.com",
            "https://*.example.com",
            "https://example.com;script-src",
            "https://a,b",
            "https://a'b",
            "ftp://example.com",
            "data:text/html,x",
            "null",
            "*",
        ] {
            assert_eq!(bad.parse::<Origin>(), Err(OriginError), "{bad}");
        }
    }

    #[test]
    fn a_page_is_at_its_origin() {
        let origin = Origin::of("https://example.com:8443/a?b#c").unwrap();
        assert_eq!(origin.as_str(), "https://example.com:8443");
        assert!(origin.is_safe_in(Mode::Production));
        let plain = Origin::of("http://example.com/").unwrap();
        assert!(plain.is_safe_in(Mode::Sandbox) && !plain.is_safe_in(Mode::Production));
        assert_eq!(Origin::of("javascript:alert(1)"), None);
    }
}
