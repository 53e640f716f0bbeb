//! What the command line sets for a tenant.

use sahod_model::Mode;

use crate::harness::{Engine, Installation, installation::sqlite_config};

/// With a config that has everything in the data folder.
async fn sqlite() -> Installation {
    let installation = Installation::new(Engine::Sqlite).await;
    std::fs::write(
        installation.home().join("sahod.toml"),
        "[storage]\ndatabase_url = \"sqlite:../data/sahod.db\"\nkeyring_url = \"sqlite:../data/keyring.db\"\n\
         keys_dir = \"../data/keys\"\n",
    )
    .unwrap();
    installation
}

#[tokio::test]
async fn sharing_links_is_switched_on_and_off() {
    let installation = sqlite().await;
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

#[tokio::test]
async fn a_tenant_has_a_contact() {
    let installation = sqlite().await;
    assert!(installation.run(&["keys", "create", "--tenant", "acme"]).await.status.success());
    let contact = async || {
        let store = installation.open(&sqlite_config(&installation.data(), &installation.data())).await;
        store.tenant_contact(&"acme".parse().unwrap()).await.unwrap()
    };
    for (arguments, expected) in
        [(&["--mail", "ops@acme.example"][..], Some("ops@acme.example")), (&[], None)]
    {
        let command = ["tenants", "contact", "--tenant", "acme"];
        let ended = installation.run(&[&command[..], arguments].concat()).await;
        assert!(ended.status.success(), "{ended:?}");
        assert_eq!(contact().await.as_deref(), expected);
    }
    let ended = installation.run(&["tenants", "contact", "--tenant", "acme", "--mail", "nobody"]).await;
    assert!(!ended.status.success() && ended.stderr.contains("mail address is not valid"), "{ended:?}");
    let ended = installation.run(&["tenants", "contact", "--tenant", "nobody"]).await;
    assert!(!ended.status.success() && ended.stderr.contains("there is no tenant nobody"), "{ended:?}");
}

#[tokio::test]
async fn an_api_key_is_revoked() {
    let installation = sqlite().await;
    let made = installation.run(&["keys", "create", "--tenant", "acme"]).await;
    let key = made.stdout.lines().find_map(|line| line.strip_prefix("API key")).unwrap().trim();
    let ended = installation.run(&["keys", "revoke", "--key", key]).await;
    assert!(ended.status.success(), "{ended:?}");
    let store = installation.open(&sqlite_config(&installation.data(), &installation.data())).await;
    assert!(store.api_key(&key.parse().unwrap()).await.unwrap().unwrap().revoked_at.is_some());
    let unknown = format!("key-{}", "0".repeat(32));
    let ended = installation.run(&["keys", "revoke", "--key", &unknown]).await;
    assert!(
        !ended.status.success() && ended.stderr.contains(&format!("there is no API key {unknown}")),
        "{ended:?}"
    );
}

#[tokio::test]
async fn a_tenant_has_allowed_origins_in_each_mode() {
    let installation = sqlite().await;
    assert!(installation.run(&["keys", "create", "--tenant", "acme"]).await.status.success());
    let command = ["tenants", "origins", "--tenant", "acme", "--mode", "production"];
    let (site, other) = ("https://www.acme.example", "https://acme.example:8443");
    for origins in [&[other, site][..], &[site], &[]] {
        let arguments = origins.iter().flat_map(|origin| ["--origin", origin]);
        let ended = installation.run(&command.into_iter().chain(arguments).collect::<Vec<_>>()).await;
        assert!(ended.status.success(), "{ended:?}");
        let store = installation.open(&sqlite_config(&installation.data(), &installation.data())).await;
        let scope = store.scope(&"acme".parse().unwrap(), Mode::Production).await.unwrap().unwrap();
        let kept = store.scoped(&scope).list_origins().await.unwrap();
        assert_eq!(kept.iter().map(sahod_model::Origin::as_str).collect::<Vec<_>>(), origins);
    }
    for bad in ["http://acme.example", "https://*.acme.example"] {
        let ended = installation.run(&[&command[..], &["--origin", bad]].concat()).await;
        assert!(!ended.status.success() && ended.stderr.contains("must be"), "{ended:?}");
    }
}
