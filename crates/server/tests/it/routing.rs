//! `serve` with surfaces as hosts of a domain, and keys from the command line.

use serde_json::Value;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::harness::{Engine, Installation, Sahod, on_both_databases, soon};

on_both_databases!(a_served_domain_has_its_surfaces_as_hosts);

const TENANT: &[&str] = &["keys", "create", "--tenant", "acme", "--name", "Acme Lending"];

/// One request over a connection of its own; status and body.
async fn ask(address: &str, host: &str, request: &str, authorisation: &str) -> (u16, String) {
    let mut connection = TcpStream::connect(address).await.unwrap();
    let head = format!("{request} HTTP/1.1\r\nHost: {host}\r\n{authorisation}Connection: close\r\n\r\n");
    connection.write_all(head.as_bytes()).await.unwrap();
    let mut answer = String::new();
    soon("an answer", connection.read_to_string(&mut answer)).await.unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
}

/// Key and secret, as `keys create` prints them.
async fn make_key(installation: &Installation, mode: &str) -> (String, String) {
    let ended = installation.run(&[TENANT, &["--mode", mode, "--label", "test"]].concat()).await;
    assert!(ended.status.success(), "{ended:?}");
    let value = |name: &str| {
        let line = ended.stdout.lines().find(|line| line.starts_with(name)).unwrap();
        line.rsplit_once(' ').unwrap().1.to_owned()
    };
    (value("API key"), value("API secret"))
}

fn basic((key, secret): &(String, String)) -> String {
    use base64::Engine as _;

    let text = base64::engine::general_purpose::STANDARD.encode(format!("{key}:{secret}"));
    format!("Authorization: Basic {text}\r\n")
}

async fn a_served_domain_has_its_surfaces_as_hosts(engine: Engine) {
    let installation = Installation::new(engine).await;
    let storage = if engine == Engine::Sqlite {
        "database_url = \"sqlite:store/sahod.db\"\nkeyring_url = \"sqlite:store/keyring.db\"\n"
    } else {
        ""
    };
    let config = format!(
        "[server]\nlisten = \"127.0.0.1:0\"\nbase_domain = \"sahod.test\"\n\
         public_url = \"https://sahod.test:8443\"\n\n[storage]\n{storage}keys_dir = \"../data/keys\"\n"
    );
    std::fs::write(installation.home().join("sahod.toml"), config).unwrap();
    let sandbox = make_key(&installation, "sandbox").await;
    let production = make_key(&installation, "PRODUCTION").await;
    assert_ne!(sandbox, production);

    let mut sahod = Sahod::spawn(installation.command(&["serve", "--config", "sahod.toml"]));
    let line: Value = serde_json::from_str(&sahod.logged("serving").await).unwrap();
    let address = line["fields"]["address"].as_str().unwrap().to_owned();
    let status =
        async |host: &str, path: &str, key: &str| ask(&address, host, &format!("GET {path}"), key).await.0;

    let (sandbox, production) = (basic(&sandbox), basic(&production));
    for host in ["sandbox.sahod.test", "open-sandbox.sahod.test:8443", "SANDBOX.SAHOD.TEST"] {
        assert_eq!(status(host, "/v1/users", &sandbox).await, 200, "{host}");
        assert_eq!(status(host, "/v1/users", &production).await, 403, "{host}");
    }
    assert_eq!(status("open.sahod.test", "/v1/users", &production).await, 200);
    assert_eq!(status("link.sahod.test", "/v1/providers", "").await, 401);
    assert_eq!(status("link-sandbox.sahod.test", "/v1/providers", "").await, 401);
    assert_eq!(status("web.sahod.test", "/v2/smile.v2.js", "").await, 200);
    assert_eq!(status("docs.sahod.test", "/", "").await, 200);
    assert_eq!(status("portal.sahod.test", "/", "").await, 200);
    assert_eq!(status("user.sahod.test", "/", "").await, 404);
    assert_eq!(status("elsewhere.sahod.test", "/v1/users", &sandbox).await, 404);
    assert_eq!(status("sandbox.evil.test", "/v1/users", &sandbox).await, 404);
    // Without a label of a surface the path names it.
    assert_eq!(status("sahod.test", "/sandbox/v1/users", &sandbox).await, 200);
    for host in ["sahod.test", "sandbox.sahod.test", "127.0.0.1"] {
        assert_eq!(status(host, "/livez", "").await, 200, "{host}");
        assert_eq!(status(host, "/readyz", "").await, 200, "{host}");
    }

    // What the surfaces say of each other has the outside's host names and port.
    let (_, portal) = ask(&address, "portal.sahod.test", "GET /", "").await;
    assert!(portal.contains("https://docs.sahod.test:8443"), "{portal}");
    let (_, providers) = ask(&address, "sandbox.sahod.test", "GET /v1/providers", &sandbox).await;
    assert!(providers.contains("https://web.sahod.test:8443/logos/"), "{providers}");
    assert_eq!(sahod.stop().await.status.code(), Some(0));
}

#[tokio::test]
async fn a_key_is_refused_what_it_cannot_be_for() {
    let (nothing_said, installation) = (Installation::empty(), Installation::new(Engine::Sqlite).await);
    for (installation, arguments) in [
        (&nothing_said, &["keys", "create", "--tenant", "acme"][..]),
        (&nothing_said, &["serve"]),
        (&installation, &["keys", "create", "--tenant", "Not An Id"]),
        (&installation, &["keys", "create", "--tenant", "acme", "--mode", "live"]),
        (&installation, &["keys", "create"]),
    ] {
        let ended = installation.run(arguments).await;
        assert!(!ended.status.success(), "{arguments:?}");
        assert!(!ended.stderr.contains("panicked") && !ended.stderr.is_empty(), "{ended:?}");
        assert_eq!(std::fs::read_dir(installation.home()).unwrap().count(), 0, "nothing is made");
    }
}
