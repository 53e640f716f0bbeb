use std::path::Path;

use sahod_model::{
    Clock as _, ConsentId, Datapoint, EventType, Mode, SecretString, SourceId, Webhook, WebhookId,
};

use super::{connected, identity, transaction};
use crate::{
    Consent, DatabaseUrl, ItemFilter, PageRequest,
    engine::{Sql, params},
    testing::{TestStore, each_store, sqlite},
};

const COUNT: Sql = Sql::new("SELECT count(*) FROM items WHERE id = $1");
const MOVE_PAYLOADS: Sql =
    Sql::new("UPDATE items SET payload = (SELECT payload FROM items ORDER BY payload LIMIT 1)");
const CANARY: &str = "Zanzibella Quillfeather";
const TABLES: [&str; 20] = [
    "steps",
    "tenants",
    "scopes",
    "api_keys",
    "users",
    "link_tokens",
    "consents",
    "consent_templates",
    "invite_templates",
    "invites",
    "invite_logs",
    "accounts",
    "items",
    "tasks",
    "webhooks",
    "events",
    "streams",
    "deliveries",
    "requests_log.attempts",
    "jobs",
];

/// Stores the canary wherever something personal can be stored.
async fn store_canary(test: &TestStore) {
    let scope = test.tenant("acme", Mode::Production).await;
    assert!(test.store.update_tenant_contact(scope.tenant(), Some(CANARY)).await.unwrap());
    let user = test.new_user(&scope, &[("name", CANARY)]);
    let user_key = test.store.create_key(user.id.as_str()).await.unwrap();
    let webhook = Webhook {
        id: WebhookId::new(&*test.clock, &*test.random),
        name: CANARY.to_owned(),
        url: format!("https://{CANARY}:{CANARY}@example.com/{CANARY}").parse().unwrap(),
        secret: SecretString::from(CANARY),
        previous_secret: None,
        event_types: vec![EventType::AllEvents],
        active: true,
        include_payload: true,
        created_at: test.clock.now(),
        updated_at: test.clock.now(),
        switched_off: None,
    };
    let webhook_key = test.store.create_key(webhook.id.as_str()).await.unwrap();
    let template = super::invite_templates::template(test, CANARY);
    let template_key = test.store.create_key(template.id.as_str()).await.unwrap();
    let mut tx = test.store.begin().await.unwrap();
    tx.scoped(&scope).insert_invite_template(&template, &template_key).await.unwrap();
    tx.scoped(&scope).insert_user(&user, Some(&user_key)).await.unwrap();
    assert!(tx.scoped(&scope).insert_webhook(&webhook, &webhook_key, usize::MAX).await.unwrap());
    let (invite, invitee) = super::invites::invite(test, &user.id, CANARY);
    tx.scoped(&scope).insert_invite(&invite, &invitee, [1; 32], &user_key).await.unwrap();
    tx.commit().await.unwrap();
    let (account, key) = test.account(&scope, &user.id, CANARY).await;
    test.ingest(&scope, &account, &key, vec![identity(CANARY), transaction(CANARY, 19_000, 123)]).await;
    let consent = Consent {
        id: ConsentId::new(&*test.clock, &*test.random),
        user_id: user.id.clone(),
        source_id: SourceId::from(&account.id),
        version: "1".to_owned(),
        purpose: Some("to decide on a loan".to_owned()),
        datapoints: Datapoint::ALL.to_vec(),
        continuous: true,
        retention_days: 60,
        agreed_at: test.clock.now(),
    };
    let mut tx = test.store.begin().await.unwrap();
    tx.scoped(&scope).insert_consent(&consent).await.unwrap();
    tx.scoped(&scope).append_event(&connected(&account), Some(&SourceId::from(&account.id))).await.unwrap();
    tx.commit().await.unwrap();
    let scoped = test.store.scoped(&scope);
    assert_eq!(scoped.latest_consent(&user.id, &consent.source_id).await.unwrap().as_ref(), Some(&consent));
}

fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted)
}

fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| (path.display().to_string(), std::fs::read(&path).unwrap()))
        .collect()
}

#[tokio::test]
async fn no_name_is_in_clear_in_any_file_or_row() {
    each_store(async |test| {
        store_canary(test).await;
        if let DatabaseUrl::Sqlite(_) = test.config.database {
            let files = files(test.folder());
            assert!(
                files.iter().any(|(name, _)| name.ends_with("-wal")),
                "the write-ahead log is looked at, too"
            );
            for (name, bytes) in files {
                assert!(!contains(&bytes, CANARY.as_bytes()), "{name}");
            }
            return;
        }
        let DatabaseUrl::Postgres(url) = &test.config.database else { unreachable!() };
        let url = sahod_model::ExposeSecret::expose_secret(url);
        let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await.unwrap();
        tokio::spawn(connection);
        let as_hex = format!("{:02x?}", CANARY.as_bytes()).replace(|c: char| !c.is_ascii_hexdigit(), "");
        let mut rows = 0;
        for table in TABLES {
            for row in client.query(&format!("SELECT t::text FROM {table} t"), &[]).await.unwrap() {
                let text: &str = row.get(0);
                assert!(!text.contains(CANARY) && !text.contains(&as_hex), "{table}: {text}");
                rows += 1;
            }
        }
        assert!(rows > 10);
    })
    .await;
}

/// The key as the keyring has it, on SQLite.
fn wrapped_key(test: &crate::testing::TestStore, id: &str) -> Vec<u8> {
    let file = test.folder().join("keyring.db");
    if test.engine != "sqlite" {
        return Vec::new();
    }
    let keyring = rusqlite::Connection::open(file).unwrap();
    keyring.query_row("SELECT wrapped FROM wrapped_keys WHERE id = ?1", [id], |row| row.get(0)).unwrap()
}

#[tokio::test]
async fn a_destroyed_key_is_gone_for_good_and_with_it_what_it_sealed() {
    each_store(async |test| {
        let scope = test.tenant("acme", Mode::Production).await;
        let user = test.user(&scope).await;
        let (account, key) = test.account(&scope, &user, "george").await;
        let outcome = test.ingest(&scope, &account, &key, vec![identity("George")]).await;
        let item = &outcome.added(Datapoint::Identities)[0];
        drop(key);
        let wrapped = wrapped_key(test, account.id.as_str());

        test.store.destroy_key(account.id.as_str()).await.unwrap();
        test.store.destroy_key(account.id.as_str()).await.unwrap();

        // With the same master key, after a restart, on the rows that are still there.
        for store in [test.store.clone(), test.reopen().await] {
            let scoped = store.scoped(&scope);
            assert!(store.key(account.id.as_str()).await.unwrap().is_none());
            assert!(scoped.get_item(Datapoint::Identities, item).await.unwrap().is_none());
            assert!(scoped.account_login(&account.id).await.unwrap().is_none());
            let page = scoped
                .list_items(Datapoint::Identities, &ItemFilter::default(), &PageRequest::first(10))
                .await
                .unwrap();
            assert_eq!((page.count, page.body.len()), (0, 0));
        }
        let rows = test.store.data().query_opt(COUNT, params![item], |row| row.int(0)).await.unwrap();
        assert_eq!(rows, Some(1));

        if test.engine == "sqlite" {
            for part in wrapped.chunks_exact(12) {
                for (name, bytes) in files(test.folder()) {
                    assert!(!contains(&bytes, part), "a part of the wrapped key is in {name}");
                }
            }
        }
    })
    .await;
}

#[tokio::test]
async fn files_are_for_their_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;

    let test = sqlite().await;
    store_canary(&test).await;
    for entry in std::fs::read_dir(test.folder()).unwrap() {
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{:?} {mode:o}", entry.path());
    }
}

#[tokio::test]
async fn a_row_that_was_moved_or_changed_is_not_served() {
    each_store(async |test| {
        let scope = test.tenant("acme", Mode::Production).await;
        let user = test.user(&scope).await;
        let (account, key) = test.account(&scope, &user, "george").await;
        test.ingest(&scope, &account, &key, vec![transaction("1", 1, 1), transaction("2", 2, 2)]).await;
        test.store.data().write(MOVE_PAYLOADS, params![]).await.unwrap();
        let scoped = test.store.scoped(&scope);
        let filter = ItemFilter::default();
        let result = scoped.list_items(Datapoint::Transactions, &filter, &PageRequest::first(10)).await;
        assert!(matches!(result, Err(crate::StoreError::Vault(_))), "{result:?}");
    })
    .await;
}
