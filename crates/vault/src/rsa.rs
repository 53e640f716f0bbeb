//! The installation's two RSA-4096 key pairs: one signs link tokens, one opens what a browser encrypted.
//!
//! Private keys rest on disk only sealed under the master key. Making one takes seconds of CPU, so callers make them
//! off the async threads, behind the start. Only a sandbox that ends with its process does with smaller ones, kept nowhere.

use std::{
    fmt, io,
    path::{Path, PathBuf},
};

use aws_lc_rs::{
    encoding::{AsDer, Pkcs8V1Der},
    rsa::{KeyPair, KeySize, OaepPrivateDecryptingKey, PrivateDecryptingKey},
};
use sahod_model::Random;
use zeroize::Zeroizing;

use crate::{
    data_key::{Aad, DataKey},
    file::{ReadError, create_private, read_private},
    jwe::JweOpener,
    jwk::PublicJwk,
    master::MasterKey,
    token::{TokenError, TokenSigner},
};

/// A sealed RSA-4096 key takes some 2.4 kB.
const MAX_FILE_BYTES: usize = 8 * 1024;
const SIGNING_FILE: &str = "token-signing.key";
const ENCRYPTION_FILE: &str = "browser-encryption.key";

/// Why the RSA keys could not be made or read.
#[derive(Debug, thiserror::Error)]
pub enum RsaKeyError {
    /// The key file could not be read or written.
    #[error("cannot use the key file {}: {_1}", .0.display())]
    File(PathBuf, io::Error),
    /// The file is not as it must be.
    #[error("the key file {} {_1}", .0.display())]
    Refused(PathBuf, &'static str),
    /// The cryptography library refused.
    #[error("the RSA key was refused by the cryptography library")]
    Library,
    /// The signing key could not be used for tokens.
    #[error(transparent)]
    Token(#[from] TokenError),
}

/// Both key pairs, ready for use.
pub struct RsaKeys {
    /// Signs and checks link tokens.
    pub tokens: TokenSigner,
    /// Opens what a browser encrypted for this server.
    pub browser: JweOpener,
}

impl fmt::Debug for RsaKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RsaKeys")
    }
}

impl RsaKeys {
    /// Reads both keys from `dir`, making and keeping those that are missing. Blocks for seconds when it makes one.
    pub fn load_or_create(dir: &Path, master: &MasterKey, random: &dyn Random) -> Result<Self, RsaKeyError> {
        let signing = load_or_create(&dir.join(SIGNING_FILE), master, random)?;
        let opening = load_or_create(&dir.join(ENCRYPTION_FILE), master, random)?;
        Self::of(&signing, &opening)
    }

    /// Makes keys that are kept nowhere, for an installation that ends with its process. With 2048 bits, which are there in
    /// the tenth of a second and last longer than such an installation does.
    pub fn passing() -> Result<Self, RsaKeyError> {
        Self::of(&generate(KeySize::Rsa2048)?, &generate(KeySize::Rsa2048)?)
    }

    fn of(signing: &[u8], opening: &[u8]) -> Result<Self, RsaKeyError> {
        let pair = KeyPair::from_pkcs8(opening).map_err(|_| RsaKeyError::Library)?;
        let key = PrivateDecryptingKey::from_pkcs8(opening).map_err(|_| RsaKeyError::Library)?;
        let key = OaepPrivateDecryptingKey::new(key).map_err(|_| RsaKeyError::Library)?;
        Ok(Self { tokens: TokenSigner::new(signing)?, browser: JweOpener::new(key, PublicJwk::new(&pair)) })
    }
}

/// The PKCS#8 form of the key in that file.
fn load_or_create(
    path: &Path,
    master: &MasterKey,
    random: &dyn Random,
) -> Result<Zeroizing<Vec<u8>>, RsaKeyError> {
    let sealing = DataKey::new(&master.derive("rsa-key-files"));
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let place = Aad { scope: 0, kind: 0, id: &name };
    match read_private(path, MAX_FILE_BYTES) {
        Ok(sealed) => sealing
            .open(&place, &sealed)
            .map(Zeroizing::new)
            .map_err(|_| RsaKeyError::Refused(path.to_owned(), "does not open with this master key")),
        Err(ReadError::Io(error)) if error.kind() == io::ErrorKind::NotFound => {
            let der = generate(KeySize::Rsa4096)?;
            create_private(path, sealing.seal(random, &place, &der).as_bytes(), random)
                .map_err(|source| RsaKeyError::File(path.to_owned(), source))?;
            // Read back: when two processes start at once, both go on with the key of the one that came first.
            load_or_create(path, master, random)
        }
        Err(ReadError::Io(source)) => Err(RsaKeyError::File(path.to_owned(), source)),
        Err(ReadError::Refused(fault)) => Err(RsaKeyError::Refused(path.to_owned(), fault)),
    }
}

/// The PKCS#8 form of a new key.
fn generate(size: KeySize) -> Result<Zeroizing<Vec<u8>>, RsaKeyError> {
    let pair = KeyPair::generate(size).map_err(|_| RsaKeyError::Library)?;
    let der = AsDer::<Pkcs8V1Der<'_>>::as_der(&pair).map_err(|_| RsaKeyError::Library)?;
    Ok(Zeroizing::new(der.as_ref().to_vec()))
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::rsa::{OAEP_SHA256_MGF1SHA256, OaepPublicEncryptingKey, PublicEncryptingKey};
    use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
    use sahod_model::{Mode, SystemRandom, Timestamp, TokenId};

    use super::*;
    use crate::JweError;

    /// One pair of keys for all tests here: making them is slow.
    fn keys() -> &'static (tempfile::TempDir, RsaKeys) {
        static KEYS: std::sync::LazyLock<(tempfile::TempDir, RsaKeys)> = std::sync::LazyLock::new(|| {
            let folder = tempfile::tempdir().unwrap();
            let keys = RsaKeys::load_or_create(folder.path(), &master(1), &SystemRandom).unwrap();
            (folder, keys)
        });
        &KEYS
    }

    fn master(byte: u8) -> MasterKey {
        MasterKey::from_bytes([byte; 32])
    }

    /// What a browser does, with this library's own encryption.
    fn encrypt(kid: &str, alg: &str, plain: &[u8]) -> String {
        use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
        let header = URL_SAFE_NO_PAD.encode(format!(r#"{{"alg":"{alg}","enc":"A256GCM","kid":"{kid}"}}"#));
        let content_key = [7; 32];
        let public = OaepPublicEncryptingKey::new(public_key()).unwrap();
        let mut wrapped = vec![0; public.ciphertext_size()];
        let wrapped = public.encrypt(&OAEP_SHA256_MGF1SHA256, &content_key, &mut wrapped, None).unwrap();
        let mut body = plain.to_vec();
        let tag = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &content_key).unwrap())
            .seal_in_place_separate_tag(
                Nonce::assume_unique_for_key([9; 12]),
                Aad::from(header.as_bytes()),
                &mut body,
            )
            .unwrap();
        let parts: [&[u8]; 4] = [wrapped, &[9; 12], &body, tag.as_ref()];
        let encoded: Vec<String> = parts.iter().map(|part| URL_SAFE_NO_PAD.encode(part)).collect();
        format!("{header}.{}", encoded.join("."))
    }

    fn public_key() -> PublicEncryptingKey {
        let der = load_or_create(&keys().0.path().join(ENCRYPTION_FILE), &master(1), &SystemRandom).unwrap();
        PrivateDecryptingKey::from_pkcs8(&der).unwrap().public_key()
    }

    #[test]
    fn what_a_browser_encrypts_opens_and_nothing_else_does() {
        let browser = &keys().1.browser;
        let kid = browser.public_key().kid.clone();
        let good = encrypt(&kid, "RSA-OAEP-256", b"secret");
        assert_eq!(*browser.open(&good).unwrap(), b"secret");
        assert_eq!(browser.open(&encrypt("other", "RSA-OAEP-256", b"x")).unwrap_err(), JweError::UnknownKey);
        assert_eq!(browser.open(&encrypt(&kid, "RSA-OAEP", b"x")).unwrap_err(), JweError::Algorithm);
        let mut parts: Vec<&str> = good.split('.').collect();
        parts[3] = "AAAA";
        assert_eq!(browser.open(&parts.join(".")).unwrap_err(), JweError::Sealed);
        for text in ["", "a.b.c", "....", "!.!.!.!.!", &"a".repeat(20_000)] {
            assert_eq!(browser.open(text).unwrap_err(), JweError::Malformed, "{text}");
        }
    }

    #[test]
    fn passing_keys_are_good_and_never_the_same() {
        let (one, other) = (RsaKeys::passing().unwrap(), RsaKeys::passing().unwrap());
        let key = one.browser.public_key();
        assert_ne!(key.kid, other.browser.public_key().kid);
        let public = serde_json::to_value(key).unwrap();
        let modulus = URL_SAFE_NO_PAD.decode(public["n"].as_str().unwrap()).unwrap();
        assert_eq!(modulus.len() * 8, 2048);
    }

    #[test]
    fn a_token_holds_until_its_end_and_only_unchanged() {
        let tokens = &keys().1.tokens;
        let id: TokenId = format!("tok-{}", "1".repeat(32)).parse().unwrap();
        let at = |seconds: i64| Timestamp::from_micros(seconds * 1_000_000);
        let token = tokens.sign(id.clone(), Mode::Sandbox, at(1_000), at(2_000)).unwrap();
        assert_eq!(tokens.check(&token, at(1_999)).unwrap().jti, id);
        assert_eq!(tokens.check(&token, at(2_000)).unwrap_err(), TokenError::Expired);
        assert_eq!(tokens.check(&token.replace('.', ".A"), at(1_500)).unwrap_err(), TokenError::Forged);
        let mut parts: Vec<&str> = token.split('.').collect();
        let unsigned = URL_SAFE_NO_PAD.encode(br#"{"alg":"none","typ":"JWT"}"#);
        parts[0] = &unsigned;
        assert_eq!(tokens.check(&parts.join("."), at(1_500)).unwrap_err(), TokenError::Forged);
    }

    #[test]
    fn keys_are_kept_and_open_only_with_their_master_key() {
        let (folder, first) = keys();
        let again = RsaKeys::load_or_create(folder.path(), &master(1), &SystemRandom).unwrap();
        assert_eq!(again.browser.public_key(), first.browser.public_key());
        assert!(matches!(
            RsaKeys::load_or_create(folder.path(), &master(2), &SystemRandom),
            Err(RsaKeyError::Refused(..))
        ));
    }
}
