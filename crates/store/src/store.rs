//! The store itself: what it is made of, how it is opened, and the data keys that it makes and destroys.

use std::{collections::HashMap, sync::Arc};

use sahod_model::{Clock, Random};
use sahod_vault::{DataKey, KeySet, MasterKey, Vault};
use zeroize::Zeroizing;

use crate::{
    alarm::Alarm, engine::Engine, error::StoreError, keyring::Keyring, source_fragments::SourceFragments,
};

/// The store. Cheap to clone.
#[derive(Clone)]
pub struct Store(pub(crate) Arc<Inner>);

/// What all handles on a store share.
pub(crate) struct Inner {
    pub(crate) engine: Engine,
    pub(crate) requests: Engine,
    pub(crate) keyring: Arc<Keyring>,
    vault: Vault,
    pub(crate) source_fragments: SourceFragments,
    /// Recognises a login name without telling it.
    pub(crate) login_key: Zeroizing<[u8; 32]>,
    /// Recognises an idempotency key and the request made with it without telling them.
    pub(crate) retry_key: Zeroizing<[u8; 32]>,
    /// Recognises a login name at other tenants, too.
    pub(crate) network_key: Zeroizing<[u8; 32]>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Arc<dyn Random>,
    pub(crate) alarm: Alarm,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Store")
    }
}

impl Store {
    /// Over databases whose keys are known to fit.
    pub(crate) fn over(
        (data, keyring, requests): (Engine, Arc<Keyring>, Engine),
        vault: Vault,
        master: &MasterKey,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
    ) -> Self {
        Self(Arc::new(Inner {
            engine: data,
            requests,
            keyring,
            vault,
            source_fragments: SourceFragments::new(),
            login_key: master.derive("login fingerprint").into(),
            retry_key: master.derive("idempotency keys").into(),
            network_key: master.derive("network fingerprint").into(),
            clock,
            random,
            alarm: Alarm::default(),
        }))
    }

    /// Makes the data key of a source (an account), a user or a webhook, before the transaction that inserts it.
    pub async fn create_key(&self, id: &str) -> Result<DataKey, StoreError> {
        Ok(self.0.vault.create_key(id).await?)
    }

    /// The data key of that id; `None` when it was destroyed or never made. One that another node destroyed is given for another
    /// half minute: for what the revoke deletes in the data, too.
    pub async fn key(&self, id: &str) -> Result<Option<DataKey>, StoreError> {
        Ok(self.0.vault.key(id).await?)
    }

    /// The same as the keyring has it at this moment: for what outlives a revoke, such as files.
    pub async fn key_now(&self, id: &str) -> Result<Option<DataKey>, StoreError> {
        Ok(self.0.vault.keys_now(&[id]).await?.pop().flatten())
    }

    /// The key sets of those names, as the keyring has them at this moment; `None` for one of which a key was destroyed.
    pub(crate) async fn key_sets_now(&self, names: &[&str]) -> Result<Vec<Option<KeySet>>, StoreError> {
        let mut ids: Vec<_> = names.iter().flat_map(|name| KeySet::split(name)).collect();
        ids.sort_unstable();
        ids.dedup();
        let keys = self.0.vault.keys_now(&ids).await?;
        let keys: HashMap<_, _> = ids.into_iter().zip(keys).collect();
        Ok(names.iter().map(|name| KeySet::find(name, |id| keys.get(id).cloned().flatten())).collect())
    }

    /// The data key of that id, which is of what is kept: `None` when it was destroyed, and an error when it is missing all the
    /// same.
    pub async fn live_key(&self, id: &str) -> Result<Option<DataKey>, StoreError> {
        Ok(self.0.vault.live_keys(&[id]).await?.pop().flatten())
    }

    /// Destroys the data key of that id for good: what it sealed is unreadable when this returns. Idempotent.
    pub async fn destroy_key(&self, id: &str) -> Result<(), StoreError> {
        Ok(self.0.vault.destroy_key(id).await?)
    }

    /// The keys of those ids, which are of what is kept: without those that were destroyed, and an error where one is missing
    /// that nobody destroyed.
    pub(crate) async fn live_keys_by_id<'a>(
        &self,
        ids: impl Iterator<Item = &'a str>,
    ) -> Result<HashMap<&'a str, DataKey>, StoreError> {
        let ids: Vec<_> = ids.collect();
        let keys = self.vault().live_keys(&ids).await?;
        Ok(ids.into_iter().zip(keys).filter_map(|(id, key)| Some((id, key?))).collect())
    }

    pub(crate) fn engine(&self) -> &Engine {
        &self.0.engine
    }

    pub(crate) fn vault(&self) -> &Vault {
        &self.0.vault
    }
}
