//! The master key: wraps every data key, and every other secret of this installation is derived from it.

use std::{fmt, io::ErrorKind, path::Path, sync::Arc};

use aws_lc_rs::{constant_time, hkdf, hmac};
use sahod_model::Random;
use zeroize::Zeroizing;

use crate::{
    error::VaultError,
    file::{ReadError, create_private, read_private},
};

const LENGTH: usize = 32;

/// The installation's own 256-bit key. Cheap to clone, wiped from memory with its last clone, never printed.
#[derive(Clone)]
pub struct MasterKey(Arc<Zeroizing<[u8; LENGTH]>>);

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MasterKey([hidden])")
    }
}

impl MasterKey {
    /// A key that came from elsewhere: a secret manager, a test.
    #[must_use]
    pub fn from_bytes(bytes: [u8; LENGTH]) -> Self {
        Self(Arc::new(Zeroizing::new(bytes)))
    }

    /// Reads the key from its file, or makes a new key and its file when there is none. Refuses a file that others
    /// than its owner can read.
    pub fn load_or_create(path: &Path, random: &dyn Random) -> Result<Self, VaultError> {
        match Self::load(path) {
            Err(VaultError::MasterKeyFile { source, .. }) if source.kind() == ErrorKind::NotFound => {
                Self::create(path, random)?;
                // Read back: when two processes start at once, both go on with the key of the one that came first.
                Self::load(path)
            }
            other => other,
        }
    }

    /// Reads the key from its file, which must be there: what is kept already cannot be opened with a new key.
    pub fn load(path: &Path) -> Result<Self, VaultError> {
        let refused = |fault| VaultError::MasterKeyRefused { path: path.to_owned(), fault };
        let bytes = read_private(path, LENGTH).map_err(|error| match error {
            ReadError::Io(source) => VaultError::MasterKeyFile { path: path.to_owned(), source },
            ReadError::Refused(fault) => refused(fault),
        })?;
        let bytes = <[u8; LENGTH]>::try_from(bytes.as_slice())
            .map_err(|_| refused("is shorter than the 32 bytes of a key"))?;
        Ok(Self::from_bytes(bytes))
    }

    fn create(path: &Path, random: &dyn Random) -> Result<(), VaultError> {
        let key: Zeroizing<[u8; LENGTH]> = Zeroizing::new(random.array());
        create_private(path, &*key, random)
            .map_err(|source| VaultError::MasterKeyFile { path: path.to_owned(), source })
    }

    /// Tells this key from another one, and tells nothing of it. Kept with what the key protects.
    #[must_use]
    pub fn check_value(&self) -> [u8; LENGTH] {
        self.derive("check value")
    }

    /// A 256-bit key for one purpose (HKDF-SHA256, RFC 5869). Keys of different purposes tell nothing of each other.
    #[must_use]
    pub fn derive(&self, purpose: &str) -> [u8; LENGTH] {
        let mut key = [0; LENGTH];
        let info = [b"sahod/".as_slice(), purpose.as_bytes()];
        let filled = hkdf::Salt::new(hkdf::HKDF_SHA256, b"sahod master key")
            .extract(self.0.as_slice())
            .expand(&info, hkdf::HKDF_SHA256)
            .and_then(|okm| okm.fill(&mut key));
        #[expect(
            clippy::expect_used,
            reason = "32 bytes are within what HKDF-SHA256 gives, whatever the input"
        )]
        filled.expect("32 bytes can be derived");
        key
    }
}

/// HMAC-SHA256 of `data`: for API secrets and session tokens, which are random and long, so that a fast hash is right.
#[must_use]
pub fn keyed_hash(key: &[u8; 32], data: &[u8]) -> [u8; 32] {
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), data);
    let mut hash = [0; 32];
    hash.copy_from_slice(tag.as_ref());
    hash
}

/// Compares in a time that does not depend on where the two differ.
#[must_use]
pub fn same_bytes(left: &[u8], right: &[u8]) -> bool {
    constant_time::verify_slices_are_equal(left, right).is_ok()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use sahod_model::SystemRandom;

    use super::*;

    #[test]
    fn a_key_is_made_once_and_read_from_then_on() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        let first = MasterKey::load_or_create(&path, &SystemRandom).unwrap();
        let second = MasterKey::load_or_create(&path, &SystemRandom).unwrap();
        assert_eq!(first.derive("test"), second.derive("test"));
        assert_ne!(first.derive("test"), first.derive("other"));
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "no draft stays behind");
    }

    #[test]
    fn two_that_start_at_once_agree() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        let keys: Vec<_> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8)
                .map(|_| scope.spawn(|| MasterKey::load_or_create(&path, &SystemRandom).unwrap().derive("x")))
                .collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert!(keys.iter().all(|key| *key == keys[0]));
    }

    #[test]
    fn a_file_that_others_can_read_or_of_another_length_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        MasterKey::load_or_create(&path, &SystemRandom).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
        let error = MasterKey::load_or_create(&path, &SystemRandom).unwrap_err();
        assert!(error.to_string().contains("chmod 600"), "{error}");

        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        for length in [0, 31, 33] {
            std::fs::write(&path, vec![7; length]).unwrap();
            assert!(matches!(
                MasterKey::load_or_create(&path, &SystemRandom),
                Err(VaultError::MasterKeyRefused { .. })
            ));
        }
    }

    #[test]
    fn a_key_is_never_printed() {
        assert_eq!(format!("{:?}", MasterKey::from_bytes([0xab; 32])), "MasterKey([hidden])");
    }
}
