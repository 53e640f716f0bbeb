//! The public key that browsers encrypt with, as they take it.

use aws_lc_rs::{digest, rsa::KeyPair, signature::KeyPair as _};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use schemars::JsonSchema;
use serde::Serialize;

/// A public RSA key as a JSON Web Key (RFC 7517).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "EncryptionKey")]
pub struct PublicJwk {
    /// The kind of key: `RSA`.
    kty: &'static str,
    /// What it encrypts with: `RSA-OAEP-256`.
    alg: &'static str,
    /// What it is for: `enc`.
    #[serde(rename = "use")]
    usage: &'static str,
    /// Names the key: the start of the SHA-256 of its modulus.
    pub kid: String,
    /// Its modulus, in Base64 for URLs.
    n: String,
    /// Its exponent, in Base64 for URLs.
    e: String,
}

impl PublicJwk {
    pub(crate) fn new(pair: &KeyPair) -> Self {
        let modulus = pair.public_key().modulus().big_endian_without_leading_zero();
        let exponent = pair.public_key().exponent().big_endian_without_leading_zero();
        let fingerprint = digest::digest(&digest::SHA256, modulus);
        Self {
            kty: "RSA",
            alg: "RSA-OAEP-256",
            usage: "enc",
            kid: URL_SAFE_NO_PAD.encode(&fingerprint.as_ref()[..12]),
            n: URL_SAFE_NO_PAD.encode(modulus),
            e: URL_SAFE_NO_PAD.encode(exponent),
        }
    }
}
