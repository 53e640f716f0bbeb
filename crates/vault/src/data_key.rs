//! Data keys: each seals what came from one source.

use std::{fmt, sync::Arc};

use aws_lc_rs::{aead, hmac};
use sahod_model::Random;
use zeroize::Zeroizing;

use crate::{error::VaultError, master::keyed_hash};

/// Sealed bytes begin with the version of their layout, so that a later one can be told apart.
const VERSION: u8 = 1;
const NONCE: usize = 12;
const TAG: usize = 16;
const HEADER: usize = 1 + NONCE;

/// Bytes that are safe to store: version, nonce (12 bytes), ciphertext, tag (16 bytes). Only sealing makes them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed(Vec<u8>);

impl Sealed {
    /// The bytes to store.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The bytes to store.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.0
    }
}

/// What sealed bytes are bound to: they open in no other place.
#[derive(Clone, Copy, Debug)]
pub struct Aad<'a> {
    /// The scope's number: tenant and mode.
    pub scope: i64,
    /// What is sealed: a data point's kind, or one of the store's own numbers above 100.
    pub kind: i16,
    /// The id of the row.
    pub id: &'a str,
}

impl Aad<'_> {
    const FIXED: usize = 10;
    const ID_ON_STACK: usize = 118;

    /// The first two fields have fixed lengths, so that no two places give the same bytes.
    fn with_bytes<T>(&self, run: impl FnOnce(&[u8]) -> T) -> T {
        let id = self.id.as_bytes();
        let mut bytes = [0; Self::FIXED + Self::ID_ON_STACK];
        bytes[..8].copy_from_slice(&self.scope.to_le_bytes());
        bytes[8..Self::FIXED].copy_from_slice(&self.kind.to_le_bytes());
        if let Some(place) = bytes.get_mut(Self::FIXED..Self::FIXED + id.len()) {
            place.copy_from_slice(id);
            run(&bytes[..Self::FIXED + id.len()])
        } else {
            run(&[&bytes[..Self::FIXED], id].concat())
        }
    }
}

/// Seals and opens what came from one source. Cheap to clone; wiped from memory with its last clone; never printed.
#[derive(Clone)]
pub struct DataKey(Arc<Prepared>);

struct Prepared {
    sealing: aead::LessSafeKey,
    fingerprinting: hmac::Key,
}

impl fmt::Debug for DataKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DataKey([hidden])")
    }
}

impl DataKey {
    /// From its 32 bytes, as the vault unwraps them.
    pub(crate) fn new(bytes: &[u8; 32]) -> Self {
        #[expect(clippy::expect_used, reason = "AES-256 takes any 32 bytes")]
        let unbound = aead::UnboundKey::new(&aead::AES_256_GCM, bytes).expect("32 bytes make a key");
        let fingerprint_key = Zeroizing::new(keyed_hash(bytes, b"sahod/fingerprint"));
        Self(Arc::new(Prepared {
            sealing: aead::LessSafeKey::new(unbound),
            fingerprinting: hmac::Key::new(hmac::HMAC_SHA256, &*fingerprint_key),
        }))
    }

    /// Seals `plaintext` so that it opens only with this key and for this place.
    #[must_use]
    pub fn seal(&self, random: &dyn Random, aad: &Aad<'_>, plaintext: &[u8]) -> Sealed {
        let nonce: [u8; NONCE] = random.array();
        let mut bytes = Vec::with_capacity(HEADER + plaintext.len() + TAG);
        bytes.push(VERSION);
        bytes.extend_from_slice(&nonce);
        bytes.extend_from_slice(plaintext);
        let tag = aad.with_bytes(|aad| {
            self.0.sealing.seal_in_place_separate_tag(
                aead::Nonce::assume_unique_for_key(nonce),
                aead::Aad::from(aad),
                &mut bytes[HEADER..],
            )
        });
        #[expect(clippy::expect_used, reason = "AES-GCM refuses only payloads above 64 GB")]
        bytes.extend_from_slice(tag.expect("the payload is below 64 GB").as_ref());
        Sealed(bytes)
    }

    /// Opens `sealed` and appends the plaintext to `out`, which stays as it was when the seal does not open.
    pub fn open_onto(&self, aad: &Aad<'_>, sealed: &[u8], out: &mut Vec<u8>) -> Result<(), VaultError> {
        let Some(([VERSION, nonce @ ..], body)) = sealed.split_first_chunk::<HEADER>() else {
            return Err(VaultError::DoesNotOpen);
        };
        let (ciphertext, tag) = body.split_last_chunk::<TAG>().ok_or(VaultError::DoesNotOpen)?;
        let nonce = aead::Nonce::assume_unique_for_key(*nonce);
        let start = out.len();
        out.resize(start + ciphertext.len(), 0);
        let plaintext = &mut out[start..];
        let opened = aad.with_bytes(|aad| {
            self.0.sealing.open_separate_gather(nonce, aead::Aad::from(aad), ciphertext, tag, plaintext)
        });
        opened.map_err(|_| {
            out.truncate(start);
            VaultError::DoesNotOpen
        })
    }

    /// Opens `sealed` into a buffer of its own.
    pub fn open(&self, aad: &Aad<'_>, sealed: &[u8]) -> Result<Vec<u8>, VaultError> {
        let mut plaintext = Vec::with_capacity(sealed.len());
        self.open_onto(aad, sealed, &mut plaintext)?;
        Ok(plaintext)
    }

    /// Tells equal values of this source from different ones without telling what they are.
    #[must_use]
    pub fn fingerprint(&self, data: &[u8]) -> [u8; 16] {
        let tag = hmac::sign(&self.0.fingerprinting, data);
        let mut fingerprint = [0; 16];
        fingerprint.copy_from_slice(&tag.as_ref()[..16]);
        fingerprint
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sahod_model::SystemRandom;

    const AAD: Aad<'static> = Aad { scope: 4, kind: 2, id: "t-0" };

    #[test]
    fn what_is_sealed_opens_with_the_same_key_in_the_same_place_only() {
        let (key, other) = (DataKey::new(&[1; 32]), DataKey::new(&[2; 32]));
        let sealed = key.seal(&SystemRandom, &AAD, b"salary");
        assert_eq!(key.open(&AAD, sealed.as_bytes()).unwrap(), b"salary");
        assert!(other.open(&AAD, sealed.as_bytes()).is_err());
        for aad in [Aad { scope: 5, ..AAD }, Aad { kind: 3, ..AAD }, Aad { id: "t-1", ..AAD }] {
            assert!(key.open(&aad, sealed.as_bytes()).is_err(), "{aad:?}");
        }
    }

    #[test]
    fn no_changed_or_shortened_byte_goes_unnoticed() {
        let key = DataKey::new(&[1; 32]);
        let sealed = key.seal(&SystemRandom, &AAD, b"salary").into_bytes();
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert!(key.open(&AAD, &changed).is_err(), "byte {at}");
            assert!(key.open(&AAD, &sealed[..at]).is_err(), "{at} bytes");
        }
    }

    #[test]
    fn an_id_of_any_length_binds() {
        let key = DataKey::new(&[1; 32]);
        let long = "x".repeat(500);
        let aad = Aad { id: &long, ..AAD };
        let sealed = key.seal(&SystemRandom, &aad, b"");
        assert_eq!(key.open(&aad, sealed.as_bytes()).unwrap(), b"");
        assert!(key.open(&Aad { id: &long[1..], ..AAD }, sealed.as_bytes()).is_err());
    }

    #[test]
    fn fingerprints_differ_by_key_and_by_value() {
        let (key, other) = (DataKey::new(&[1; 32]), DataKey::new(&[2; 32]));
        assert_eq!(key.fingerprint(b"a"), key.fingerprint(b"a"));
        assert_ne!(key.fingerprint(b"a"), key.fingerprint(b"b"));
        assert_ne!(key.fingerprint(b"a"), other.fingerprint(b"a"));
    }
}
