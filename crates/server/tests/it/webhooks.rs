//! Where events may be sent when nothing is allowed that only development needs.

use serde_json::json;

use crate::harness::{Api, Engine, Installation, Sahod, http};

#[tokio::test]
async fn no_webhook_leads_to_a_private_network_or_goes_unencrypted_in_production() {
    let installation = Installation::new(Engine::Sqlite).await;
    std::fs::write(
        installation.home().join("sahod.toml"),
        "[server]\nlisten = \"127.0.0.1:0\"\n\n[storage]\ndatabase_url = \"sqlite:../data/sahod.db\"\n\
         keyring_url = \"sqlite:../data/keyring.db\"\nkeys_dir = \"../data/keys\"\n",
    )
    .unwrap();
    let mut callers = Vec::new();
    for mode in ["sandbox", "production"] {
        let made = installation.run(&["keys", "create", "--tenant", "acme", "--mode", mode]).await;
        let line = |name: &str| made.stdout.lines().find_map(|line| line.strip_prefix(name)).unwrap().trim();
        callers.push((line("API key").to_owned(), line("API secret").to_owned()));
    }
    let mut sahod = Sahod::spawn(installation.command(&["serve"]));
    let line: serde_json::Value = serde_json::from_str(&sahod.logged("serving").await).unwrap();
    let root = format!("http://{}", line["fields"]["address"].as_str().unwrap());
    let client = http::client(None);
    let [sandbox, production] = ["sandbox", "open"].map(|surface| {
        let (key, secret) = &callers[usize::from(surface == "open")];
        Api::new(&client, &format!("{root}/{surface}/v1")).basic(key, secret)
    });

    for (api, url, reason) in [
        (&sandbox, "http://hooks.example.com/", None),
        (&production, "https://hooks.example.com/", None),
        (&production, "HTTPS://hooks.example.com/", None),
        (&production, "http://hooks.example.com/", Some("must begin with https:// in production mode")),
        (&sandbox, "https://localhost/hooks", Some("address is in a private network (this machine itself)")),
        (&sandbox, "https://10.1.2.3/hooks", Some("address is in a private network")),
        (
            &production,
            "https://169.254.169.254/hooks",
            Some("address is in a private network (the local link)"),
        ),
    ] {
        let webhook =
            json!({ "name": "n", "url": url, "secret": "s", "eventTypes": ["ALL_EVENTS"], "active": false });
        let answer = api.post("/webhooks", &webhook).await.unwrap();
        match reason {
            None => assert_eq!(answer.data(200)["url"], url),
            Some(reason) => {
                let errors = json!([{ "parameter": "url", "detail": reason }]);
                assert_eq!(answer.data(400)["errors"], errors, "{url}");
            }
        }
    }
    assert!(sahod.stop().await.status.success());
}
