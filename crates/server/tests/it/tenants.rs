//! What the command line sets for a tenant.

use sahod_model::Mode;

use crate::harness::{Engine, Installation, installation::sqlite_config};

#[tokio::test]
async fn sharing_links_is_switched_on_and_off() {
    let installation = Installation::new(Engine::Sqlite).await;
    std::fs::write(
        installation.home().join("sahod.toml"),
        "[storage]\ndatabase_url = \"sqlite:../data/sahod.db\"\nkeyring_url = \"sqlite:../data/keyring.db\"\n\
         keys_dir = \"../data/keys\"\n",
    )
    .unwrap();
    assert!(installation.run(&["keys", "create", "--tenant", "acme"]).await.status.success());
    let shares = async || {
        let store = installation.open(&sqlite_config(&installation.data(), &installation.data())).await;
        let scope = store.scope(&"acme".parse().unwrap(), Mode::Production).await.unwrap().unwrap();
        store.scoped(&scope).shares_links().await.unwrap()
    };
    assert!(!shares().await, "off unless switched on");
    for (arguments, expected) in [(&[][..], true), (&[], true), (&["--off"], false)] {
        let command = ["tenants", "share-links", "--tenant", "acme"];
        let ended = installation.run(&[&command[..], arguments].concat()).await;
        assert!(ended.status.success(), "{ended:?}");
        assert_eq!(shares().await, expected);
    }
    let ended = installation.run(&["tenants", "share-links", "--tenant", "nobody"]).await;
    assert!(!ended.status.success() && ended.stderr.contains("there is no tenant nobody"), "{ended:?}");
}
