//! The store itself: what it is made of, how it is opened, and the data keys that it makes and destroys.

use std::{collections::HashMap, sync::Arc};

use sahod_model::{Clock, Random};
use sahod_vault::{DataKey, KeySet, MasterKey, Vault};
use zeroize::Zeroizing;

use crate::{
    alarm::Alarm,
    config::{DatabaseUrl, StoreConfig},
    engine::{Engine, Purpose},
    error::StoreError,
    keyring::Keyring,
    source_fragments::SourceFragments,
};

/// The store. Cheap to clone.
#[derive(Clone)]
pub struct Store(pub(crate) Arc<Inner>);

/// What all handles on a store share.
pub(crate) struct Inner {
    pub(crate) engine: Engine,
    pub(crate) requests: Engine,
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
    /// Opens the data and the keyring, making them when they are not there, and brings their schemas up to date.
    pub async fn open(
        config: &StoreConfig,
        master: MasterKey,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
    ) -> Result<Self, StoreError> {
        if let (DatabaseUrl::Sqlite(data), DatabaseUrl::Sqlite(keyring)) = (&config.database, &config.keyring)
            && data == keyring
        {
            return Err(StoreError::Refused(
                "the keyring needs a file of its own: in the data's file it would be in every backup of the data"
                    .to_owned(),
            ));
        }
        let keyring = Keyring::new(Engine::open(&config.keyring, Purpose::Keyring).await?);
        let vault = Vault::new(&master, Arc::new(keyring), Arc::clone(&random));
        let engine = Engine::open(&config.database, Purpose::Data).await?;
        let requests = Engine::open(&config.database.of_requests(), Purpose::Requests).await?;
        let login_key = master.derive("login fingerprint").into();
        let retry_key = master.derive("idempotency keys").into();
        let network_key = master.derive("network fingerprint").into();
        Ok(Self(Arc::new(Inner {
            engine,
            requests,
            vault,
            source_fragments: SourceFragments::new(),
            login_key,
            retry_key,
            network_key,
            clock,
            random,
            alarm: Alarm::default(),
        })))
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

    /// Destroys the data key of that id for good: what it sealed is unreadable when this returns. Idempotent.
    pub async fn destroy_key(&self, id: &str) -> Result<(), StoreError> {
        Ok(self.0.vault.destroy_key(id).await?)
    }

    /// The keys of those ids, without those that were destroyed.
    pub(crate) async fn keys_by_id<'a>(
        &self,
        ids: impl Iterator<Item = &'a str>,
    ) -> Result<HashMap<&'a str, DataKey>, StoreError> {
        let ids: Vec<_> = ids.collect();
        let keys = self.vault().keys(&ids).await?;
        Ok(ids.into_iter().zip(keys).filter_map(|(id, key)| Some((id, key?))).collect())
    }

    pub(crate) fn engine(&self) -> &Engine {
        &self.0.engine
    }

    pub(crate) fn vault(&self) -> &Vault {
        &self.0.vault
    }
}
