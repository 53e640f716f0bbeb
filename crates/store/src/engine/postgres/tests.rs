use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use rustls::pki_types::PrivateKeyDer;
use secrecy::{ExposeSecret as _, SecretString};
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, copy, split},
    net::{TcpListener, TcpStream},
};
use tokio_rustls::TlsAcceptor;

use super::*;
use crate::{
    config::DatabaseUrl,
    engine::{Engine, params, pushing},
    testing::{TestStore, postgres, role_name},
};

const ONE: Sql = Sql::new("SELECT count(*) FROM tenants WHERE number = $1");

fn url(test: &TestStore) -> String {
    let DatabaseUrl::Postgres(url) = &test.config.database else { panic!("not PostgreSQL") };
    url.expose_secret().to_owned()
}

/// The URL with another host and port.
fn at(url: &str, host: &str, query: &str) -> SecretString {
    let (before, rest) = url.split_once('@').unwrap();
    let database = rest.split_once('/').unwrap().1.trim_end_matches('?');
    SecretString::from(format!("{before}@{host}/{database}?{query}"))
}

fn server(url: &str) -> String {
    url.split_once('@').unwrap().1.split_once('/').unwrap().0.to_owned()
}

async fn count(engine: &Postgres) -> Result<i64, StoreError> {
    let read = pushing(|row: Row<'_>| row.int(0));
    Ok(engine.fold(ONE, vec![params![0]], Vec::new(), read).await?[0])
}

/// Passes everything on to the test server until it is told to be silent.
async fn proxy(server: String, silent: Arc<AtomicBool>) -> String {
    async fn pass(from: impl AsyncRead + Unpin, to: impl AsyncWrite + Unpin, silent: &AtomicBool) {
        let (mut from, mut to, mut buffer) = (from, to, vec![0; 8192]);
        while let Ok(length @ 1..) = from.read(&mut buffer).await {
            // Whoever went silent stays so.
            if silent.load(Ordering::SeqCst) {
                std::future::pending::<()>().await;
            }
            if to.write_all(&buffer[..length]).await.is_err() {
                break;
            }
        }
    }
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let (server, silent) = (TcpStream::connect(&server).await.unwrap(), Arc::clone(&silent));
            tokio::spawn(async move {
                let ((read, write), (from, to)) = (split(client), split(server));
                tokio::join!(pass(read, to, &silent), pass(from, write, &silent));
            });
        }
    });
    address
}

#[tokio::test]
async fn a_connection_that_went_silent_is_given_up() {
    let test = postgres().await;
    let silent = Arc::new(AtomicBool::new(false));
    let place = proxy(server(&url(&test)), Arc::clone(&silent)).await;
    let address = Address::read(&at(&url(&test), &place, ""), Purpose::Data).unwrap();
    let patience = Patience {
        answer: std::time::Duration::from_millis(500),
        unsure_after: std::time::Duration::ZERO,
        quickly: std::time::Duration::from_millis(500),
    };
    let connections = Connections::new(address, Purpose::Data, patience).unwrap();
    let engine = Postgres { connections, groups: Arc::default() };
    // Several connections, all of them idle now.
    let (one, other) = tokio::join!(count(&engine), count(&engine));
    assert_eq!((one.unwrap(), other.unwrap()), (0, 0));

    let mut tx = engine.begin();
    tx.execute(ONE, vec![params![0]]).await.unwrap();
    silent.store(true, Ordering::SeqCst);
    let lost = tx.execute(ONE, vec![params![0]]).await.unwrap_err();
    assert!(matches!(&lost, StoreError::Unavailable(why) if why.contains("did not answer")), "{lost}");
    assert!(tx.commit(Batch::default()).await.is_err(), "what was lost is not committed");
    // The others went silent, too. Who comes next is not given one of them.
    silent.store(false, Ordering::SeqCst);
    assert_eq!(count(&engine).await.unwrap(), 0);
}

#[tokio::test]
async fn why_there_is_no_connection_is_said_in_a_sentence() {
    let test = postgres().await;
    let url = url(&test);
    let (before, rest) = url.split_once('@').unwrap();
    let user = before.rsplit_once("//").unwrap().1.split_once(':').unwrap().0;
    let nowhere = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let refused = nowhere.local_addr().unwrap().to_string();
    drop(nowhere);
    for (wrong, told) in [
        (format!("postgres://{user}:hunter2@{rest}"), "the password of the user"),
        (format!("{before}@{}/no_such_database", server(&url)), "has no database no_such_database"),
        (at(&url, &refused, "").expose_secret().to_owned(), "connection refused"),
        (at(&url, "no-such-host.invalid:5432", "").expose_secret().to_owned(), "host is unknown"),
        (at(&url, &server(&url), "sslmode=require").expose_secret().to_owned(), "TLS"),
    ] {
        let secret = SecretString::from(wrong);
        let error = Postgres::reach(&secret, Purpose::Keyring).await.err().unwrap().to_string();
        assert!(error.contains(told) && error.contains("storage.keyring_url"), "{told}: {error}");
        assert!(!error.contains("hunter2"), "{error}");
    }
}

/// As [`proxy`], with TLS towards the client.
async fn encrypted(server: String, certificate: &rcgen::CertifiedKey<rcgen::KeyPair>) -> String {
    let key = PrivateKeyDer::Pkcs8(certificate.signing_key.serialize_der().into());
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.cert.der().clone()], key)
        .unwrap();
    let (acceptor, listener) =
        (TlsAcceptor::from(Arc::new(config)), TcpListener::bind("127.0.0.1:0").await.unwrap());
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            let (acceptor, server) = (acceptor.clone(), server.clone());
            tokio::spawn(async move {
                // The client asks whether it may encrypt.
                let mut asked = [0; 8];
                client.read_exact(&mut asked).await.unwrap();
                client.write_all(b"S").await.unwrap();
                let Ok(client) = acceptor.accept(client).await else { return };
                let ((mut read, mut write), (mut from, mut to)) =
                    (split(client), split(TcpStream::connect(&server).await.unwrap()));
                let _ = tokio::join!(copy(&mut read, &mut to), copy(&mut from, &mut write));
            });
        }
    });
    format!("localhost:{port}")
}

#[tokio::test]
async fn encrypted_connections_believe_whom_sslmode_says() {
    let test = postgres().await;
    let certificate = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let other = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let (root, foreign) = (test.folder().join("root.pem"), test.folder().join("foreign.pem"));
    std::fs::write(&root, certificate.cert.pem()).unwrap();
    std::fs::write(&foreign, other.cert.pem()).unwrap();
    let url = url(&test);
    let place = encrypted(server(&url), &certificate).await;
    let by_number = place.replace("localhost", "127.0.0.1");
    let verify = |root: &std::path::Path| format!("sslmode=verify-full&sslrootcert={}", root.display());
    for (place, query, told) in [
        (&place, "sslmode=prefer".to_owned(), None),
        (&by_number, "sslmode=require".to_owned(), None),
        (&place, verify(&root), None),
        (&place, verify(&foreign), Some("TLS fails")),
        (&by_number, verify(&root), Some("TLS fails")),
        (&place, verify(&test.folder().join("nothing.pem")), Some("nothing.pem")),
        (&place, "sslmode=verify-full".to_owned(), Some("TLS fails")),
    ] {
        let reached = Engine::reach(&DatabaseUrl::Postgres(at(&url, place, &query)), Purpose::Data).await;
        match told {
            None => reached.unwrap_or_else(|error| panic!("{place} {query}: {error}")),
            Some(told) => {
                let error = reached.unwrap_err().to_string();
                assert!(error.contains(told), "{place} {query}: {error}");
            }
        }
    }
}

#[tokio::test]
async fn a_database_that_is_up_to_date_needs_no_right_to_change_it() {
    let test = postgres().await;
    let role = role_name();
    test.execute(&format!(
        "CREATE ROLE {role} LOGIN PASSWORD 'made-up';
         GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role};"
    ))
    .await;
    let url = url(&test);
    let mine = SecretString::from(format!("postgres://{role}:made-up@{}", url.split_once('@').unwrap().1));
    let opened = Postgres::open(&mine, Purpose::Data).await;
    let counted = match &opened {
        Ok(engine) => count(engine).await,
        Err(error) => panic!("{error}"),
    };
    // One that is yet to be made does, and says so.
    test.execute("DROP SCHEMA keyring CASCADE").await;
    let refused = Postgres::open(&mine, Purpose::Keyring).await.err().unwrap().to_string();
    drop(opened);
    test.execute(&format!("ALTER ROLE {role} CONNECTION LIMIT 0")).await;
    let full = Postgres::reach(&mine, Purpose::Data).await.err().unwrap().to_string();
    test.execute(&format!("DROP OWNED BY {role}; DROP ROLE {role}")).await;
    assert_eq!(counted.unwrap(), 0);
    assert!(refused.contains("owner of the database"), "{refused}");
    assert!(full.contains("max_connections"), "{full}");
}
