//! Folders, environment and database of one installation, over any number of starts.

use std::{
    os::unix::fs::{DirBuilderExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
    process::Stdio,
    sync::{Arc, LazyLock},
};

use rusqlite::{Connection, OpenFlags};
use sahod_model::{SystemClock, SystemRandom};
use sahod_store::{DatabaseUrl, Store, StoreConfig};
use sahod_vault::{MasterKey, RsaKeys};
use tempfile::TempDir;
use tokio::process::Command;

use super::{Engine, PATIENCE, Sahod, database::Database, process::Ended};

/// One installation.
pub(crate) struct Installation {
    environment: Vec<(String, String)>,
    pub(crate) database: Option<Database>,
    /// On PostgreSQL, the keyring's own database.
    pub(crate) keyring: Option<Database>,
    folder: TempDir,
}

impl Installation {
    /// Nothing is there yet, not even the data's folder. On SQLite.
    pub(crate) fn empty() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("home")).unwrap();
        Self { environment: Vec::new(), database: None, keyring: None, folder }
    }

    /// Only the keys are there, as making them takes seconds.
    pub(crate) async fn new(engine: Engine) -> Self {
        let mut installation = Self::empty();
        let keys = installation.data().join("keys");
        std::fs::DirBuilder::new().recursive(true).mode(0o700).create(&keys).unwrap();
        for name in ["master.key", "token-signing.key", "browser-encryption.key"] {
            std::fs::copy(ready_made_keys().join(name), keys.join(name)).unwrap();
        }
        if engine == Engine::Postgres {
            installation = installation.on(Database::create().await, Database::create().await);
        }
        installation.without_waits()
    }

    /// With no limit on how often it is called, a sandbox source that takes no time, and nobody who has to go elsewhere
    /// before it stops.
    pub(crate) fn without_waits(self) -> Self {
        self.with("SAHOD_RATE_LIMIT__PER_SECOND", "100000")
            .with("SAHOD_RATE_LIMIT__BURST", "100000")
            .with("SAHOD_RATE_LIMIT__BROWSERS_PER_SECOND", "100000")
            .with("SAHOD_RATE_LIMIT__BROWSERS_BURST", "100000")
            .with("SAHOD_RATE_LIMIT__FORMS_PER_SECOND", "100000")
            .with("SAHOD_RATE_LIMIT__FORMS_BURST", "100000")
            .with("SAHOD_RATE_LIMIT__SESSION_FORMS_PER_SECOND", "100000")
            .with("SAHOD_RATE_LIMIT__SESSION_FORMS_BURST", "100000")
            .with("SAHOD_SERVER__DRAIN_MS", "0")
            .with("SAHOD_SANDBOX__SHORTEST_STEP_MS", "1")
            .with("SAHOD_SANDBOX__LONGEST_STEP_MS", "5")
    }

    /// With data and keyring in those databases.
    pub(crate) fn on(mut self, database: Database, keyring: Database) -> Self {
        self = self
            .with("SAHOD_STORAGE__DATABASE_URL", &database.url())
            .with("SAHOD_STORAGE__KEYRING_URL", &keyring.url());
        (self.database, self.keyring) = (Some(database), Some(keyring));
        self
    }

    /// With other data, and the same keyring.
    pub(crate) fn with_data(mut self, database: Database) -> Self {
        self = self.with("SAHOD_STORAGE__DATABASE_URL", &database.url());
        self.database = Some(database);
        self
    }

    /// With that environment variable.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The folder that `dev` is told to use.
    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Where the process runs and what it takes for its home.
    pub(crate) fn home(&self) -> PathBuf {
        self.folder.path().join("home")
    }

    /// The program with those arguments and no environment but the installation's.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sahod"));
        command
            .args(arguments)
            .env_clear()
            .env("HOME", self.home())
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .current_dir(self.home())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Runs a command to its end.
    pub(crate) async fn run(&self, arguments: &[&str]) -> Ended {
        Sahod::spawn(self.command(arguments)).end().await
    }

    /// Runs `dev` on that port, without waiting for anything.
    pub(crate) fn start_dev(&self, port: u16) -> Sahod {
        let (port, data) = (port.to_string(), self.data());
        let arguments = ["dev", "--json", "--port", &port, "--data", data.to_str().unwrap()];
        Sahod::spawn(self.command(&arguments))
    }

    /// Runs `dev` on a free port until it is ready.
    pub(crate) async fn dev(&self) -> Sahod {
        self.start_dev(0).until_ready().await
    }

    pub(crate) fn master_key(&self) -> MasterKey {
        MasterKey::load_or_create(&self.data().join("keys/master.key"), &SystemRandom).unwrap()
    }

    /// Where data and keyring are.
    pub(crate) fn store_config(&self) -> StoreConfig {
        match (&self.database, &self.keyring) {
            (Some(database), Some(keyring)) => StoreConfig {
                database: database.url().parse().unwrap(),
                keyring: keyring.url().parse().unwrap(),
            },
            _ => sqlite_config(&self.data(), &self.data()),
        }
    }

    /// Runs a statement on the data; the first column of what it gives.
    pub(crate) async fn sql(&self, sql: &str) -> Vec<String> {
        if let Some(database) = &self.database {
            let rows = database.client().await.query(sql, &[]).await.unwrap();
            return rows.iter().map(|row| row.get(0)).collect();
        }
        let path = self.data().join("sahod.db");
        let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE).unwrap();
        connection.busy_timeout(PATIENCE).unwrap();
        let mut statement = connection.prepare(sql).unwrap();
        let rows = statement.query_map([], |row| row.get(0)).unwrap();
        rows.map(Result::unwrap).collect()
    }

    /// The data, opened beside or after the process.
    pub(crate) async fn open(&self, config: &StoreConfig) -> Store {
        let (clock, random) = (Arc::new(SystemClock), Arc::new(SystemRandom));
        Store::open(config, self.master_key(), clock, random).await.unwrap()
    }
}

/// The SQLite files of a `dev` folder: data from one, keyring from the other.
pub(crate) fn sqlite_config(data: &Path, keyring: &Path) -> StoreConfig {
    StoreConfig {
        database: DatabaseUrl::Sqlite(data.join("sahod.db")),
        keyring: DatabaseUrl::Sqlite(keyring.join("keyring.db")),
    }
}

/// Every file below a folder, with what is in it.
pub(crate) fn files(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if let Ok(bytes) = std::fs::read(&path) {
            found.push((path, bytes));
        }
    }
    found
}

/// The permissions of a file or folder.
pub(crate) fn mode(path: &Path) -> u32 {
    path.metadata().unwrap().permissions().mode() & 0o777
}

/// Keys that are made once for all tests, kept beside what cargo builds. They protect nothing but tests.
fn ready_made_keys() -> &'static Path {
    static FOLDER: LazyLock<PathBuf> = LazyLock::new(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("sahod-server-test-keys");
        std::fs::create_dir_all(&folder).unwrap();
        let master = MasterKey::load_or_create(&folder.join("master.key"), &SystemRandom).unwrap();
        RsaKeys::load_or_create(&folder, &master, &SystemRandom).unwrap();
        folder
    });
    &FOLDER
}
