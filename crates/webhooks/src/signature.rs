//! Two signatures of the same bytes.
//!
//! `Smile-Signature` is the contract's: lower-case hexadecimal HMAC-SHA512 of the exact body, keyed with the webhook's secret.
//! `webhook-signature` is that of Standard Webhooks 1.0.0 (<https://www.standardwebhooks.com>): HMAC-SHA256 over the event's
//! id, the time of the try and the body, so that a receiver can refuse what somebody recorded and sends again.

use aws_lc_rs::hmac;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use sahod_model::{ExposeSecret, Random, SecretString, webhook_secret::ENCODED_SECRET};

/// The header that carries the contract's signature.
pub const SIGNATURE_HEADER: &str = "Smile-Signature";
/// The header that carries the same by the secret that was there before, while both are good.
pub(crate) const PREVIOUS_SIGNATURE_HEADER: &str = "Smile-Signature-Previous";
/// The header that carries the event's id.
pub(crate) const STANDARD_ID_HEADER: &str = "webhook-id";
/// The header that carries the time of the try, in seconds since 1970.
pub(crate) const STANDARD_TIMESTAMP_HEADER: &str = "webhook-timestamp";
/// The header that carries the signature of Standard Webhooks.
pub(crate) const STANDARD_SIGNATURE_HEADER: &str = "webhook-signature";

/// A secret made here has so many random bytes: as many as the hash of its signature has.
const SECRET_BYTES: usize = 32;

/// A secret that nobody has used before.
#[must_use]
pub fn new_secret(random: &dyn Random) -> SecretString {
    format!("{ENCODED_SECRET}{}", STANDARD.encode(random.array::<SECRET_BYTES>())).into()
}

fn key(secret: &SecretString) -> hmac::Key {
    hmac::Key::new(hmac::HMAC_SHA512, secret.expose_secret().as_bytes())
}

/// The signature of a body.
#[must_use]
pub fn sign(secret: &SecretString, body: &[u8]) -> String {
    hex::encode(hmac::sign(&key(secret), body))
}

/// Whether a signature is the body's, in a time that does not depend on how much of it is right.
#[must_use]
pub fn verify(secret: &SecretString, body: &[u8], signature: &str) -> bool {
    hex::decode(signature).is_ok_and(|tag| hmac::verify(&key(secret), body, &tag).is_ok())
}

/// The signature of Standard Webhooks: `v1,` and base64. A secret `whsec_…` stands for the bytes that it encodes, as in that
/// specification's libraries; any other stands for itself.
#[must_use]
pub fn sign_standard(secret: &SecretString, id: &str, timestamp_s: i64, body: &[u8]) -> String {
    let text = secret.expose_secret();
    let encoded = text.strip_prefix(ENCODED_SECRET).and_then(|encoded| STANDARD.decode(encoded).ok());
    let key = hmac::Key::new(hmac::HMAC_SHA256, encoded.as_deref().unwrap_or(text.as_bytes()));
    let mut context = hmac::Context::with_key(&key);
    context.update(format!("{id}.{timestamp_s}.").as_bytes());
    context.update(body);
    format!("v1,{}", STANDARD.encode(context.sign()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn secret(text: &str) -> SecretString {
        text.to_owned().into()
    }

    /// RFC 4231, test cases 2 (a short text key) and 1 (a key of 20 bytes, here as text).
    #[test]
    fn known_answers() {
        assert_eq!(
            sign(&secret("Jefe"), b"what do ya want for nothing?"),
            "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554\
             9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737"
        );
        assert_eq!(
            sign(&secret(&"\u{b}".repeat(20)), b"Hi There"),
            "87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cde\
             daa833b7d6b8a702038b274eaea3f4e4be9d914eeb61f1702e696c203a126854"
        );
    }

    #[test]
    fn a_signature_of_another_shape_is_refused() {
        let body = b"{}";
        let good = sign(&secret("one"), body);
        assert!(verify(&secret("one"), body, &good));
        assert!(!verify(&secret("two"), body, &good));
        for bad in ["", "zz", &good[..64], &format!("{good}00"), &format!("sha512={good}")] {
            assert!(!verify(&secret("one"), body, bad), "{bad}");
        }
    }

    /// Worked out with Python's `hmac`, of a secret as it is and of one that encodes the same bytes.
    #[test]
    fn known_answers_of_standard_webhooks() {
        let (id, body) = ("et-00000000000000000000000000000001", br#"{"type":"USER_CREATED"}"#);
        let plain = sign_standard(&secret("a secret of acme's own"), id, 1_795_161_600, body);
        assert_eq!(plain, "v1,DkIbeE5wQ7Xf6TvAokbF1LHpNFig+PPv+72Qu5FMV5o=");
        let encoded = secret("whsec_YSBzZWNyZXQgb2YgYWNtZSdzIG93bg==");
        assert_eq!(sign_standard(&encoded, id, 1_795_161_600, body), plain);
        let no_base64 = secret("whsec_no base64");
        assert_ne!(sign_standard(&no_base64, id, 1_795_161_600, body), plain, "such a secret is its own key");
        assert_ne!(sign_standard(&encoded, id, 1_795_161_601, body), plain, "the time is signed, too");
    }

    proptest! {
        #[test]
        fn one_changed_bit_is_noticed(
            key in "[ -~]{1,64}",
            body in proptest::collection::vec(any::<u8>(), 1..200),
            at: prop::sample::Index,
            bit in 0_u8..8,
        ) {
            let signature = sign(&secret(&key), &body);
            prop_assert!(verify(&secret(&key), &body, &signature));
            let mut changed = body.clone();
            changed[at.index(body.len())] ^= 1 << bit;
            prop_assert!(!verify(&secret(&key), &changed, &signature));
        }
    }
}
