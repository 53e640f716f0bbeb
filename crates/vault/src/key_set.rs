//! What several keys seal together, and which keys a piece of work used.
//!
//! Bytes that data of several sources passed through must be gone as soon as one of these is revoked. So they are sealed once
//! with each key, one seal around the other. Which keys these are need not be told by whoever writes the bytes: nothing
//! personal is read or written without its key, so the keys that a piece of work was given are those of all that can be in
//! what it made.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use sahod_model::Random;

use crate::{
    data_key::{Aad, DataKey, Sealed},
    error::VaultError,
};

/// Stands between ids; no id has it.
const BETWEEN: char = ',';

tokio::task_local! {
    /// Of the work that runs in this task, if somebody wants to know.
    static USED: Arc<Mutex<KeysUsed>>;
}

/// The keys that a piece of work was given, by their ids.
#[derive(Clone, Debug, Default)]
pub struct KeysUsed(BTreeMap<Box<str>, DataKey>);

impl KeysUsed {
    /// Does `work`; what came of it, and the keys that a vault gave it. What it starts in other tasks is not seen.
    pub async fn by<T>(work: impl Future<Output = T>) -> (T, Self) {
        let used = Arc::new(Mutex::default());
        let done = USED.scope(Arc::clone(&used), work).await;
        let used = std::mem::take(&mut *used.lock().unwrap_or_else(PoisonError::into_inner));
        // Whoever asks the same of more than this work wants to know of these as well.
        for (id, key) in &used.0 {
            Self::note(id, key);
        }
        (done, used)
    }

    /// A vault gave that key to whoever asked.
    pub(crate) fn note(id: &str, key: &DataKey) {
        // Where nobody wants to know there is nothing to do.
        let _ = USED.try_with(|used| {
            let mut used = used.lock().unwrap_or_else(PoisonError::into_inner);
            if !used.0.contains_key(id) {
                used.0.insert(id.into(), key.clone());
            }
        });
    }
}

/// Keys that open something together: without any one of them it stays shut.
#[derive(Clone, Debug)]
pub struct KeySet(BTreeMap<Box<str>, DataKey>);

impl KeySet {
    /// One key.
    #[must_use]
    pub fn new(id: &str, key: DataKey) -> Self {
        Self(BTreeMap::from([(id.into(), key)]))
    }

    /// With those keys, too.
    #[must_use]
    pub fn and(mut self, used: KeysUsed) -> Self {
        self.0.extend(used.0);
        self
    }

    /// The ids of those keys that a text of [`KeySet::ids`] names.
    pub fn split(ids: &str) -> impl Iterator<Item = &str> {
        ids.split(BETWEEN)
    }

    /// The keys that a text of [`KeySet::ids`] names; `None` when one of them is not there any more.
    pub fn find<'a>(ids: &'a str, key: impl Fn(&'a str) -> Option<DataKey>) -> Option<Self> {
        Self::split(ids).map(|id| Some((id.into(), key(id)?))).collect::<Option<_>>().map(Self)
    }

    /// Their ids, to be kept beside what they seal.
    #[must_use]
    pub fn ids(&self) -> String {
        self.0.keys().map(AsRef::as_ref).collect::<Vec<_>>().join(&BETWEEN.to_string())
    }

    /// Seals `plaintext` so that it opens only with all keys, and for this place.
    #[must_use]
    pub fn seal(&self, random: &dyn Random, aad: &Aad<'_>, plaintext: &[u8]) -> Sealed {
        let mut keys = self.0.values();
        let innermost = keys.next().map(|key| key.seal(random, aad, plaintext));
        let sealed = keys.fold(innermost, |within, key| Some(key.seal(random, aad, within?.as_bytes())));
        #[expect(clippy::expect_used, reason = "a set has the key that it was made with")]
        sealed.expect("there is a key")
    }

    /// What [`KeySet::seal`] sealed.
    pub fn open(&self, aad: &Aad<'_>, sealed: &[u8]) -> Result<Vec<u8>, VaultError> {
        self.0.values().rev().try_fold(sealed.to_vec(), |around, key| key.open(aad, &around))
    }
}

#[cfg(test)]
mod tests {
    use sahod_model::SystemRandom;

    use super::*;

    const AAD: Aad<'static> = Aad { scope: 1, kind: 1, id: "i-1" };

    fn key(byte: u8) -> DataKey {
        DataKey::new(&[byte; 32])
    }

    #[tokio::test]
    async fn what_several_keys_seal_opens_with_all_of_them_only() {
        let ((), used) = KeysUsed::by(async {
            KeysUsed::note("b", &key(2));
            KeysUsed::note("a", &key(1));
            KeysUsed::note("b", &key(2));
        })
        .await;
        let set = KeySet::new("c", key(3)).and(used);
        assert_eq!(set.ids(), "a,b,c");
        let sealed = set.seal(&SystemRandom, &AAD, b"George");
        let known = |id: &str| Some(key(id.as_bytes()[0] - b'a' + 1));
        let again = KeySet::find("a,b,c", known).unwrap();
        assert_eq!(again.open(&AAD, sealed.as_bytes()).unwrap(), b"George");
        assert!(again.open(&Aad { id: "i-2", ..AAD }, sealed.as_bytes()).is_err());
        for (gone, left) in [("a", "b,c"), ("b", "a,c"), ("c", "a,b")] {
            assert!(KeySet::find("a,b,c", |id| known(id).filter(|_| id != gone)).is_none());
            let opened = KeySet::find(left, known).unwrap().open(&AAD, sealed.as_bytes());
            assert_ne!(opened.ok().as_deref(), Some(&b"George"[..]), "without {gone}");
        }
    }

    #[tokio::test]
    async fn what_a_part_of_the_work_used_the_whole_used() {
        let (((), inner), outer) = KeysUsed::by(async {
            KeysUsed::note("a", &key(1));
            KeysUsed::by(async { KeysUsed::note("b", &key(2)) }).await
        })
        .await;
        assert_eq!(inner.0.len(), 1);
        assert_eq!(outer.0.len(), 2);
    }
}
