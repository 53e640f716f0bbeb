//! An operator's mistakes: what does not fit is refused with a sentence, before anything is changed.

use std::os::unix::fs::PermissionsExt as _;

use crate::harness::{
    Api, EMAIL, Engine, Installation, PROVIDER, Sahod,
    database::Database,
    http,
    installation::{files, mode},
    on_both_databases, poll,
};

on_both_databases!(
    keys_that_are_not_those_of_the_data_do_not_start,
    what_was_revoked_since_a_backup_shows_as_revoked,
    a_database_that_cannot_be_written_is_not_ready,
);

fn set_mode(path: &std::path::Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

/// The end of a start that fails, with a text that has that in it.
async fn fails(installation: &Installation, told: &str) {
    let ended = installation.start_dev(0).end().await;
    assert_eq!(ended.status.code(), Some(1), "{ended:?}");
    assert_eq!(ended.stdout, "");
    assert!(ended.stderr.contains(told), "{told}: {}", ended.stderr);
}

async fn has_identity(api: &Api, account: &str) -> bool {
    api.items("/identities").await.iter().any(|item| item["metadata"]["sourceId"] == account)
}

async fn keys_that_are_not_those_of_the_data_do_not_start(engine: Engine) {
    let installation = Installation::new(engine).await;
    let sahod = installation.dev().await;
    let account = sahod.widget().await.link_george(PROVIDER).await.unwrap();
    let keys = sahod.ready.clone();
    assert!(sahod.stop().await.status.success());

    // The folder of keys was not mounted: no key is made over what is there.
    let (folder, aside) = (installation.data().join("keys"), installation.data().join("aside"));
    std::fs::rename(&folder, &aside).unwrap();
    fails(&installation, "there is no master key at").await;
    assert!(!folder.join("master.key").exists(), "none is made");
    std::fs::remove_dir_all(&folder).unwrap();
    std::fs::rename(&aside, &folder).unwrap();

    // Another one, and an empty keyring.
    let key = std::fs::read(folder.join("master.key")).unwrap();
    std::fs::write(folder.join("master.key"), [7; 32]).unwrap();
    fails(&installation, "the master key is not the one of this database").await;
    std::fs::write(folder.join("master.key"), key).unwrap();
    let other = format!("sqlite:{}", installation.data().join("other.db").display());
    let installation = installation.with("SAHOD_STORAGE__KEYRING_URL", &other);
    fails(&installation, "the keyring at storage.keyring_url is empty").await;

    let keyring = match &installation.keyring {
        Some(keyring) => keyring.url(),
        None => format!("sqlite:{}", installation.data().join("keyring.db").display()),
    };
    let installation = installation.with("SAHOD_STORAGE__KEYRING_URL", &keyring);
    let sahod = installation.dev().await;
    assert!(has_identity(&sahod.open_with(&keys), &account).await);
}

async fn what_was_revoked_since_a_backup_shows_as_revoked(engine: Engine) {
    let installation = Installation::new(engine).await;
    let sahod = installation.dev().await;
    let keys = sahod.ready.clone();
    let account = sahod.widget().await.link_george(PROVIDER).await.unwrap();
    let other = sahod.widget().await.link_george(PROVIDER).await.unwrap();
    assert!(sahod.stop().await.status.success());
    let (file, copy) = (installation.data().join("sahod.db"), installation.data().join("backup.db"));
    let backup = if let Some(database) = &installation.database {
        Some(database.copy().await)
    } else {
        std::fs::copy(&file, &copy).unwrap();
        None
    };
    let sahod = installation.dev().await;
    assert_eq!(sahod.open_with(&keys).delete(&format!("/accounts/{account}")).await.unwrap().status, 200);
    assert!(sahod.stop().await.status.success());

    // The data of then, the keyring of now.
    let installation = if let Some(backup) = backup {
        installation.with_data(backup)
    } else {
        std::fs::rename(&copy, &file).unwrap();
        installation
    };
    let sahod = installation.dev().await;
    let api = sahod.open_with(&keys);
    let status =
        async |account: &str| api.data(&format!("/accounts/{account}")).await["connectionStatus"].take();
    poll("the end of the revoke", async || (status(&account).await == "DISCONNECTED").then_some(())).await;
    assert_eq!(status(&other).await, "CONNECTED");
    assert!(!has_identity(&api, &account).await);
    assert!(has_identity(&api, &other).await);
}

async fn a_database_that_cannot_be_written_is_not_ready(engine: Engine) {
    let installation = Installation::new(engine).await;
    let sahod = installation.dev().await;
    let ready = async || {
        Api::new(&http::client(None), &format!("http://{}", sahod.address())).get("/readyz").await.unwrap()
    };
    assert_eq!(ready().await.status, 200);
    // As on a full disk: what is there can be read, and nothing can be written.
    let locked = if let Some(database) = &installation.database {
        let client = database.client().await;
        client.batch_execute("BEGIN; LOCK TABLE installation IN EXCLUSIVE MODE").await.unwrap();
        Locked::Postgres(client)
    } else {
        let connection = rusqlite::Connection::open(installation.data().join("sahod.db")).unwrap();
        connection.execute_batch("BEGIN IMMEDIATE").unwrap();
        Locked::Sqlite(connection)
    };
    let answer = ready().await;
    assert_eq!(answer.status, 503, "{answer:?}");
    locked.end().await;
    poll("the end of it", async || (ready().await.status == 200).then_some(())).await;
}

enum Locked {
    Sqlite(rusqlite::Connection),
    Postgres(tokio_postgres::Client),
}

impl Locked {
    async fn end(self) {
        match self {
            Self::Sqlite(connection) => connection.execute_batch("ROLLBACK").unwrap(),
            Self::Postgres(client) => client.batch_execute("ROLLBACK").await.unwrap(),
        }
    }
}

#[tokio::test]
async fn everything_that_is_wrong_is_said_at_once_and_nothing_is_changed() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap();
    let installation = Installation::new(Engine::Sqlite)
        .await
        .with("SAHOD_LOG__FILTER", "a=b=c")
        .with("SAHOD_SERVER__LISTEN", &port.to_string())
        .with("SAHOD_TLS__CERTIFICATE", "nowhere.pem")
        .with("SAHOD_TLS__PRIVATE_KEY", "key.pem")
        .with("SAHOD_STORAGE__DATABASE_URL", "postgres://me:canary-of-url@127.0.0.1:1/none")
        .with("SAHOD_STORAGE__KEYRING_URL", "postgres://me:canary-of-url@no-such-host.invalid/none")
        .with("SAHOD_STORAGE__KEYS_DIR", "keys")
        .with("SAHOD_SERVER__BASE_DOMAIN", "example.com")
        .with("SAHOD_SERVER__PUBLIC_URL", "https://www.example.com");
    let (keys, key) = (installation.home().join("keys"), installation.home().join("key.pem"));
    std::fs::create_dir(&keys).unwrap();
    set_mode(&keys, 0o755);
    std::fs::write(&key, "a key").unwrap();
    set_mode(&key, 0o644);
    let ended = installation.run(&["serve"]).await;
    assert_eq!(ended.status.code(), Some(78), "{ended:?}");
    for told in [
        "log.filter",
        "server.listen: cannot listen",
        "tls.certificate",
        "tls.private_key",
        "storage.database_url, 127.0.0.1:1/none): nothing listens there",
        "storage.keyring_url, no-such-host.invalid:5432/none): its host is unknown",
        "storage.keys_dir",
        "server.public_url",
    ] {
        assert!(ended.stderr.contains(told), "{told}:\n{}", ended.stderr);
    }
    assert!(!ended.stderr.contains("canary"), "{}", ended.stderr);
    assert_eq!(files(&installation.home()).len(), 1, "nothing is made");
}

#[tokio::test]
async fn a_keyring_has_to_be_named_for_postgresql_and_cannot_be_the_data_itself() {
    let installation = Installation::new(Engine::Sqlite)
        .await
        .with("SAHOD_STORAGE__DATABASE_URL", "postgres://me@127.0.0.1:1/none");
    let ended = installation.run(&["serve"]).await;
    assert_eq!(ended.status.code(), Some(78));
    assert!(ended.stderr.contains("storage.keyring_url must be set"), "{}", ended.stderr);

    let (database, keyring) = (Database::create().await, Database::create().await);
    let url = database.url();
    let installation = Installation::new(Engine::Sqlite)
        .await
        .on(database, keyring)
        .with("SAHOD_STORAGE__KEYRING_URL", &url);
    fails(&installation, "a file or database of its own").await;
}

#[tokio::test]
async fn keys_and_keyrings_that_others_can_read_do_not_start() {
    let installation = Installation::new(Engine::Sqlite).await;
    assert!(installation.dev().await.stop().await.status.success());
    let data = installation.data();
    for (name, wrong, told) in [
        ("keys", 0o755, "chmod 700"),
        ("keys/token-signing.key", 0o644, "chmod 600"),
        ("keyring.db", 0o640, "chmod 600"),
    ] {
        let right = mode(&data.join(name));
        set_mode(&data.join(name), wrong);
        fails(&installation, told).await;
        set_mode(&data.join(name), right);
    }
    assert!(installation.dev().await.stop().await.status.success());
}

#[tokio::test]
async fn the_environment_alone_is_a_config_and_starts_stops_and_changes_are_logged() {
    let installation = Installation::new(Engine::Sqlite)
        .await
        .with("SAHOD_SERVER__LISTEN", "127.0.0.1:0")
        .with("SAHOD_STORAGE__KEYS_DIR", "../data/keys")
        .with("SAHOD_MAIL__HOST", "mail.test")
        .with("SAHOD_MAIL__USERNAME", "12345")
        .with("SAHOD_MAIL__PASSWORD", "[98765432]")
        .with("SAHOD_MAIL__FROM", EMAIL);
    let shown = installation.run(&["config", "show"]).await;
    assert!(shown.status.success() && shown.stdout.contains("\"12345\""), "{shown:?}");
    assert!(!shown.stdout.contains("98765432"), "{shown:?}");

    let made = installation.run(&["keys", "create", "--tenant", "acme"]).await;
    assert!(made.stderr.contains("an API key was made") && made.stderr.contains("acme"), "{made:?}");
    let secret = made.stdout.lines().nth(1).unwrap().rsplit_once(' ').unwrap().1;
    assert!(!made.stderr.contains(secret), "the secret is in no log");

    let mut sahod = Sahod::spawn(installation.command(&["serve"]));
    let line = sahod.logged("serving").await;
    assert!(line.contains(env!("CARGO_PKG_VERSION")), "{line}");
    let key = made.stdout.lines().next().unwrap().rsplit_once(' ').unwrap().1.to_owned();
    let line: serde_json::Value = serde_json::from_str(&line).unwrap();
    let address = line["fields"]["address"].as_str().unwrap().to_owned();
    let api = Api::new(&http::client(None), &format!("http://{address}/sandbox/v1"));
    assert_eq!(api.basic(&key, "sahod_sandbox_wrong").get("/users").await.unwrap().status, 400);
    let line = sahod.logged("with a wrong secret").await;
    assert!(line.contains(&key), "{line}");
    let listed = installation.run(&["keys", "list", "--tenant", "acme"]).await;
    assert!(listed.stdout.contains(&key) && listed.stdout.contains("valid"), "{listed:?}");
    let copied = installation.run(&["backup", "data", "--to", "copy.db"]).await;
    assert!(copied.status.success(), "{copied:?}");
    let copy = rusqlite::Connection::open(installation.home().join("copy.db")).unwrap();
    let found: String = copy.query_row("SELECT id FROM api_keys", [], |row| row.get(0)).unwrap();
    assert_eq!(found, key, "it is in the copy, though it may be in the log only");

    let ended = sahod.stop().await;
    assert!(ended.stderr.contains("stopping") && ended.stderr.contains("stopped"), "{}", ended.stderr);

    let missing = installation.run(&["serve", "--config", "nowhere.toml"]).await;
    assert_eq!(missing.status.code(), Some(78));
    assert!(missing.stderr.contains("nowhere.toml"), "{}", missing.stderr);
}
