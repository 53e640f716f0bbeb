//! Encrypted connections with a certificate of its own making.

use std::{fs::Permissions, os::unix::fs::PermissionsExt as _};

use reqwest::Certificate;

use crate::harness::{Api, Engine, Installation, Sahod, http, installation::mode, poll};

/// The two places of a certificate that name how it is signed: sha256WithRSAEncryption (RFC 8017), as DER.
const SHA256_WITH_RSA: &[u8] = b"\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b\x05\x00";
/// How the modulus of a 4096-bit key begins, as DER: an integer of 513 bytes, the first of them a zero.
const MODULUS_4096: &[u8] = b"\x02\x82\x02\x01\x00";

fn count(bytes: &[u8], part: &[u8]) -> usize {
    bytes.windows(part.len()).filter(|window| *window == part).count()
}

/// Starts `serve` over the folder of `dev`; its port.
async fn serve(installation: &Installation) -> (Sahod, u16) {
    let mut sahod = Sahod::spawn(installation.command(&["serve"]));
    let line = sahod.logged("serving").await;
    let line: serde_json::Value = serde_json::from_str(&line).unwrap();
    let address: std::net::SocketAddr = line["fields"]["address"].as_str().unwrap().parse().unwrap();
    (sahod, address.port())
}

async fn installation() -> Installation {
    let installation = Installation::new(Engine::Sqlite).await;
    std::fs::write(
        installation.home().join("sahod.toml"),
        "[server]\nlisten = \"127.0.0.1:0\"\n\n[tls]\nself_signed = true\n\n[storage]\n\
         database_url = \"sqlite:../data/sahod.db\"\nkeyring_url = \"sqlite:../data/keyring.db\"\n\
         keys_dir = \"../data/keys\"\n",
    )
    .unwrap();
    installation
}

#[tokio::test]
async fn a_certificate_of_its_own_is_rsa_4096_with_sha_256_and_serves() {
    let installation = installation().await;
    let (sahod, port) = serve(&installation).await;
    let folder = installation.data().join("keys");
    assert_eq!(mode(&folder.join("self-signed.key.pem")), 0o600);

    // Nothing but this certificate is trusted, so an answer proves that it is the one that is shown, for that name.
    let pem = std::fs::read(folder.join("self-signed.pem")).unwrap();
    for host in ["localhost", "127.0.0.1"] {
        let api = Api::new(&http::client(Some(&pem)), &format!("https://{host}:{port}"));
        let answer = api.get("/readyz").await.unwrap();
        assert_eq!((answer.status, answer.text.as_str()), (200, "ok"), "{host}");
        assert_eq!(api.get("/sandbox/v1/users").await.unwrap().status, 401);
    }
    let der = der(&pem);
    assert_eq!(count(&der, SHA256_WITH_RSA), 2);
    assert_eq!(count(&der, MODULUS_4096), 1);
    // Who trusts it not is refused, and who does not encrypt gets nothing.
    assert!(
        Api::new(&http::client(None), &format!("https://localhost:{port}")).get("/readyz").await.is_err()
    );
    assert!(Api::new(&http::client(None), &format!("http://localhost:{port}")).get("/readyz").await.is_err());
    assert_eq!(sahod.stop().await.status.code(), Some(0));

    // A crash between the two files leaves a key without a certificate.
    let (sahod, _) = serve(&installation).await;
    assert_eq!(std::fs::read(folder.join("self-signed.pem")).unwrap(), pem, "it is kept");
    assert_eq!(sahod.stop().await.status.code(), Some(0));
    std::fs::remove_file(folder.join("self-signed.pem")).unwrap();
    let (sahod, port) = serve(&installation).await;
    let pem = std::fs::read(folder.join("self-signed.pem")).unwrap();
    let api = Api::new(&http::client(Some(&pem)), &format!("https://localhost:{port}"));
    assert_eq!(api.get("/readyz").await.unwrap().status, 200);
    assert_eq!(sahod.stop().await.status.code(), Some(0));
}

fn der(pem: &[u8]) -> Vec<u8> {
    use base64::Engine as _;

    assert!(Certificate::from_pem(pem).is_ok());
    let lines = std::str::from_utf8(pem).unwrap().lines().filter(|line| !line.starts_with('-'));
    base64::engine::general_purpose::STANDARD.decode(lines.collect::<String>()).unwrap()
}

#[tokio::test]
async fn a_certificate_that_cannot_be_read_is_said_in_one_line() {
    let installation = installation()
        .await
        .with("SAHOD_TLS__SELF_SIGNED", "false")
        .with("SAHOD_TLS__CERTIFICATE", "nowhere.pem")
        .with("SAHOD_TLS__PRIVATE_KEY", "nowhere.key.pem");
    let ended = installation.run(&["serve"]).await;
    assert_eq!(ended.status.code(), Some(78));
    let said = ended.stderr.lines().filter(|line| line.starts_with("  - ")).collect::<Vec<_>>();
    assert!(matches!(said[..], [line] if line.contains("nowhere.pem")), "{}", ended.stderr);
}

/// A certificate for localhost of that day's making, with its key; both PEM.
fn certificate() -> (String, String) {
    let key = rcgen::KeyPair::generate().unwrap();
    let made =
        rcgen::CertificateParams::new(vec!["localhost".to_owned()]).unwrap().self_signed(&key).unwrap();
    (made.pem(), key.serialize_pem())
}

/// Whether a new connection is shown that certificate.
async fn shows(port: u16, pem: &str) -> bool {
    let api = Api::new(&http::client(Some(pem.as_bytes())), &format!("https://localhost:{port}"));
    api.get("/readyz").await.is_ok()
}

#[tokio::test]
async fn a_renewed_certificate_is_taken_by_itself_and_on_sighup() {
    let installation = installation()
        .await
        .with("SAHOD_TLS__SELF_SIGNED", "false")
        .with("SAHOD_TLS__CERTIFICATE", "chain.pem")
        .with("SAHOD_TLS__PRIVATE_KEY", "key.pem");
    let write = |name: &str, text: &str| {
        let file = installation.home().join(name);
        std::fs::write(&file, text).unwrap();
        std::fs::set_permissions(&file, Permissions::from_mode(0o600)).unwrap();
    };
    let (first, second, third) = (certificate(), certificate(), certificate());
    write("chain.pem", &first.0);
    write("key.pem", &first.1);
    let (mut sahod, port) = serve(&installation).await;
    assert!(shows(port, &first.0).await);

    // The certificate is written before its key: until that is there, too, the one before is shown.
    write("chain.pem", &second.0);
    sahod.logged("the certificate that was there before is kept").await;
    assert!(shows(port, &first.0).await && !shows(port, &second.0).await);
    write("key.pem", &second.1);
    poll("the renewed certificate", async || shows(port, &second.0).await.then_some(())).await;
    assert!(!shows(port, &first.0).await);

    // As those who renew it do: files beside them are put in their place.
    write("new-chain.pem", &third.0);
    write("new-key.pem", &third.1);
    for (new, old) in [("new-key.pem", "key.pem"), ("new-chain.pem", "chain.pem")] {
        std::fs::rename(installation.home().join(new), installation.home().join(old)).unwrap();
    }
    sahod.signal("HUP").await;
    poll("the renewed certificate", async || shows(port, &third.0).await.then_some(())).await;
    write("chain.pem", "nothing");
    sahod.signal("HUP").await;
    assert!(shows(port, &third.0).await, "nothing that is wrong is taken");
    assert_eq!(sahod.stop().await.status.code(), Some(0));
}
