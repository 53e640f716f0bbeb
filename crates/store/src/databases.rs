//! The databases of an installation before its keys are known: they say whether keys may still be made.

use std::sync::Arc;

use sahod_model::{Clock, Random};
use sahod_vault::MasterKey;

use crate::{
    Store, StoreConfig,
    engine::{Engine, Purpose},
    error::StoreError,
    installation::{self, Check},
    keyring::Keyring,
};

/// The data, the keyring and the requests log, opened and with their schemas up to date.
pub struct Databases {
    data: Engine,
    keyring: Arc<Keyring>,
    requests: Engine,
    clock: Arc<dyn Clock>,
}

impl Databases {
    /// What keeps the databases of a config from being opened, each fault in a sentence. Changes nothing.
    pub async fn faults(config: &StoreConfig) -> Vec<StoreError> {
        let (data, keyring) = tokio::join!(
            Engine::reach(&config.database, Purpose::Data),
            Engine::reach(&config.keyring, Purpose::Keyring),
        );
        [data, keyring].into_iter().filter_map(Result::err).collect()
    }

    /// Opens the databases, making them when they are not there, and brings their schemas up to date.
    pub async fn open(config: &StoreConfig, clock: Arc<dyn Clock>) -> Result<Self, StoreError> {
        config.keeps_keys_apart().await?;
        Self::open_anywhere(config, clock).await
    }

    /// The same, wherever the keyring is.
    pub(crate) async fn open_anywhere(
        config: &StoreConfig,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, StoreError> {
        let keyring = Engine::open(&config.keyring, Purpose::Keyring).await?;
        let data = Engine::open(&config.database, Purpose::Data).await?;
        let requests = Engine::open(&config.database.of_requests(), Purpose::Requests).await?;
        Ok(Self { data, keyring: Arc::new(Keyring::new(keyring, Arc::clone(&clock))), requests, clock })
    }

    /// Whether nothing was ever kept here. Only then may a master key be made.
    pub async fn are_new(&self) -> Result<bool, StoreError> {
        installation::is_new(&self.data).await
    }

    /// The store, once it is sure that the master key and the keyring are those of the data.
    pub async fn unlock(self, master: &MasterKey, random: Arc<dyn Random>) -> Result<Store, StoreError> {
        let vault = installation::vault(master, &self.keyring, &random);
        let check = Check { data: &self.data, keyring: &self.keyring, vault: &vault, master };
        check.run(&*self.clock).await?;
        let Self { data, keyring, requests, clock } = self;
        Ok(Store::over((data, keyring, requests), vault, master, clock, random))
    }
}

impl Store {
    /// Opens the data and the keyring, making them when they are not there, and brings their schemas up to date. Refuses keys
    /// that are not those of the data.
    pub async fn open(
        config: &StoreConfig,
        master: MasterKey,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
    ) -> Result<Self, StoreError> {
        Databases::open(config, clock).await?.unlock(&master, random).await
    }
}
