//! What the demo has to be told.

use sahod_model::SecretString;

use crate::error::DemoError;

/// Where everything is, and the key that a customer would have. None of it is special to the demo.
#[derive(Clone, Debug)]
pub struct DemoConfig {
    /// The Open API, such as `http://127.0.0.1:8080/sandbox/v1`.
    pub open_api_url: String,
    /// The public half of an API key of the sandbox.
    pub api_key: String,
    /// Its secret half.
    pub api_secret: SecretString,
    /// Where the widget is served, such as `http://127.0.0.1:8080/web`.
    pub web_url: String,
    /// The API reference, which the page links to.
    pub docs_url: String,
    /// Where this page is served, such as `http://127.0.0.1:8090`. Webhooks are sent there.
    pub demo_url: String,
}

impl DemoConfig {
    /// Without the slashes that people like to write at the end.
    pub(crate) fn tidy(mut self) -> Result<Self, DemoError> {
        for (name, url) in [
            ("open_api_url", &mut self.open_api_url),
            ("web_url", &mut self.web_url),
            ("docs_url", &mut self.docs_url),
            ("demo_url", &mut self.demo_url),
        ] {
            origin(url).ok_or(DemoError::Address { name })?;
            url.truncate(url.trim_end_matches('/').len());
        }
        Ok(self)
    }
}

/// Scheme, host and port of an address. `None` for what is no web address, or could end a directive of the content
/// security policy that it is written into.
pub(crate) fn origin(url: &str) -> Option<&str> {
    let after_scheme = ["http://", "https://"].into_iter().find_map(|scheme| url.strip_prefix(scheme))?;
    let host = after_scheme.split(['/', '?', '#']).next().unwrap_or_default();
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-:[]_".contains(&byte);
    if host.is_empty() || !host.bytes().all(plain) {
        return None;
    }
    Some(&url[..url.len() - after_scheme.len() + host.len()])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_what_comes_before_the_path() {
        assert_eq!(origin("http://127.0.0.1:8080/web/"), Some("http://127.0.0.1:8080"));
        assert_eq!(origin("https://web.example.com"), Some("https://web.example.com"));
        assert_eq!(origin("http://[::1]:8080?x"), Some("http://[::1]:8080"));
        for url in
            ["", "web.example.com", "ftp://example.com", "http://", "http://a;script-src *", "http://a b/"]
        {
            assert_eq!(origin(url), None, "{url}");
        }
    }
}
