//! Encrypts as a browser does, for programs that link accounts without one: compact JWE (RFC 7516) with RSA-OAEP-256 and
//! A256GCM (RFC 7518).

use aws_lc_rs::{
    aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    rsa::{OAEP_SHA256_MGF1SHA256, OaepPublicEncryptingKey, PublicEncryptingKey, PublicKeyComponents},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sahod_model::Random;
use serde::Deserialize;
use zeroize::Zeroizing;

use crate::JweError;

/// Whom to encrypt for: a public RSA key as a JSON Web Key (RFC 7517).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct JweRecipient {
    kid: String,
    n: String,
    e: String,
}

impl JweRecipient {
    /// `plain`, readable by the key's owner only.
    pub fn seal(&self, plain: &[u8], random: &dyn Random) -> Result<String, JweError> {
        let decode = |text: &str| URL_SAFE_NO_PAD.decode(text).map_err(|_| JweError::Malformed);
        let key = PublicKeyComponents { n: decode(&self.n)?, e: decode(&self.e)? };
        let key: PublicEncryptingKey = key.try_into().map_err(|_| JweError::Malformed)?;
        let key = OaepPublicEncryptingKey::new(key).map_err(|_| JweError::Malformed)?;

        let header = serde_json::json!({ "alg": "RSA-OAEP-256", "enc": "A256GCM", "kid": self.kid });
        let header = URL_SAFE_NO_PAD.encode(header.to_string());
        let content_key: Zeroizing<[u8; 32]> = Zeroizing::new(random.array());
        let nonce: [u8; NONCE_LEN] = random.array();
        let mut wrapped = vec![0; key.ciphertext_size()];
        let wrapped = key
            .encrypt(&OAEP_SHA256_MGF1SHA256, &*content_key, &mut wrapped, None)
            .map_err(|_| JweError::Sealed)?;
        let mut body = plain.to_vec();
        let tag = UnboundKey::new(&AES_256_GCM, &*content_key)
            .and_then(|key| {
                let nonce = Nonce::assume_unique_for_key(nonce);
                LessSafeKey::new(key).seal_in_place_separate_tag(
                    nonce,
                    Aad::from(header.as_bytes()),
                    &mut body,
                )
            })
            .map_err(|_| JweError::Sealed)?;
        let parts: [&[u8]; 4] = [wrapped, &nonce, &body, tag.as_ref()];
        let parts = parts.map(|part| URL_SAFE_NO_PAD.encode(part));
        Ok(format!("{header}.{}", parts.join(".")))
    }
}

#[cfg(test)]
mod tests {
    use sahod_model::SeededRandom;

    use super::*;
    use crate::{MasterKey, RsaKeys};

    #[test]
    fn what_is_sealed_is_opened_by_the_keys_owner() {
        let (folder, random) = (tempfile::tempdir().unwrap(), SeededRandom::new(1));
        let master = MasterKey::from_bytes([7; 32]);
        let keys = RsaKeys::load_or_create(folder.path(), &master, &random).unwrap();
        let public = serde_json::to_string(keys.browser.public_key()).unwrap();
        let recipient: JweRecipient = serde_json::from_str(&public).unwrap();
        let sealed = recipient.seal("{\"login\":\"geórge\"}".as_bytes(), &random).unwrap();
        assert_eq!(&keys.browser.open(&sealed).unwrap()[..], "{\"login\":\"geórge\"}".as_bytes());

        let wrong = JweRecipient { n: "!".to_owned(), ..recipient };
        assert_eq!(wrong.seal(b"x", &random).unwrap_err(), JweError::Malformed);
    }
}
