//! Which keys the data belongs to: the data and the keyring know each other, and the data knows its master key.
//!
//! The keyring has a key of its own, from which its id follows. The data keeps that id and a value that tells the master key
//! from another one. So data with keys that are not its own is not opened at all, instead of being shown as if there were none.

use std::sync::Arc;

use sahod_model::{Clock, Random, Timestamp};
use sahod_vault::{DataKey, MasterKey, Vault, VaultError, same_bytes};

use crate::{
    engine::{Engine, Row, params, pushing, statements},
    error::StoreError,
    keyring::Keyring,
};

statements! {
    GET_INSTALLATION = "SELECT keyring_id, key_check FROM installation WHERE number = $1";
    INSERT_INSTALLATION = "INSERT INTO installation (number, keyring_id, key_check, last_seen)
        VALUES ($1, $2, $3, $4) ON CONFLICT (number) DO NOTHING";
    GET_LAST_SEEN = "SELECT last_seen FROM installation WHERE number = $1";
    NOTE_SEEN = "UPDATE installation SET last_seen = CASE WHEN last_seen < $1 THEN $1 ELSE last_seen END
        WHERE number = $2";
    ANY_TENANT = "SELECT number FROM tenants WHERE number >= $1 LIMIT 1";
    SEALED_ACCOUNTS = "SELECT id FROM accounts WHERE status <> 'DISCONNECTED' AND login_name IS NOT NULL LIMIT $1";
    SEALED_WEBHOOKS = "SELECT id FROM webhooks LIMIT $1";
    SEALED_USERS = "SELECT id FROM users WHERE external IS NOT NULL LIMIT $1";
}

/// There is one row.
const ONE: i64 = 1;
/// The keyring's own key.
const KEYRING: &str = "installation";
/// How many of each kind of sealed row are tried with the keys that are there.
const TRIED: i64 = 32;

struct Facts {
    keyring_id: [u8; 16],
    key_check: [u8; 32],
}

fn refused(text: impl Into<String>) -> StoreError {
    StoreError::Refused(text.into())
}

/// Whether there is a row.
async fn has_row(data: &Engine, sql: crate::engine::Sql, param: i64) -> Result<bool, StoreError> {
    let found = |found: &mut bool, _: Row<'_>| {
        *found = true;
        Ok(())
    };
    data.fold(sql, vec![params![param]], false, found).await
}

/// Whether nothing was ever kept in that database.
pub(crate) async fn is_new(data: &Engine) -> Result<bool, StoreError> {
    Ok(!has_row(data, GET_INSTALLATION, ONE).await? && !has_row(data, ANY_TENANT, 0).await?)
}

/// When the data was in use last.
pub(crate) async fn last_seen(data: &Engine) -> Result<Timestamp, StoreError> {
    let read = pushing(|row: Row<'_>| row.timestamp(0));
    let found = data.fold(GET_LAST_SEEN, vec![params![ONE]], Vec::new(), read).await?;
    found.first().copied().ok_or_else(|| StoreError::Corrupt("the installation has no row".to_owned()))
}

/// Notes that the data is in use now. A clock that was set back changes nothing.
pub(crate) async fn note_seen(data: &Engine, now: Timestamp) -> Result<(), StoreError> {
    data.write(NOTE_SEEN, params![now, ONE]).await.map(drop)
}

/// The keys and the data that are to fit.
pub(crate) struct Check<'a> {
    pub(crate) data: &'a Engine,
    pub(crate) keyring: &'a Keyring,
    pub(crate) vault: &'a Vault,
    pub(crate) master: &'a MasterKey,
}

impl Check<'_> {
    /// Refuses keys that are not those of the data. Data that knows none yet takes over those that are there: new data when
    /// the keyring is new, too, and that of an older version when they open something of it.
    pub(crate) async fn run(&self, clock: &dyn Clock) -> Result<(), StoreError> {
        if let Some(facts) = self.facts().await? {
            return self.fits(&facts).await;
        }
        if has_row(self.data, ANY_TENANT, 0).await? {
            self.opens_something().await?;
        } else {
            self.nothing_is_lost().await?;
        }
        let own = match self.own_key().await? {
            Some(key) => key,
            None => self.make_own_key().await?,
        };
        let row = params![ONE, keyring_id(&own), self.master.check_value(), clock.now()];
        self.data.write(INSERT_INSTALLATION, row).await?;
        // Another process may have been first.
        let facts = self.facts().await?.ok_or_else(|| refused("the installation has no row"))?;
        self.fits(&facts).await
    }

    async fn facts(&self) -> Result<Option<Facts>, StoreError> {
        let read = pushing(|row: Row<'_>| Ok(Facts { keyring_id: row.bytes(0)?, key_check: row.bytes(1)? }));
        Ok(self.data.fold(GET_INSTALLATION, vec![params![ONE]], Vec::new(), read).await?.pop())
    }

    async fn fits(&self, facts: &Facts) -> Result<(), StoreError> {
        if !same_bytes(&self.master.check_value(), &facts.key_check) {
            return Err(refused(
                "the master key is not the one of this database: nothing that is kept could be opened. Put the one that \
                 belongs to it back into storage.keys_dir, or name the database that belongs to the key",
            ));
        }
        match self.own_key().await {
            Ok(Some(key)) if same_bytes(&keyring_id(&key), &facts.keyring_id) => Ok(()),
            Ok(None) if !self.keyring.holds_others_than(KEYRING).await? => Err(refused(
                "the keyring at storage.keyring_url is empty, and the database has data: without its keys nothing that is \
                 kept can be opened. Name the keyring that belongs to this database, or restore it; every process on one \
                 database needs the same keyring",
            )),
            Ok(_) | Err(StoreError::Vault(VaultError::DoesNotOpen)) => Err(refused(
                "the keyring at storage.keyring_url belongs to another database than the one at storage.database_url. Name \
                 the two that belong together",
            )),
            Err(error) => Err(error),
        }
    }

    async fn own_key(&self) -> Result<Option<DataKey>, StoreError> {
        Ok(self.vault.key(KEYRING).await?)
    }

    async fn make_own_key(&self) -> Result<DataKey, StoreError> {
        match self.vault.create_key(KEYRING).await {
            Err(VaultError::Exists) => {
                let made = self.own_key().await?;
                made.ok_or_else(|| StoreError::Corrupt("the keyring's own key is gone again".to_owned()))
            }
            made => Ok(made?),
        }
    }

    /// For data that is new: keys in the keyring are of something else.
    async fn nothing_is_lost(&self) -> Result<(), StoreError> {
        let foreign = self.keyring.holds_others_than(KEYRING).await?
            || matches!(self.own_key().await, Err(StoreError::Vault(VaultError::DoesNotOpen)));
        if foreign {
            return Err(refused(
                "the database at storage.database_url is new, and the keyring at storage.keyring_url has keys of another \
                 one. Name the database that belongs to it, or a new keyring for a new installation",
            ));
        }
        Ok(())
    }

    /// For data from before it knew its keys: one of the keys that are there must be of something in it.
    async fn opens_something(&self) -> Result<(), StoreError> {
        let mut ids = Vec::new();
        for sql in [SEALED_ACCOUNTS, SEALED_WEBHOOKS, SEALED_USERS] {
            let read = pushing(|row: Row<'_>| Ok(row.text(0)?.to_owned()));
            ids.extend(self.data.fold(sql, vec![params![TRIED]], Vec::new(), read).await?);
        }
        let ids: Vec<_> = ids.iter().map(String::as_str).collect();
        let keys = match self.vault.keys(&ids).await {
            Err(VaultError::DoesNotOpen) => {
                return Err(refused(
                    "the master key does not open the keys of this database. Put the one that belongs to it back into \
                     storage.keys_dir",
                ));
            }
            keys => keys?,
        };
        let there = keys.iter().flatten().count();
        if there == 0 && !ids.is_empty() {
            return Err(refused(
                "the keyring at storage.keyring_url has none of the keys of this database: name the one that belongs to it",
            ));
        }
        if there < ids.len() {
            tracing::error!(
                looked_at = ids.len(),
                missing = ids.len() - there,
                "keys are missing from the keyring: what they sealed cannot be read"
            );
        }
        Ok(())
    }
}

fn keyring_id(own: &DataKey) -> [u8; 16] {
    own.fingerprint(b"keyring id")
}

/// A vault over a keyring.
pub(crate) fn vault(master: &MasterKey, keyring: &Arc<Keyring>, random: &Arc<dyn Random>) -> Vault {
    Vault::new(master, Arc::clone(keyring) as Arc<dyn sahod_vault::WrappedKeys>, Arc::clone(random))
}
