//! Fresh stores for tests, on both engines. PostgreSQL's server is named by `SAHOD_TEST_POSTGRES_URL`; without it tests fail.

#![expect(clippy::expect_used, reason = "a test that cannot set up its store should stop there and say so")]

use std::{hash::Hasher as _, sync::Arc};

use sahod_model::{Clock, FixedClock, Mode, Random, SeededRandom, SystemRandom, TenantId, Timestamp};
use sahod_vault::MasterKey;
use secrecy::{ExposeSecret as _, SecretString};
use tempfile::TempDir;
use tokio::task::JoinHandle;
use tokio_postgres::{Client, NoTls};

use crate::{DatabaseUrl, Databases, Scope, Store, StoreConfig, StoreError};

mod contents;

pub use contents::{Content, contents};

const SERVER: &str = "SAHOD_TEST_POSTGRES_URL";

/// A store of a test's own; its files or its database are gone when it is dropped.
pub struct TestStore {
    /// `sqlite` or `postgres`.
    pub engine: &'static str,
    /// The store.
    pub store: Store,
    /// Where it keeps things.
    pub config: StoreConfig,
    /// Its time.
    pub clock: Arc<FixedClock>,
    /// Its chance.
    pub random: Arc<dyn Random>,
    /// Its master key.
    pub master: MasterKey,
    // Dropped last.
    files: TempDir,
    _database: Option<Database>,
}

/// A database of a test's own.
struct Database {
    server: String,
    name: String,
}

/// One fresh store on each engine.
pub async fn stores() -> [TestStore; 2] {
    [sqlite().await, postgres().await]
}

/// Runs a test on each engine, with a fresh store.
pub async fn each_store(test: impl AsyncFn(&TestStore)) {
    for store in stores().await {
        eprintln!("on {}", store.engine);
        test(&store).await;
    }
}

/// A fresh store on SQLite.
pub async fn sqlite() -> TestStore {
    let files = tempfile::tempdir().expect("there is room for test files");
    let url = |name: &str| DatabaseUrl::Sqlite(files.path().join(name));
    let config = StoreConfig { database: url("data.db"), keyring: url("keyring.db") };
    open("sqlite", config, files, None).await
}

/// A fresh store on PostgreSQL, data and keyring in one database.
pub async fn postgres() -> TestStore {
    let files = tempfile::tempdir().expect("there is room for test files");
    let database = Database::create().await;
    let url = DatabaseUrl::Postgres(SecretString::from(database.url()));
    let config = StoreConfig { database: url.clone(), keyring: url };
    open("postgres", config, files, Some(database)).await
}

async fn open(
    engine: &'static str,
    config: StoreConfig,
    files: TempDir,
    database: Option<Database>,
) -> TestStore {
    // 2024-06-01T00:00:00Z.
    let clock = Arc::new(FixedClock::new(Timestamp::from_micros(1_717_200_000_000_000)));
    // The same ids and keys at each run, so that what failed once fails again.
    let random: Arc<dyn Random> = Arc::new(SeededRandom::new(1));
    let master = MasterKey::from_bytes(random.array());
    let store = open_store(&config, &master, Arc::clone(&clock) as Arc<dyn Clock>, Arc::clone(&random))
        .await
        .expect("a fresh store opens");
    TestStore { engine, store, config, clock, random, master, files, _database: database }
}

/// As [`Store::open`], with the keyring in the data's own database, too: one database is made faster than two.
pub async fn open_store(
    config: &StoreConfig,
    master: &MasterKey,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
) -> Result<Store, StoreError> {
    Databases::open_anywhere(config, clock).await?.unlock(master, random).await
}

impl TestStore {
    /// Another handle on the same data, as after a restart.
    pub async fn reopen(&self) -> Store {
        let clock = Arc::clone(&self.clock) as Arc<dyn Clock>;
        open_store(&self.config, &self.master, clock, Arc::clone(&self.random))
            .await
            .expect("the store opens again")
    }

    /// Runs SQL on its data, beside the store.
    pub async fn execute(&self, sql: &str) {
        match &self.config.database {
            DatabaseUrl::Sqlite(file) => {
                let connection = rusqlite::Connection::open(file).expect("the store's file opens");
                connection.execute_batch(sql).expect("the SQL is sound");
            }
            DatabaseUrl::Postgres(url) => run(url.expose_secret(), sql).await,
        }
    }

    /// Makes a tenant and returns its scope in that mode.
    pub async fn tenant(&self, id: &str, mode: Mode) -> Scope {
        let id: TenantId = id.parse().expect("a tenant id");
        self.store.create_tenant(&id, "Acme Lending", self.clock.now()).await.expect("a new tenant");
        self.store.scope(&id, mode).await.expect("the store answers").expect("the tenant is there")
    }

    /// The folder of its files, when it runs on SQLite.
    #[must_use]
    pub fn folder(&self) -> &std::path::Path {
        self.files.path()
    }
}

/// A name that nobody else has on the server, for roles.
#[cfg(test)]
pub(crate) fn role_name() -> String {
    format!("sahod_role_{:016x}", u64::from_le_bytes((&SystemRandom as &dyn Random).array()))
}

impl Database {
    /// One with today's schema: a copy of a database that whichever test comes first makes for all.
    async fn create() -> Self {
        #[expect(clippy::disallowed_methods, reason = "tests have no config to read the server's URL from")]
        let server =
            std::env::var(SERVER).expect("SAHOD_TEST_POSTGRES_URL names a PostgreSQL server for tests");
        let template = Template::ready(&server).await;
        let name = format!("sahod_test_{:016x}", u64::from_le_bytes((&SystemRandom as &dyn Random).array()));
        run(&server, &format!("CREATE DATABASE {name} TEMPLATE {}", template.name)).await;
        Self { server, name }
    }

    fn url(&self) -> String {
        url_of(&self.server, &self.name)
    }
}

/// An installation's database in which nothing is yet. Nobody can connect to it any more once it is a template for PostgreSQL.
struct Template {
    name: String,
}

impl Template {
    async fn ready(server: &str) -> Self {
        // Another schema, another template: a server may be there for longer than one version of the program.
        let mut hasher = std::hash::DefaultHasher::new();
        crate::migrations::hash(&mut hasher);
        let template = Self { name: format!("sahod_template_{:016x}", hasher.finish()) };
        if !template.is_there(server).await {
            template.make(server).await;
        }
        template
    }

    async fn is_there(&self, server: &str) -> bool {
        let (client, connection) = connect(server).await;
        let sql = "SELECT 1 FROM pg_database WHERE datname = $1 AND datistemplate";
        let found = client.query_opt(sql, &[&self.name]).await.expect("the test server answers");
        drop(client);
        let _ = connection.await;
        found.is_some()
    }

    /// Makes it, unless another test has done so while this one waited for its turn.
    async fn make(&self, server: &str) {
        let (client, connection) = connect(server).await;
        let turn = "SELECT pg_advisory_lock(7253002)";
        client.batch_execute(turn).await.expect("the test server answers");
        if !self.is_there(server).await {
            // What a test left that was killed in the middle of this.
            run(server, &format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name)).await;
            run(server, &format!("CREATE DATABASE {} TEMPLATE template0", self.name)).await;
            let url = DatabaseUrl::Postgres(SecretString::from(url_of(server, &self.name)));
            let files = tempfile::tempdir().expect("there is room for test files");
            let config = StoreConfig { database: url.clone(), keyring: url };
            drop(open("postgres", config, files, None).await);
            let close = format!(
                "ALTER DATABASE {name} WITH ALLOW_CONNECTIONS false IS_TEMPLATE true;
                 SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '{name}'",
                name = self.name
            );
            run(server, &close).await;
        }
        drop(client);
        let _ = connection.await;
    }
}

/// A server's URL with that database's name in place of its own.
fn url_of(server: &str, name: &str) -> String {
    let (base, options) = server.split_once('?').unwrap_or((server, ""));
    let host = base.find("://").map_or(0, |at| at + 3);
    let end = base[host..].find('/').map_or(base.len(), |at| host + at);
    format!("{}/{name}?{options}", &base[..end])
}

async fn connect(url: &str) -> (Client, JoinHandle<Result<(), tokio_postgres::Error>>) {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.expect("the test server answers");
    (client, tokio::spawn(connection))
}

async fn run(url: &str, sql: &str) {
    let (client, connection) = connect(url).await;
    client.batch_execute(sql).await.expect("the test server does as it is told");
    drop(client);
    let _ = connection.await;
}

impl Drop for Database {
    fn drop(&mut self) {
        let (server, sql) = (self.server.clone(), format!("DROP DATABASE {} WITH (FORCE)", self.name));
        // A thread of its own: a runtime cannot wait within a runtime.
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.expect("a runtime starts").block_on(run(&server, &sql));
        });
        let _ = dropping.join();
    }
}
