//! Data and keys that do not belong together are not opened, and a key that is lost is missed.

use sahod_model::{Clock as _, Datapoint, Mode, Timestamp};
use sahod_vault::MasterKey;

use super::{identity, transaction};
use crate::{
    DatabaseUrl, ItemFilter, PageRequest, Store, StoreConfig, StoreError,
    testing::{TestStore, each_store, open_store},
};

const PAGE: PageRequest = PageRequest { size: 10, after: None };

impl TestStore {
    async fn open_as(&self, config: &StoreConfig, master: &MasterKey) -> Result<Store, StoreError> {
        open_store(config, master, self.clock.clone(), self.random.clone()).await
    }

    /// The same data with a keyring of its own in a file.
    fn with_keyring(&self, name: &str) -> StoreConfig {
        StoreConfig { keyring: DatabaseUrl::Sqlite(self.folder().join(name)), ..self.config.clone() }
    }

    /// The same keyring with data of its own in a file.
    fn with_data(&self, name: &str) -> StoreConfig {
        StoreConfig { database: DatabaseUrl::Sqlite(self.folder().join(name)), ..self.config.clone() }
    }

    /// Runs SQL on the keyring, beside the store.
    async fn execute_on_keyring(&self, sql: &str) {
        match &self.config.keyring {
            DatabaseUrl::Sqlite(file) => {
                rusqlite::Connection::open(file).unwrap().execute_batch(sql).unwrap();
            }
            DatabaseUrl::Postgres(_) => self.execute(&format!("SET search_path = keyring; {sql}")).await,
        }
    }

    /// As an older version left it, which knew nothing of its keys.
    async fn forget_keys(&self) {
        self.execute("DELETE FROM installation").await;
        self.execute_on_keyring("DELETE FROM wrapped_keys WHERE id = 'installation'").await;
    }
}

#[track_caller]
fn refused(opened: Result<Store, StoreError>, told: &str) {
    match opened {
        Err(StoreError::Refused(why)) => assert!(why.contains(told), "{why}"),
        other => panic!("{told}: {other:?}"),
    }
}

const OTHER: [u8; 32] = [9; 32];

#[tokio::test]
async fn keys_that_are_not_those_of_the_data_are_refused() {
    each_store(async |test| {
        // Even before anything was kept: the first start is when they get to know each other.
        refused(
            test.open_as(&test.config, &MasterKey::from_bytes(OTHER)).await,
            "the master key is not the one",
        );
        let scope = test.tenant("acme", Mode::Sandbox).await;
        let user = test.user(&scope).await;
        test.account(&scope, &user, "maria@sahod.example").await;

        refused(
            test.open_as(&test.config, &MasterKey::from_bytes(OTHER)).await,
            "the master key is not the one",
        );
        refused(test.open_as(&test.with_keyring("empty.db"), &test.master).await, "is empty");
        let foreign = test.with_keyring("foreign.db");
        let elsewhere = StoreConfig { database: test.with_data("elsewhere.db").database, ..foreign.clone() };
        let store = test.open_as(&elsewhere, &test.master).await.unwrap();
        store.create_key("a-of-somebody-else").await.unwrap();
        refused(test.open_as(&foreign, &test.master).await, "belongs to another database");
        let of_other_master = StoreConfig {
            database: test.with_data("third.db").database,
            keyring: test.with_keyring("third-keys.db").keyring,
        };
        test.open_as(&of_other_master, &MasterKey::from_bytes(OTHER)).await.unwrap();
        refused(
            test.open_as(&test.with_keyring("third-keys.db"), &test.master).await,
            "belongs to another database",
        );
        // Nor does new data take over the keys of other data.
        refused(test.open_as(&test.with_data("new.db"), &test.master).await, "has keys of another one");
        test.reopen().await;
    })
    .await;
}

#[tokio::test]
async fn data_from_before_takes_over_keys_that_open_something_of_it() {
    each_store(async |test| {
        let scope = test.tenant("acme", Mode::Sandbox).await;
        let user = test.user(&scope).await;
        let (account, _) = test.account(&scope, &user, "maria@sahod.example").await;
        test.forget_keys().await;
        refused(test.open_as(&test.config, &MasterKey::from_bytes(OTHER)).await, "does not open the keys");
        refused(test.open_as(&test.with_keyring("empty.db"), &test.master).await, "none of the keys");
        let again = test.reopen().await;
        let login = again.scoped(&scope).account_login(&account.id).await.unwrap();
        assert_eq!(login.as_deref(), Some("maria@sahod.example"));
        // From now on it knows them.
        refused(
            test.open_as(&test.config, &MasterKey::from_bytes(OTHER)).await,
            "the master key is not the one",
        );
    })
    .await;
}

#[tokio::test]
async fn a_start_that_was_cut_off_before_anything_was_kept_goes_on() {
    each_store(async |test| {
        test.execute("DELETE FROM installation").await;
        test.reopen().await;
    })
    .await;
}

#[tokio::test]
async fn a_key_that_is_lost_is_a_fault_and_one_that_was_destroyed_is_none() {
    each_store(async |test| {
        let scope = test.tenant("acme", Mode::Sandbox).await;
        let user = test.user(&scope).await;
        let (account, key) = test.account(&scope, &user, "maria@sahod.example").await;
        test.ingest(&scope, &account, &key, vec![transaction("1", 19_000, 5), identity("Maria")]).await;
        let list = async |store: &Store| {
            store.scoped(&scope).list_items(Datapoint::Transactions, &ItemFilter::default(), &PAGE).await
        };
        assert_eq!(list(&test.store).await.unwrap().count, 1);

        test.execute_on_keyring(&format!("DELETE FROM wrapped_keys WHERE id = '{}'", account.id)).await;
        // What is kept in memory of a key lasts for a moment; a restart has none.
        let again = test.reopen().await;
        let fault = list(&again).await.unwrap_err();
        assert!(fault.to_string().contains(account.id.as_str()), "{fault}");
        assert!(again.scoped(&scope).account_login(&account.id).await.is_err());

        // A revoke that is under way is no fault: there is nothing to be seen.
        again.destroy_key(account.id.as_str()).await.unwrap();
        assert_eq!(list(&again).await.unwrap().count, 0);
        assert_eq!(again.scoped(&scope).account_login(&account.id).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn what_was_revoked_since_a_copy_was_made_is_found() {
    each_store(async |test| {
        let scope = test.tenant("acme", Mode::Sandbox).await;
        let user = test.user(&scope).await;
        let (kept, _) = test.account(&scope, &user, "maria@sahod.example").await;
        let (revoked, _) = test.account(&scope, &user, "jose@sahod.example").await;
        let since = test.clock.now();
        test.clock.advance(std::time::Duration::from_secs(1));
        test.store.destroy_key(revoked.id.as_str()).await.unwrap();
        test.store.destroy_key("of-nothing").await.unwrap();
        let found = test.store.revoked_since(since).await.unwrap();
        assert_eq!(found, [(scope.clone(), (&revoked.id).into())], "and not {}", kept.id);
        let later = test.clock.now().plus(std::time::Duration::from_secs(1));
        assert_eq!(test.store.revoked_since(later).await.unwrap(), []);
    })
    .await;
}

#[tokio::test]
async fn the_keyring_is_not_where_the_data_is() {
    each_store(async |test| {
        let mut config = test.config.clone();
        if let DatabaseUrl::Sqlite(file) = &config.database {
            // By another name, too.
            let link = test.folder().join("link.db");
            std::os::unix::fs::symlink(file, &link).unwrap();
            config.keyring = DatabaseUrl::Sqlite(link);
        }
        let opened = Store::open(&config, test.master.clone(), test.clock.clone(), test.random.clone()).await;
        refused(opened, "a file or database of its own");
    })
    .await;
}

#[tokio::test]
async fn a_keyring_that_others_can_read_is_refused() {
    use std::os::unix::fs::PermissionsExt as _;

    let test = crate::testing::sqlite().await;
    for name in ["keyring.db", "keyring.db-journal"] {
        let file = test.folder().join(name);
        let there = file.exists();
        std::fs::OpenOptions::new().append(true).create(true).open(&file).unwrap();
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
        refused(test.open_as(&test.config, &test.master).await, "chmod 600");
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
        assert!(there || file.exists());
    }
    test.reopen().await;
}

#[tokio::test]
async fn when_the_data_was_in_use_only_goes_on() {
    each_store(async |test| {
        let first = test.store.last_seen().await.unwrap();
        assert_eq!(first, test.clock.now());
        let later = first.plus(std::time::Duration::from_mins(1));
        test.store.note_seen(Some(later)).await.unwrap();
        test.store.note_seen(Some(first)).await.unwrap();
        test.store.ping().await.unwrap();
        assert_eq!(test.store.last_seen().await.unwrap(), later);
        assert!(later > Timestamp::from_micros(0));
    })
    .await;
}
