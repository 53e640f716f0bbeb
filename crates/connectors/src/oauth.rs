//! Signing in at the source's own page: the authorization code flow of OAuth 2 (RFC 6749, 4.1) with PKCE (RFC 7636).
//!
//! What comes back is worth nothing to whoever sees it on its way: the code can only be redeemed together with the
//! verifier, which never leaves this process, and only by whoever was sent the state.

use aws_lc_rs::digest;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sahod_model::{AccountErrorCode, Random, SecretString};
use url::{Url, form_urlencoded};

/// One sign-in at a source's own page.
pub struct Authorization {
    /// Names the sign-in; comes back with the answer.
    pub state: String,
    verifier: SecretString,
}

/// The code of a finished sign-in and the verifier that it is redeemed with.
pub struct Granted {
    /// The code, good once.
    pub code: String,
    /// Shows that whoever redeems the code is who began the sign-in.
    pub verifier: SecretString,
}

impl Authorization {
    /// A sign-in that begins now.
    #[must_use]
    pub fn begin(random: &dyn Random) -> Self {
        let state = URL_SAFE_NO_PAD.encode(random.array::<16>());
        let verifier = URL_SAFE_NO_PAD.encode(random.array::<32>()).into();
        Self { state, verifier }
    }

    /// The source's page, `endpoint`, with what it needs to know.
    pub fn address(&self, endpoint: &str, client: &str, return_url: &str) -> Result<String, url::ParseError> {
        let mut url = Url::parse(endpoint)?;
        url.query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", client)
            .append_pair("redirect_uri", return_url)
            .append_pair("state", &self.state)
            .append_pair("code_challenge", &challenge(&self.verifier))
            .append_pair("code_challenge_method", "S256");
        Ok(url.into())
    }

    /// Reads the query that the source sent the person back with.
    pub fn granted(self, query: &str) -> Result<Granted, AccountErrorCode> {
        let value = |name: &str| {
            form_urlencoded::parse(query.as_bytes()).find(|(key, _)| key == name).map(|(_, value)| value)
        };
        match (value("state"), value("code"), value("error")) {
            (Some(state), Some(code), None) if state == self.state => {
                Ok(Granted { code: code.into_owned(), verifier: self.verifier })
            }
            // RFC 6749, 4.1.2.1: the person said no, or the source did not let them in.
            (_, None, Some(error)) if error == "access_denied" => Err(AccountErrorCode::InvalidAuth),
            (_, None, Some(error)) if error == "temporarily_unavailable" => {
                Err(AccountErrorCode::ServiceUnavailable)
            }
            _ => Err(AccountErrorCode::SystemError),
        }
    }
}

/// What the source is told of a verifier beforehand (method `S256`).
#[must_use]
pub fn challenge(verifier: &SecretString) -> String {
    use sahod_model::ExposeSecret as _;
    URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, verifier.expose_secret().as_bytes()))
}

#[cfg(test)]
mod tests {
    use sahod_model::{ExposeSecret as _, SeededRandom};

    use super::*;

    #[test]
    fn the_challenge_is_as_in_the_specification() {
        // RFC 7636, appendix B.
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk".to_owned().into();
        assert_eq!(challenge(&verifier), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }

    #[test]
    fn the_address_tells_the_challenge_and_not_the_verifier() {
        let begun = Authorization::begin(&SeededRandom::new(1));
        let address = begun
            .address("https://id.example.com/authorize?lang=en", "sahod", "https://link/v1/oauth/callback")
            .unwrap();
        assert!(
            address.starts_with("https://id.example.com/authorize?lang=en&response_type=code&"),
            "{address}"
        );
        assert!(address.contains("redirect_uri=https%3A%2F%2Flink%2Fv1%2Foauth%2Fcallback"), "{address}");
        assert!(address.contains(&begun.state) && address.contains(&challenge(&begun.verifier)));
        assert!(!address.contains(begun.verifier.expose_secret()));
    }

    #[test]
    fn only_the_right_answer_is_taken() {
        let begun = || Authorization::begin(&SeededRandom::new(1));
        let state = begun().state;
        let granted = begun().granted(&format!("code=abc&state={state}")).ok().unwrap();
        assert_eq!(granted.code, "abc");
        let code = |query: &str| begun().granted(query).err().unwrap();
        assert_eq!(code(&format!("error=access_denied&state={state}")), AccountErrorCode::InvalidAuth);
        assert_eq!(code("error=temporarily_unavailable"), AccountErrorCode::ServiceUnavailable);
        for query in ["", "code=abc", "code=abc&state=other", "error=server_error"] {
            assert_eq!(code(query), AccountErrorCode::SystemError, "{query}");
        }
    }
}
