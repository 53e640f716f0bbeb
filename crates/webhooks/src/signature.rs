//! `Smile-Signature`: lower-case hexadecimal HMAC-SHA512 of the exact body, keyed with the webhook's secret.

use aws_lc_rs::hmac;
use sahod_model::{ExposeSecret, SecretString};

/// The header that carries the signature.
pub const SIGNATURE_HEADER: &str = "Smile-Signature";

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
