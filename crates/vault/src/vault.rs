//! The vault: makes, fetches and destroys data keys.

use std::{fmt, sync::Arc, time::Instant};

use sahod_model::Random;
use zeroize::Zeroizing;

use crate::{
    cache::KeyCache,
    data_key::{Aad, DataKey},
    error::VaultError,
    key_set::KeysUsed,
    master::MasterKey,
    wrapped::WrappedKeys,
};

/// Makes, fetches and destroys data keys. Cheap to clone.
#[derive(Clone)]
pub struct Vault(Arc<Inner>);

struct Inner {
    wrapping: DataKey,
    wrapped: Arc<dyn WrappedKeys>,
    random: Arc<dyn Random>,
    cache: KeyCache,
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Vault([hidden])")
    }
}

/// Wrapped keys are bound to their own id and to nothing else.
const fn wrapping_aad(id: &str) -> Aad<'_> {
    Aad { scope: 0, kind: 0, id }
}

impl Vault {
    /// A vault whose data keys are wrapped under `master` and kept in `wrapped`.
    #[must_use]
    pub fn new(master: &MasterKey, wrapped: Arc<dyn WrappedKeys>, random: Arc<dyn Random>) -> Self {
        let wrapping = DataKey::new(&Zeroizing::new(master.derive("data-key wrapping")));
        Self(Arc::new(Inner { wrapping, wrapped, random, cache: KeyCache::new() }))
    }

    /// Makes the key of that id; durable when this returns. [`VaultError::Exists`] when there is one already.
    pub async fn create_key(&self, id: &str) -> Result<DataKey, VaultError> {
        let began = self.0.cache.epoch();
        let bytes: Zeroizing<[u8; 32]> = Zeroizing::new(self.0.random.array());
        let wrapped = self.0.wrapping.seal(&*self.0.random, &wrapping_aad(id), &*bytes);
        self.0.wrapped.insert(id, wrapped.as_bytes()).await?;
        let key = DataKey::new(&bytes);
        KeysUsed::note(id, &key);
        self.0.cache.insert(id, key.clone(), began, Instant::now());
        Ok(key)
    }

    /// The key of that id; `None` when it was destroyed or never made. One that another node destroyed is given for another
    /// half minute: for what the revoke deletes, too, as it does data points.
    pub async fn key(&self, id: &str) -> Result<Option<DataKey>, VaultError> {
        if let Some(key) = self.0.cache.get(id, Instant::now()) {
            KeysUsed::note(id, &key);
            return Ok(Some(key));
        }
        Ok(self.keys(&[id]).await?.pop().flatten())
    }

    /// The keys of those ids, in their order, fetched at once, as [`Vault::key`] gives them; `None` for each that was destroyed
    /// or never made.
    pub async fn keys(&self, ids: &[&str]) -> Result<Vec<Option<DataKey>>, VaultError> {
        let now = Instant::now();
        let kept = ids.iter().map(|id| self.0.cache.get(id, now)).collect();
        self.fetch_missing(ids, kept, now).await
    }

    /// The same as the keyring has them at this moment, whoever destroyed one: for what outlives a revoke, such as files.
    pub async fn keys_now(&self, ids: &[&str]) -> Result<Vec<Option<DataKey>>, VaultError> {
        let keys = self.fetch_missing(ids, vec![None; ids.len()], Instant::now()).await?;
        for (id, _) in ids.iter().zip(&keys).filter(|(_, key)| key.is_none()) {
            self.0.cache.evict(id);
        }
        Ok(keys)
    }

    /// Those keys, of which some are known, with the others.
    async fn fetch_missing(
        &self,
        ids: &[&str],
        mut keys: Vec<Option<DataKey>>,
        now: Instant,
    ) -> Result<Vec<Option<DataKey>>, VaultError> {
        let mut missing: Vec<_> =
            ids.iter().zip(&keys).filter(|(_, key)| key.is_none()).map(|(id, _)| *id).collect();
        if !missing.is_empty() {
            missing.sort_unstable();
            missing.dedup();
            let began = self.0.cache.epoch();
            for wrapped in self.0.wrapped.get_many(&missing).await? {
                let id = wrapped.id;
                let key = self.unwrap(&id, &wrapped.bytes)?;
                for (wanted, place) in ids.iter().zip(&mut keys) {
                    if *wanted == id {
                        *place = Some(key.clone());
                    }
                }
                self.0.cache.insert(&id, key, began, now);
            }
        }
        for (id, key) in ids.iter().zip(&keys) {
            if let Some(key) = key {
                KeysUsed::note(id, key);
            }
        }
        Ok(keys)
    }

    /// As [`Vault::keys`], of what is kept and in use: `None` for each that was destroyed, and an error where a key is missing
    /// that nobody destroyed.
    pub async fn live_keys(&self, ids: &[&str]) -> Result<Vec<Option<DataKey>>, VaultError> {
        let keys = self.keys(ids).await?;
        let missing: Vec<_> =
            ids.iter().zip(&keys).filter(|(_, key)| key.is_none()).map(|(id, _)| *id).collect();
        if missing.is_empty() {
            return Ok(keys);
        }
        let destroyed = self.0.wrapped.destroyed(&missing).await?;
        match missing.into_iter().find(|id| !destroyed.iter().any(|destroyed| destroyed == id)) {
            None => Ok(keys),
            Some(lost) => Err(VaultError::Lost(lost.to_owned())),
        }
    }

    /// Destroys the key of that id for good; what it sealed is unreadable when this returns. Idempotent.
    pub async fn destroy_key(&self, id: &str) -> Result<(), VaultError> {
        self.0.cache.evict(id);
        let deleted = self.0.wrapped.delete(id).await;
        // Again, whatever the outcome: a fetch that was under way may have put it back.
        self.0.cache.evict(id);
        deleted?;
        Ok(())
    }

    fn unwrap(&self, id: &str, wrapped: &[u8]) -> Result<DataKey, VaultError> {
        let bytes = Zeroizing::new(self.0.wrapping.open(&wrapping_aad(id), wrapped)?);
        <&[u8; 32]>::try_from(&**bytes).map(DataKey::new).map_err(|_| VaultError::DoesNotOpen)
    }
}

#[cfg(test)]
mod tests {
    use std::{
        collections::{HashMap, HashSet},
        sync::{
            Mutex,
            atomic::{AtomicUsize, Ordering},
        },
    };

    use super::*;
    use crate::wrapped::{BoxFuture, KeyringError, WrappedKey};
    use sahod_model::SystemRandom;

    #[derive(Default)]
    struct Memory {
        keys: Mutex<HashMap<String, Vec<u8>>>,
        destroyed: Mutex<HashSet<String>>,
        fetches: AtomicUsize,
    }

    impl WrappedKeys for Memory {
        fn get_many<'a>(
            &'a self,
            ids: &'a [&'a str],
        ) -> BoxFuture<'a, Result<Vec<WrappedKey>, KeyringError>> {
            Box::pin(async move {
                self.fetches.fetch_add(1, Ordering::SeqCst);
                let keys = self.keys.lock().unwrap();
                Ok(ids
                    .iter()
                    .filter_map(|id| {
                        let bytes = keys.get(*id)?.clone();
                        Some(WrappedKey { id: (*id).to_owned(), bytes })
                    })
                    .collect())
            })
        }

        fn insert<'a>(&'a self, id: &'a str, wrapped: &'a [u8]) -> BoxFuture<'a, Result<(), KeyringError>> {
            Box::pin(async move {
                match self.keys.lock().unwrap().insert(id.to_owned(), wrapped.to_vec()) {
                    None => Ok(()),
                    Some(_) => Err(KeyringError::Exists),
                }
            })
        }

        fn delete<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Result<bool, KeyringError>> {
            self.destroyed.lock().unwrap().insert(id.to_owned());
            Box::pin(async move { Ok(self.keys.lock().unwrap().remove(id).is_some()) })
        }

        fn destroyed<'a>(&'a self, ids: &'a [&'a str]) -> BoxFuture<'a, Result<Vec<String>, KeyringError>> {
            let destroyed = self.destroyed.lock().unwrap();
            let found = ids.iter().filter(|id| destroyed.contains(**id)).map(|id| (*id).to_owned()).collect();
            Box::pin(async move { Ok(found) })
        }
    }

    const AAD: Aad<'static> = Aad { scope: 1, kind: 1, id: "i-1" };

    fn vault(memory: &Arc<Memory>, master: u8) -> Vault {
        Vault::new(
            &MasterKey::from_bytes([master; 32]),
            Arc::clone(memory) as Arc<dyn WrappedKeys>,
            Arc::new(SystemRandom),
        )
    }

    #[tokio::test]
    async fn keys_are_kept_wrapped_and_found_again() {
        let memory = Arc::new(Memory::default());
        let sealed = vault(&memory, 1).create_key("a-1").await.unwrap().seal(&SystemRandom, &AAD, b"x");

        let again = vault(&memory, 1);
        let keys = again.keys(&["a-1", "a-2", "a-1"]).await.unwrap();
        assert_eq!(keys[0].as_ref().unwrap().open(&AAD, sealed.as_bytes()).unwrap(), b"x");
        assert!(keys[1].is_none() && keys[2].is_some());
        assert!(again.key("a-1").await.unwrap().is_some());
        assert_eq!(memory.fetches.load(Ordering::SeqCst), 1, "the second look-up is answered from memory");

        assert!(matches!(vault(&memory, 2).key("a-1").await, Err(VaultError::DoesNotOpen)));
        assert!(matches!(again.create_key("a-1").await, Err(VaultError::Exists)));
    }

    #[tokio::test]
    async fn a_wrapped_key_serves_no_other_id() {
        let memory = Arc::new(Memory::default());
        vault(&memory, 1).create_key("a-1").await.unwrap();
        let moved = memory.keys.lock().unwrap()["a-1"].clone();
        memory.keys.lock().unwrap().insert("a-2".to_owned(), moved);
        assert!(matches!(vault(&memory, 1).key("a-2").await, Err(VaultError::DoesNotOpen)));
    }

    #[tokio::test]
    async fn a_destroyed_key_is_gone_at_once_and_destroying_is_idempotent() {
        let memory = Arc::new(Memory::default());
        let vault = vault(&memory, 1);
        vault.create_key("a-1").await.unwrap();
        vault.destroy_key("a-1").await.unwrap();
        vault.destroy_key("a-1").await.unwrap();
        assert!(vault.key("a-1").await.unwrap().is_none());
        assert!(memory.keys.lock().unwrap().is_empty());
    }

    #[tokio::test]
    async fn a_key_that_another_node_destroyed_is_gone_at_once_for_whoever_asks_the_keyring() {
        let memory = Arc::new(Memory::default());
        let (here, there) = (vault(&memory, 1), vault(&memory, 1));
        here.create_key("a-1").await.unwrap();
        assert!(there.key("a-1").await.unwrap().is_some());
        here.destroy_key("a-1").await.unwrap();
        assert!(there.keys_now(&["a-1"]).await.unwrap()[0].is_none());
        assert!(there.key("a-1").await.unwrap().is_none(), "and from then on for everybody");
    }

    #[tokio::test]
    async fn the_keys_that_work_was_given_are_known() {
        let memory = Arc::new(Memory::default());
        let vault = vault(&memory, 1);
        vault.create_key("a-1").await.unwrap();
        vault.create_key("a-2").await.unwrap();
        let work = async {
            vault.create_key("a-3").await.unwrap();
            vault.key("a-1").await.unwrap();
            vault.keys_now(&["a-2", "a-4"]).await.unwrap();
        };
        let ((), used) = KeysUsed::by(work).await;
        let key = vault.create_key("a-0").await.unwrap();
        assert_eq!(crate::KeySet::new("a-0", key).and(used).ids(), "a-0,a-1,a-2,a-3");
    }

    #[tokio::test]
    async fn a_key_that_nobody_destroyed_is_missed() {
        let memory = Arc::new(Memory::default());
        let first = vault(&memory, 1);
        for id in ["a-1", "a-2", "a-3"] {
            first.create_key(id).await.unwrap();
        }
        first.destroy_key("a-2").await.unwrap();
        let again = vault(&memory, 1);
        let keys = again.live_keys(&["a-1", "a-2"]).await.unwrap();
        assert!(keys[0].is_some() && keys[1].is_none());
        memory.keys.lock().unwrap().remove("a-3");
        let lost = again.live_keys(&["a-1", "a-2", "a-3"]).await.unwrap_err();
        assert!(matches!(&lost, VaultError::Lost(id) if id == "a-3"), "{lost}");
    }

    #[test]
    fn a_key_that_was_fetched_before_a_destruction_is_not_kept_after_it() {
        let cache = KeyCache::new();
        let began = cache.epoch();
        cache.evict("a-1");
        cache.insert("a-1", DataKey::new(&[1; 32]), began, Instant::now());
        assert!(cache.get("a-1", Instant::now()).is_none());
    }
}
