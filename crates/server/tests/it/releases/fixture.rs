//! An installation as one file: the data folder with its keys, what PostgreSQL had as SQL, and what the API answered.

use std::path::Path;

use tokio::process::Command;

use super::Left;
use crate::harness::{Engine, Installation, database::Database};

const ANSWERS: &str = "answers.json";
const DUMP: &str = "postgres.sql";
const KEYRING_DUMP: &str = "keyring.sql";

/// Packs an installation of which nothing runs.
pub(super) async fn pack(installation: &Installation, left: &Left, file: &Path) {
    let folder = installation.data();
    match &installation.database {
        Some(database) => {
            std::fs::write(folder.join(DUMP), dump(database).await).unwrap();
            let keyring = installation.keyring.as_ref().unwrap();
            std::fs::write(folder.join(KEYRING_DUMP), dump(keyring).await).unwrap();
        }
        None => {
            for name in ["sahod.db", "sahod.requests.db", "keyring.db"] {
                // What the last process left in the log of SQLite belongs in the file.
                let database = rusqlite::Connection::open(folder.join(name)).unwrap();
                database.execute_batch("PRAGMA wal_checkpoint(TRUNCATE); VACUUM").unwrap();
            }
        }
    }
    std::fs::write(folder.join(ANSWERS), serde_json::to_vec(left).unwrap()).unwrap();
    tar("-czf", file, &folder).await;
}

/// A copy of an installation, and what is known of it.
pub(super) async fn unpack(file: &Path, engine: Engine) -> (Installation, Left) {
    let mut installation = Installation::empty().without_waits();
    let folder = installation.data();
    std::fs::create_dir(&folder).unwrap();
    tar("-xzf", file, &folder).await;
    let left = serde_json::from_slice(&std::fs::read(folder.join(ANSWERS)).unwrap()).unwrap();
    if engine == Engine::Postgres {
        let (database, keyring) = (Database::create().await, Database::create().await);
        let dump = std::fs::read_to_string(folder.join(DUMP)).unwrap();
        database.client().await.batch_execute(&dump).await.unwrap();
        if let Ok(dump) = std::fs::read_to_string(folder.join(KEYRING_DUMP)) {
            keyring.client().await.batch_execute(&dump).await.unwrap();
        } else {
            // Up to 0.1 the keyring could be a schema in the data's database, from where it is to be moved.
            let keys = format!("{dump}\nDROP SCHEMA public CASCADE; DROP SCHEMA requests_log CASCADE;");
            keyring.client().await.batch_execute(&keys).await.unwrap();
            database.client().await.batch_execute("DROP SCHEMA keyring CASCADE").await.unwrap();
        }
        installation = installation.on(database, keyring);
    }
    (installation, left)
}

/// Owners are whoever runs the test. Who may read a file stays as it was: keys are refused otherwise.
async fn tar(what: &str, file: &Path, folder: &Path) {
    let mut command = Command::new("tar");
    command.arg(what).arg(file).arg("-C").arg(folder).args(["--no-same-owner", "-p", "."]);
    let ended = command.output().await.unwrap();
    assert!(ended.status.success(), "{ended:?}");
}

/// The database as statements that any newer server takes. Only whoever makes a fixture needs `pg_dump`.
async fn dump(database: &Database) -> String {
    let mut command = Command::new("pg_dump");
    command.args(["--no-owner", "--no-privileges", "--rows-per-insert=100"]).arg(database.url());
    let ended = command.output().await.expect("pg_dump is there");
    assert!(ended.status.success(), "{ended:?}");
    let text = String::from_utf8(ended.stdout).unwrap();
    // Commands to psql, and settings of the newest servers only.
    let lines = text.lines().filter(|line| !line.starts_with('\\') && !line.starts_with("SET "));
    lines.filter(|line| !line.is_empty() && !line.starts_with("--")).collect::<Vec<_>>().join("\n")
}
