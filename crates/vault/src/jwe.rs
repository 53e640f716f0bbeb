//! Opens what a browser encrypted: compact JWE (RFC 7516) with RSA-OAEP-256 and A256GCM (RFC 7518), nothing else.
//!
//! Browsers write these with a library of their own; on this side the cryptography is the library's and only the five
//! parts of the text are taken apart here, because the JOSE crates either bring OpenSSL or accept far more algorithms
//! than are wanted at a place that opens passwords.

use aws_lc_rs::{
    aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    rsa::{OAEP_SHA256_MGF1SHA256, OaepPrivateDecryptingKey},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Deserialize;
use zeroize::Zeroizing;

use crate::jwk::PublicJwk;

/// The longest text that is looked at, in bytes: a filled form is far smaller.
pub const MAX_JWE_BYTES: usize = 16 * 1024;

/// Why an encrypted text was refused. Says nothing about its content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JweError {
    /// Not five base64url parts, too long, or a header that is not JSON.
    #[error("not a compact JWE")]
    Malformed,
    /// Another algorithm than the two that are taken.
    #[error("not encrypted with RSA-OAEP-256 and A256GCM")]
    Algorithm,
    /// Encrypted for a key that is not this server's.
    #[error("encrypted for another key")]
    UnknownKey,
    /// Damaged or forged.
    #[error("does not open")]
    Sealed,
}

/// The header members that decide; any critical extension is refused (RFC 7516, 4.1.13).
#[derive(Deserialize)]
struct Header {
    alg: String,
    enc: String,
    kid: String,
    crit: Option<serde_json::Value>,
    zip: Option<serde_json::Value>,
}

/// Opens what was encrypted with its public key.
pub struct JweOpener {
    key: OaepPrivateDecryptingKey,
    public: PublicJwk,
}

impl JweOpener {
    pub(crate) const fn new(key: OaepPrivateDecryptingKey, public: PublicJwk) -> Self {
        Self { key, public }
    }

    /// The public key, for browsers.
    #[must_use]
    pub const fn public_key(&self) -> &PublicJwk {
        &self.public
    }

    /// The plain content, wiped when dropped. Costs a millisecond of CPU.
    pub fn open(&self, compact: &str) -> Result<Zeroizing<Vec<u8>>, JweError> {
        if compact.len() > MAX_JWE_BYTES {
            return Err(JweError::Malformed);
        }
        let parts: Vec<&str> = compact.split('.').collect();
        let [header, wrapped, nonce, body, tag] = parts[..] else { return Err(JweError::Malformed) };
        let decode = |part: &str| URL_SAFE_NO_PAD.decode(part).map_err(|_| JweError::Malformed);

        let fields: Header = serde_json::from_slice(&decode(header)?).map_err(|_| JweError::Malformed)?;
        if fields.alg != "RSA-OAEP-256"
            || fields.enc != "A256GCM"
            || fields.crit.is_some()
            || fields.zip.is_some()
        {
            return Err(JweError::Algorithm);
        }
        if fields.kid != self.public.kid {
            return Err(JweError::UnknownKey);
        }
        let wrapped = decode(wrapped)?;
        let nonce: [u8; NONCE_LEN] = decode(nonce)?.try_into().map_err(|_| JweError::Malformed)?;
        let mut sealed = Zeroizing::new(decode(body)?);
        sealed.extend(decode(tag)?);

        let mut content_key = Zeroizing::new(vec![0; self.key.min_output_size()]);
        let content_key = self
            .key
            .decrypt(&OAEP_SHA256_MGF1SHA256, &wrapped, &mut content_key, None)
            .map_err(|_| JweError::Sealed)?;
        let key = UnboundKey::new(&AES_256_GCM, content_key).map_err(|_| JweError::Sealed)?;
        let plain = LessSafeKey::new(key)
            .open_in_place(Nonce::assume_unique_for_key(nonce), Aad::from(header.as_bytes()), &mut sealed)
            .map_err(|_| JweError::Sealed)?;
        Ok(Zeroizing::new(plain.to_vec()))
    }
}
