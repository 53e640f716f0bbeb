//! The databases under measurement: a file, or a fresh database on a PostgreSQL server.

use std::{path::Path, time::Duration};

use sahod_store::StoreConfig;
use tokio::runtime::Runtime;
use tokio_postgres::NoTls;

use super::{failure::Failure, files::scratch, process};

/// Measures on SQLite, in a folder of its own.
pub(super) fn on_sqlite<T>(
    root: &Path,
    measure: impl FnOnce(&Database<'_>, &Path) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let folder = scratch(root)?;
    measure(&Database::sqlite(folder.path()), folder.path())
}

/// Measures on PostgreSQL, if there is a server at `url`, in a fresh database whose name ends in `suffix`; else there is nothing
/// to tell.
pub(super) fn on_postgres<T: Default>(
    root: &Path,
    runtime: &Runtime,
    (url, suffix): (Option<&str>, &str),
    measure: impl FnOnce(&Database<'_>, &Path) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let Some(url) = url else { return Ok(T::default()) };
    let folder = scratch(root)?;
    measure(&Database::postgres(runtime, url, suffix)?, folder.path())
}

/// A database for one measurement; one on a server is gone when this is dropped.
pub(super) struct Database<'a> {
    pub(super) name: &'static str,
    url: String,
    keyring_url: String,
    server: Option<Fresh<'a>>,
}

struct Fresh<'a> {
    runtime: &'a Runtime,
    client: tokio_postgres::Client,
    name: String,
}

impl<'a> Database<'a> {
    pub(super) fn sqlite(folder: &Path) -> Self {
        let url = |name: &str| format!("sqlite:{}", folder.join(name).display());
        Self { name: "SQLite", url: url("sahod.db"), keyring_url: url("keyring.db"), server: None }
    }

    /// A fresh one, whose name ends in `suffix`.
    pub(super) fn postgres(runtime: &'a Runtime, url: &str, suffix: &str) -> Result<Self, Failure> {
        let name = format!("sahod_bench_{}_{suffix}", std::process::id());
        let client = runtime.block_on(async {
            let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
            tokio::spawn(connection);
            for name in [&name, &keyring_of(&name)] {
                client.batch_execute(&format!("CREATE DATABASE {name} TEMPLATE template0")).await?;
            }
            Ok::<_, Failure>(client)
        })?;
        let (url, keyring_url) = (with_name(url, &name), with_name(url, &keyring_of(&name)));
        let server = Some(Fresh { runtime, client, name });
        Ok(Self { name: "PostgreSQL", keyring_url, url, server })
    }

    pub(super) fn is_postgres(&self) -> bool {
        self.server.is_some()
    }

    /// The program's `[storage]` section.
    pub(super) fn toml(&self, keys: &Path) -> String {
        format!(
            "[storage]\ndatabase_url = {:?}\nkeyring_url = {:?}\nkeys_dir = {:?}\n",
            self.url,
            self.keyring_url,
            keys.display().to_string()
        )
    }

    pub(super) fn storage(&self) -> Result<StoreConfig, Failure> {
        Ok(StoreConfig { database: self.url.parse()?, keyring: self.keyring_url.parse()? })
    }

    /// What PostgreSQL does behind writing a million rows, done now, so that it does not fall into the measurement.
    pub(super) fn settle(&self) -> Result<(), Failure> {
        let Some(server) = &self.server else { return Ok(()) };
        server.runtime.block_on(async {
            let (client, connection) = tokio_postgres::connect(&self.url, NoTls).await?;
            let connection = tokio::spawn(connection);
            client.batch_execute("VACUUM ANALYZE").await?;
            client.batch_execute("CHECKPOINT").await?;
            drop(client);
            let _ = connection.await;
            Ok(())
        })
    }

    /// What the server's processes for this database have used of the CPU, when they are on this machine.
    pub(super) fn cpu(&self) -> Result<Duration, Failure> {
        let Some(server) = &self.server else { return Ok(Duration::ZERO) };
        let rows = server.runtime.block_on(server.client.query(
            "SELECT pid FROM pg_stat_activity WHERE datname IN ($1, $2)",
            &[&server.name, &keyring_of(&server.name)],
        ))?;
        rows.iter().map(|row| Ok(process::cpu(row.get::<_, i32>(0).try_into()?)?)).sum()
    }
}

impl Drop for Database<'_> {
    fn drop(&mut self) {
        let Some(server) = &self.server else { return };
        for name in [&server.name, &keyring_of(&server.name)] {
            let sql = format!("DROP DATABASE {name} WITH (FORCE)");
            if let Err(error) = server.runtime.block_on(server.client.batch_execute(&sql)) {
                eprintln!("the database {name} is left behind: {error}");
            }
        }
    }
}

/// The name of the keyring's database.
fn keyring_of(name: &str) -> String {
    format!("{name}_keys")
}

/// A server's URL with another database's name in place of its own.
fn with_name(url: &str, name: &str) -> String {
    let (base, options) = url.split_once('?').unwrap_or((url, ""));
    let host = base.find("://").map_or(0, |at| at + 3);
    let end = base[host..].find('/').map_or(base.len(), |at| host + at);
    format!("{}/{name}?{options}", &base[..end])
}
