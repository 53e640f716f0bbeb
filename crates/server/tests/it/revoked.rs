//! After a revoke the data does not open any more: not in a backup, not with the master key.

use rusqlite::{Connection, OpenFlags};
use sahod_model::{AccountId, Datapoint, Mode, TenantId};
use sahod_store::{DatabaseUrl, ItemFilter, PageRequest, Store, StoreConfig};

use crate::harness::{
    EMAIL, Engine, Installation, PROVIDER,
    installation::{files, sqlite_config},
    on_both_databases,
};

on_both_databases!(a_backup_does_not_open_after_a_revoke);

const KINDS: [Datapoint; 4] =
    [Datapoint::Identities, Datapoint::Ratings, Datapoint::Transactions, Datapoint::Eincomes];

async fn a_backup_does_not_open_after_a_revoke(engine: Engine) {
    let installation = Installation::new(engine).await;
    let sahod = installation.dev().await;
    let keys = sahod.ready.clone();
    let widget = sahod.widget().await;
    let account = widget.link_george(PROVIDER).await.unwrap();
    let other = sahod.widget().await.link_george(PROVIDER).await.unwrap();
    assert!(sahod.stop().await.status.success());

    // Everything is copied while nothing runs, as a careful operator would.
    let (backup, copied) = match &installation.database {
        None => {
            let folder = tempfile::tempdir().unwrap();
            for name in ["sahod.db", "keyring.db"] {
                std::fs::copy(installation.data().join(name), folder.path().join(name)).unwrap();
            }
            (Backup::Files(folder), None)
        }
        Some(database) => {
            let (data, keyring) =
                (database.copy().await, installation.keyring.as_ref().unwrap().copy().await);
            let urls = (data.url().parse().unwrap(), keyring.url().parse().unwrap());
            (Backup::Urls(urls), Some((data, keyring)))
        }
    };

    let sahod = installation.dev().await;
    let revoked = sahod.open_with(&keys).delete(&format!("/accounts/{account}")).await.unwrap();
    assert_eq!(revoked.status, 200, "{revoked:?}");
    assert!(sahod.stop().await.status.success());

    // The backup with its own keyring shows that there is something to open...
    let before = installation.open(&backup.config(None)).await;
    assert_eq!(opened(&before, &account).await, Some(EMAIL.to_owned()));
    let wrapped = wrapped_key(&installation, &backup, &account).await;
    // ...and with the keyring of today that there is not, except what was not revoked.
    let config = backup.config(Some(&installation));
    let today = installation.open(&config).await;
    assert_eq!(opened(&today, &account).await, None);
    assert_eq!(opened(&today, &other).await, Some(EMAIL.to_owned()));
    assert!(today.key(&account).await.unwrap().is_none());

    // Nor are the rows there today.
    let current = installation.open(&installation.store_config()).await;
    assert_eq!(opened(&current, &account).await, None);
    drop((before, today, current));

    // The wrapped key is overwritten, not only unlinked.
    let mut places = files(&installation.data());
    for database in [&installation.database, &installation.keyring].into_iter().flatten() {
        let tables = database.dump().await;
        places.extend(tables.into_iter().map(|(table, bytes)| (table.into(), bytes)));
    }
    let has = |bytes: &[u8], part: &[u8]| bytes.windows(part.len()).any(|window| window == part);
    for part in wrapped.chunks_exact(15) {
        for (place, bytes) in &places {
            assert!(!has(bytes, part), "a part of the wrapped key is in {}", place.display());
        }
    }
    drop(copied);
}

enum Backup {
    Files(tempfile::TempDir),
    /// Data and keyring.
    Urls((DatabaseUrl, DatabaseUrl)),
}

impl Backup {
    /// The data of the backup, with its own keyring or with that of an installation.
    fn config(&self, keyring: Option<&Installation>) -> StoreConfig {
        let (config, own) = match self {
            Self::Files(folder) => {
                let config = sqlite_config(folder.path(), folder.path());
                (config.clone(), config.keyring)
            }
            Self::Urls((data, keyring)) => {
                let config = StoreConfig { database: data.clone(), keyring: keyring.clone() };
                (config.clone(), config.keyring)
            }
        };
        StoreConfig {
            keyring: keyring.map_or(own, |installation| installation.store_config().keyring),
            ..config
        }
    }
}

/// The account's login name, when it opens. All its data points open or none does.
async fn opened(store: &Store, account: &str) -> Option<String> {
    let tenant: TenantId = "demo".parse().unwrap();
    let scope = store.scope(&tenant, Mode::Sandbox).await.unwrap().unwrap();
    let scoped = store.scoped(&scope);
    let id: AccountId = account.parse().unwrap();
    let login = scoped.account_login(&id).await.unwrap();
    for kind in KINDS {
        let filter = ItemFilter { source_id: Some((&id).into()), ..ItemFilter::default() };
        let page = PageRequest { size: 150, after: None };
        let items = scoped.list_items(kind, &filter, &page).await.unwrap();
        assert_eq!(items.count > 0, login.is_some(), "{kind:?} of {account}");
        assert_eq!(items.body.is_empty(), login.is_none(), "{kind:?} of {account}");
    }
    login
}

/// The key as the keyring of the backup has it; the keyring of today must have none.
async fn wrapped_key(installation: &Installation, backup: &Backup, account: &str) -> Vec<u8> {
    const SQL: &str = "SELECT wrapped FROM wrapped_keys WHERE id = ?1";
    match backup {
        Backup::Files(folder) => {
            let read = |keyring: std::path::PathBuf| {
                let keyring = Connection::open_with_flags(keyring, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
                keyring.query_row(SQL, [account], |row| row.get::<_, Vec<u8>>(0)).ok()
            };
            assert_eq!(read(installation.data().join("keyring.db")), None);
            read(folder.path().join("keyring.db")).unwrap()
        }
        Backup::Urls((_, url)) => {
            let DatabaseUrl::Postgres(url) = url else { unreachable!() };
            let url = sahod_model::ExposeSecret::expose_secret(url);
            let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await.unwrap();
            tokio::spawn(connection);
            let sql = SQL.replace("?1", "$1").replace("wrapped_keys", "keyring.wrapped_keys");
            client.query_one(&sql, &[&account]).await.unwrap().get(0)
        }
    }
}
