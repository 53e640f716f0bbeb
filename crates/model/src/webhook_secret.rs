//! What signs a webhook's events.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use secrecy::{ExposeSecret as _, SecretString};
use zeroize::Zeroizing;

/// What secrets of Standard Webhooks begin with; the key follows in base64.
pub const ENCODED_SECRET: &str = "whsec_";
/// The key of such a secret, in bytes. A plain one with fewer characters than the least of them is weak.
const KEY_BYTES: std::ops::RangeInclusive<usize> = 24..=64;
/// A plain secret, in characters.
const PLAIN: std::ops::RangeInclusive<usize> = 1..=64;

/// A secret that may be given to a webhook. What a webhook has already may be of an older rule.
#[derive(Clone, Debug)]
pub struct WebhookSecret(SecretString);

/// Why a text may not: what would be right, to go after its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WebhookSecretError {
    /// It says that its key follows in base64, and it does not.
    #[error("begins with whsec_, so base64 of 24 to 64 bytes must follow")]
    Encoded,
    /// It is too long, or empty.
    #[error("must have 1 to 64 characters, or be whsec_ and base64 of 24 to 64 bytes")]
    Plain,
}

impl WebhookSecret {
    /// The secret of that text.
    pub fn new(text: &str) -> Result<Self, WebhookSecretError> {
        match text.strip_prefix(ENCODED_SECRET) {
            Some(encoded) => {
                let key = STANDARD.decode(encoded).map(Zeroizing::new);
                key.ok().filter(|key| KEY_BYTES.contains(&key.len())).ok_or(WebhookSecretError::Encoded)?;
            }
            None if PLAIN.contains(&text.chars().count()) => {}
            None => return Err(WebhookSecretError::Plain),
        }
        Ok(Self(text.into()))
    }

    /// The secret itself.
    #[must_use]
    pub fn into_inner(self) -> SecretString {
        self.0
    }

    /// Whether a webhook's secret is so short that it could be guessed from what it signs.
    #[must_use]
    pub fn is_weak(secret: &SecretString) -> bool {
        let text = secret.expose_secret();
        !text.starts_with(ENCODED_SECRET) && text.chars().count() < *KEY_BYTES.start()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(bytes: usize) -> String {
        format!("{ENCODED_SECRET}{}", STANDARD.encode(vec![7; bytes]))
    }

    #[test]
    fn what_says_it_is_base64_must_be() {
        for bytes in [24, 32, 48, 64] {
            assert!(WebhookSecret::new(&encoded(bytes)).is_ok(), "{bytes} bytes");
        }
        let unpadded = encoded(32).trim_end_matches('=').to_owned();
        for text in
            [encoded(0), encoded(23), encoded(65), unpadded, "whsec_not!base64".into(), "whsec_".into()]
        {
            assert_eq!(WebhookSecret::new(&text).unwrap_err(), WebhookSecretError::Encoded, "{text}");
        }
    }

    #[test]
    fn a_plain_one_is_of_the_contracts_length_and_weak_when_it_is_short() {
        for (text, weak) in [
            ("s".to_owned(), true),
            ("🐙".repeat(23), true),
            ("x".repeat(24), false),
            ("🐙".repeat(64), false),
            (encoded(24), false),
        ] {
            assert_eq!(WebhookSecret::is_weak(&text.clone().into()), weak, "{text}");
            assert_eq!(WebhookSecret::new(&text).unwrap().into_inner().expose_secret(), text);
        }
        for text in [String::new(), "x".repeat(65)] {
            assert_eq!(WebhookSecret::new(&text).unwrap_err(), WebhookSecretError::Plain);
        }
    }
}
