//! `sahod dev`: what it prints, what it makes, and what it makes again.

use std::collections::BTreeSet;

use crate::harness::{
    Api, Engine, Installation, PROVIDER,
    installation::{files, mode},
    on_both_databases,
    process::Ended,
    widget::text,
};

on_both_databases!(a_second_start_finds_everything_and_makes_new_secrets);

const KEYS: [&str; 13] = [
    "sandboxUrl",
    "openUrl",
    "linkSandboxUrl",
    "linkUrl",
    "webUrl",
    "userUrl",
    "portalUrl",
    "docsUrl",
    "demoUrl",
    "apiKey",
    "apiSecret",
    "productionApiKey",
    "productionApiSecret",
];

#[tokio::test]
async fn every_address_of_the_line_answers() {
    let installation = Installation::new(Engine::Sqlite).await;
    let sahod = installation.dev().await;
    let names: Vec<_> = sahod.ready.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(names, KEYS);
    for (url, ending) in
        [("sandboxUrl", "/v1"), ("openUrl", "/v1"), ("linkSandboxUrl", "/v1"), ("linkUrl", "/v1")]
    {
        assert!(text(&sahod.ready[url]).ends_with(ending), "{url}");
    }

    assert_eq!(sahod.open().get("/providers").await.unwrap().status, 200);
    let production = sahod
        .at("openUrl")
        .basic(&text(&sahod.ready["productionApiKey"]), &text(&sahod.ready["productionApiSecret"]));
    assert_eq!(production.get("/users").await.unwrap().status, 200);
    for link in ["linkSandboxUrl", "linkUrl"] {
        assert_eq!(sahod.at(link).post_empty("/sessions").await.unwrap().status, 401, "{link}");
    }
    // No invitation exists yet, which the page says.
    let pages = [
        ("webUrl", "/v2/smile.v2.js", 200, "SmileLinkModal"),
        ("userUrl", "/", 404, "invitation"),
        ("portalUrl", "/", 200, "portal"),
        ("docsUrl", "/", 200, "Sahod"),
        ("demoUrl", "/", 200, "<html"),
    ];
    for (url, path, status, content) in pages {
        let page = sahod.at(url).get(path).await.unwrap();
        assert_eq!(page.status, status, "{url}");
        assert!(page.text.contains(content), "{url}: {}", page.text);
    }
    // The demo talks to the API by itself.
    let session = sahod.at("demoUrl").post("/api/session", &serde_json::json!({})).await.unwrap();
    let user = text(&session.json()["userId"]);
    assert_eq!(sahod.open().get(&format!("/users/{user}")).await.unwrap().status, 200);
}

#[tokio::test]
async fn the_first_start_makes_keys_and_writes_nowhere_else() {
    let installation = Installation::empty();
    let sahod = installation.dev().await;
    sahod.widget().await.link_george(PROVIDER).await.unwrap();

    let names: BTreeSet<_> = files(&installation.data())
        .into_iter()
        .map(|(path, _)| {
            assert_eq!(mode(&path), 0o600, "{}", path.display());
            path.strip_prefix(installation.data()).unwrap().display().to_string()
        })
        .collect();
    let needed = [
        "keyring.db",
        "keys/browser-encryption.key",
        "keys/master.key",
        "keys/token-signing.key",
        "sahod.db",
        "sahod.db-shm",
        "sahod.db-wal",
        "sahod.requests.db",
        "sahod.requests.db-shm",
        "sahod.requests.db-wal",
    ];
    let optional = "keyring.db-journal";
    let found: Vec<_> = names.iter().filter(|name| *name != optional).collect();
    assert_eq!(found, needed.each_ref().map(|name| name).to_vec());
    for folder in [installation.data(), installation.data().join("keys")] {
        assert_eq!(mode(&folder), 0o700, "{}", folder.display());
    }
    let master = std::fs::read(installation.data().join("keys/master.key")).unwrap();
    assert!(sahod.stop().await.status.success());
    assert_eq!(std::fs::read_dir(installation.home()).unwrap().count(), 0, "the home stays empty");
    assert!(!installation.data().join("sahod.db-wal").exists(), "a clean end folds the write-ahead log in");

    let again = installation.dev().await;
    assert_eq!(std::fs::read(installation.data().join("keys/master.key")).unwrap(), master);
    assert!(again.stop().await.status.success());
}

async fn a_second_start_finds_everything_and_makes_new_secrets(engine: Engine) {
    let installation = Installation::new(engine).await;
    let first = installation.dev().await;
    let keys = first.ready.clone();
    let account = first.widget().await.link_george(PROVIDER).await.unwrap();
    let transactions = first.open().items("/transactions").await;
    assert!(transactions.len() >= 300, "{}", transactions.len());
    assert!(first.stop().await.status.success());

    let second = installation.dev().await;
    for name in ["apiKey", "apiSecret", "productionApiKey", "productionApiSecret"] {
        assert_ne!(second.ready[name], keys[name], "{name}");
    }
    for api in [second.open(), second.open_with(&keys)] {
        assert_eq!(api.data(&format!("/accounts/{account}")).await["connectionStatus"], "CONNECTED");
        assert_eq!(api.items("/transactions").await, transactions);
    }
    let mixed = Api::basic(&second.open(), &text(&second.ready["apiKey"]), &text(&keys["apiSecret"]));
    assert_eq!(mixed.get("/users").await.unwrap().status, 400);
    // The demo's webhook of the first start is replaced, not joined.
    assert_eq!(second.open().items("/webhooks").await.len(), 1);
}

#[tokio::test]
async fn a_port_in_use_is_said_in_one_line() {
    let installation = Installation::new(Engine::Sqlite).await;
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let Ended { status, stdout, stderr } = installation.start_dev(port).end().await;
    assert_eq!(status.code(), Some(1));
    assert_eq!(stdout, "");
    assert_eq!(stderr.lines().count(), 1, "{stderr}");
    assert!(stderr.contains(&format!("127.0.0.1:{port}")) && stderr.contains("in use"), "{stderr}");
}

#[tokio::test]
async fn a_second_process_on_the_same_data_does_no_harm() {
    let installation = Installation::new(Engine::Sqlite).await;
    let first = installation.dev().await;
    let user = text(&first.open().post_empty("/users").await.unwrap().data(201)["user"]["id"]);
    let second = installation.dev().await;
    assert_eq!(second.open().get(&format!("/users/{user}")).await.unwrap().status, 200);
    assert!(second.stop().await.status.success());
    assert_eq!(first.open().get(&format!("/users/{user}")).await.unwrap().status, 200);
}

#[tokio::test]
async fn keys_that_others_can_read_are_refused() {
    use std::os::unix::fs::PermissionsExt as _;

    let installation = Installation::new(Engine::Sqlite).await;
    let master = installation.data().join("keys/master.key");
    std::fs::set_permissions(&master, std::fs::Permissions::from_mode(0o644)).unwrap();
    let ended = installation.start_dev(0).end().await;
    assert_eq!(ended.status.code(), Some(1));
    assert!(ended.stderr.contains("chmod 600"), "{}", ended.stderr);
    assert_eq!(ended.stderr.lines().count(), 1, "{}", ended.stderr);
}
