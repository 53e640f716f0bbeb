//! Mail against servers of a few lines on a local port. Time limits are the mailer's own, and no test measures the clock
//! on the wall.

#![expect(clippy::unwrap_used, reason = "these are tests, helpers included")]

use std::{sync::Arc, time::Duration};

use sahod_outbound::{Mail, MailConfig, MailEncryption, MailError, Mailer, check_mail_address};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::TcpListener,
    task::JoinHandle,
};

/// Far above every limit a test sets: it only keeps a broken mailer from hanging the whole run.
const PATIENCE: Duration = Duration::from_secs(30);
/// What a server does instead of answering.
const SILENCE: &str = "";
const HANG_UP: &str = "hang up";

/// A server for one connection, which answers as told or else as if all were well. It ends with what it heard, line by line.
async fn server(told: &'static [(&'static str, &'static str)]) -> (u16, JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let heard = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let mut stream = BufReader::new(stream);
        let mut heard = Vec::new();
        let mut said = "CONNECT".to_owned();
        loop {
            let usual = match said.split_whitespace().next().unwrap() {
                "CONNECT" => "220 mx.example.net at your service",
                "EHLO" => "250-mx.example.net\r\n250-AUTH PLAIN LOGIN\r\n250 8BITMIME",
                "AUTH" => "235 Welcome",
                "DATA" => "354 Go on",
                "QUIT" => "221 Goodbye",
                _ => "250 Fine",
            };
            let answer = told.iter().find(|(start, _)| said.starts_with(start)).map_or(usual, |told| told.1);
            let in_text = answer.starts_with("354");
            if answer == HANG_UP {
                return heard;
            }
            if answer != SILENCE {
                stream.write_all(format!("{answer}\r\n").as_bytes()).await.unwrap();
            }
            loop {
                said.clear();
                if stream.read_line(&mut said).await.unwrap_or(0) == 0 {
                    return heard;
                }
                heard.push(said.strip_suffix("\r\n").unwrap().to_owned());
                if !in_text || said == ".\r\n" {
                    break;
                }
            }
        }
    });
    (port, heard)
}

fn config(port: u16) -> MailConfig {
    MailConfig {
        host: "127.0.0.1".into(),
        port,
        encryption: MailEncryption::None,
        from: "Sahod <no-reply@example.com>".into(),
        timeout_ms: 20_000,
        ..MailConfig::default()
    }
}

fn mail() -> Mail {
    Mail {
        to: "olga@example.org".into(),
        subject: "Quota nearly used".into(),
        text: "Nine tenths are gone.\n".into(),
    }
}

async fn send(config: &MailConfig, mail: Mail) -> Result<(), MailError> {
    let mailer = Mailer::new(config).unwrap().unwrap();
    tokio::time::timeout(PATIENCE, mailer.send(mail)).await.unwrap()
}

/// What a mailer makes of a server that answers so, and what the server heard.
async fn failure(told: &'static [(&'static str, &'static str)]) -> (MailError, Vec<String>) {
    let (port, heard) = server(told).await;
    let error = send(&config(port), mail()).await.unwrap_err();
    (error, heard.await.unwrap())
}

/// The header of that name, unfolded, and how many there are.
fn header(heard: &[String], name: &str) -> (String, usize) {
    let from_data = heard.iter().skip_while(|line| *line != "DATA").skip(1);
    let lines: Vec<_> = from_data.take_while(|line| !line.is_empty()).map(String::as_str).collect();
    let unfolded = lines.join("\n").replace("\n ", " ");
    let values: Vec<_> =
        unfolded.lines().filter_map(|line| line.strip_prefix(name)?.strip_prefix(": ")).collect();
    (values.first().copied().unwrap_or_default().to_owned(), values.len())
}

/// The lines of the text, as they go over the wire.
fn text(heard: &[String]) -> &[String] {
    let start = heard.iter().position(String::is_empty).unwrap() + 1;
    let end = heard.iter().rposition(|line| line == ".").unwrap();
    &heard[start..end]
}

#[tokio::test]
async fn a_mail_arrives() {
    let (port, heard) = server(&[]).await;
    let mail = Mail {
        subject: "Größe überschritten".into(),
        text: "For Olga, who has used most of what there is:\nGrüße\n".into(),
        ..mail()
    };
    send(&config(port), mail).await.unwrap();
    let heard = heard.await.unwrap();
    assert_eq!(heard[0], "EHLO example.com");
    assert_eq!(heard[1], "MAIL FROM:<no-reply@example.com>");
    assert_eq!(heard[2], "RCPT TO:<olga@example.org>");
    assert_eq!(heard[3], "DATA");
    assert_eq!(heard.last().unwrap(), "QUIT");
    assert_eq!(header(&heard, "From"), ("Sahod <no-reply@example.com>".into(), 1));
    assert_eq!(header(&heard, "To"), ("olga@example.org".into(), 1));
    assert_eq!(header(&heard, "Auto-Submitted"), ("auto-generated".into(), 1));
    assert_eq!(header(&heard, "Content-Type"), ("text/plain; charset=utf-8".into(), 1));
    assert_eq!(header(&heard, "Content-Transfer-Encoding"), ("quoted-printable".into(), 1));
    assert_eq!(header(&heard, "MIME-Version").1, 1);
    assert_eq!(header(&heard, "Date").1, 1);
    let (id, count) = header(&heard, "Message-ID");
    assert!(count == 1 && id.starts_with('<') && id.ends_with("@example.com>"), "{id}");
    let (subject, count) = header(&heard, "Subject");
    assert_eq!((subject.as_str(), count), ("=?utf-8?b?R3LDtsOfZSDDvGJlcnNjaHJpdHRlbg==?=", 1));
    assert_eq!(text(&heard)[..2], ["For Olga, who has used most of what there is:", "Gr=C3=BC=C3=9Fe"]);
}

#[tokio::test]
async fn lines_that_begin_with_a_dot_stay_in_the_text() {
    let (port, heard) = server(&[]).await;
    send(&config(port), Mail { text: "One\n.\n..two\n.three\n".into(), ..mail() }).await.unwrap();
    let heard = heard.await.unwrap();
    // The receiver takes one dot off again (RFC 5321, 4.5.2).
    let taken: Vec<_> = text(&heard).iter().map(|line| line.strip_prefix('.').unwrap_or(line)).collect();
    assert_eq!(taken[..4], ["One", ".", "..two", ".three"]);
    assert!(text(&heard).iter().all(|line| line != "."));
}

#[tokio::test]
async fn a_subject_is_one_line() {
    let (port, heard) = server(&[]).await;
    let subject = "Hello\r\nBcc: eve@example.net\nX-Evil: 1\r\n\r\nText of mine".into();
    send(&config(port), Mail { subject, ..mail() }).await.unwrap();
    let heard = heard.await.unwrap();
    assert_eq!((header(&heard, "Bcc").1, header(&heard, "X-Evil").1), (0, 0), "{heard:?}");
    assert!(header(&heard, "Subject").0.starts_with("Hello  Bcc: eve@example.net X-Evil: 1"), "{heard:?}");
    assert_eq!(heard.iter().filter(|line| line.starts_with("RCPT")).count(), 1);
    assert_eq!(text(&heard)[0], "Nine tenths are gone.");
}

#[tokio::test]
async fn a_refused_mail_is_not_one_to_send_again() {
    let (error, heard) = failure(&[("RCPT", "550 No such user olga@example.org")]).await;
    assert_eq!(error, MailError::Refused { code: 550 });
    assert!(error.is_permanent() && !heard.contains(&"DATA".to_owned()));
    let (error, _) = failure(&[(".", "554 olga@example.org: Quota nearly used looks like spam")]).await;
    assert_eq!(error, MailError::Refused { code: 554 });
    assert!(error.is_permanent());
}

#[tokio::test]
async fn a_server_that_is_busy_or_closed_refuses_no_mail() {
    let (error, _) = failure(&[("RCPT", "451 Try olga@example.org later")]).await;
    assert_eq!(error, MailError::NotNow { code: 451 });
    assert!(!error.is_permanent());
    for told in [&[("CONNECT", "554 No mail here")], &[("EHLO", "554 No mail here")]] {
        let (error, _) = failure(told).await;
        assert_eq!(error, MailError::NotNow { code: 554 });
    }
    let (error, _) = failure(&[("MAIL", "530 Sign in first")]).await;
    assert_eq!(error, MailError::NotSignedIn);
    assert!(!error.is_permanent());
}

#[tokio::test]
async fn a_server_that_says_nothing_runs_out_of_time() {
    for told in [&[("CONNECT", SILENCE)], &[("RCPT", SILENCE)], &[(".", SILENCE)]] {
        let (port, _heard) = server(told).await;
        let error = send(&MailConfig { timeout_ms: 200, ..config(port) }, mail()).await.unwrap_err();
        assert_eq!(error, MailError::TimedOut { after_ms: 200 });
        assert!(!error.is_permanent());
    }
}

#[tokio::test]
async fn what_becomes_of_the_goodbye_does_not_matter() {
    for told in [&[("QUIT", SILENCE)], &[("QUIT", HANG_UP)], &[("QUIT", "500 Stay")]] {
        let (port, _heard) = server(told).await;
        send(&config(port), mail()).await.unwrap();
    }
}

#[tokio::test]
async fn a_server_that_is_not_there_or_is_none() {
    let port = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    assert_eq!(send(&config(port), mail()).await, Err(MailError::Unreachable));
    for told in [&[("CONNECT", "HTTP/1.1 400 Bad Request")], &[("CONNECT", HANG_UP)], &[("DATA", HANG_UP)]] {
        let (error, _) = failure(told).await;
        assert_eq!(error, MailError::Broken, "{told:?}");
    }
}

#[tokio::test]
async fn nothing_is_said_in_the_open_where_encryption_is_asked_for() {
    let (port, heard) = server(&[]).await;
    let config = MailConfig {
        encryption: MailEncryption::Starttls,
        username: "user".into(),
        password: "secret".into(),
        ..config(port)
    };
    assert_eq!(send(&config, mail()).await, Err(MailError::Unencrypted));
    assert_eq!(heard.await.unwrap(), ["EHLO example.com"]);
}

#[tokio::test]
async fn a_certificate_that_nobody_vouches_for_is_not_trusted() {
    let rcgen::CertifiedKey { cert, signing_key } =
        rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
    let key = rustls::pki_types::PrivateKeyDer::try_from(signing_key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let tls = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![cert.der().clone()], key)
        .unwrap();
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(tls));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let accepted =
        tokio::spawn(async move { acceptor.accept(listener.accept().await.unwrap().0).await.is_ok() });
    let config = MailConfig { encryption: MailEncryption::Tls, ..config(port) };
    let error = send(&config, mail()).await.unwrap_err();
    assert_eq!(error, MailError::Untrusted);
    assert!(!error.is_permanent() && !accepted.await.unwrap());
}

#[tokio::test]
async fn a_mailer_signs_in_where_it_has_a_name() {
    let (port, heard) = server(&[]).await;
    let config = |port| MailConfig { username: "user".into(), password: "secret".into(), ..config(port) };
    send(&config(port), mail()).await.unwrap();
    assert_eq!(heard.await.unwrap()[1], "AUTH PLAIN AHVzZXIAc2VjcmV0");
    for (told, expected) in [
        (&[("AUTH", "535 user, that is not it")], MailError::NotSignedIn),
        (&[("EHLO", "250 mx.example.net")], MailError::NotSignedIn),
        (&[("AUTH", "454 Try later")], MailError::NotNow { code: 454 }),
        (&[("AUTH", HANG_UP)], MailError::Broken),
    ] {
        let (port, _heard) = server(told).await;
        let error = send(&config(port), mail()).await.unwrap_err();
        assert!(error == expected && !error.is_permanent(), "{told:?}: {error:?}");
    }
}

#[tokio::test]
async fn errors_and_settings_keep_what_they_know_to_themselves() {
    let (error, _) =
        failure(&[("RCPT", "550 olga@example.org: Quota nearly used. Nine tenths are gone.")]).await;
    let (port, _heard) = server(&[]).await;
    let odd = send(&config(port), Mail { to: "olga@".into(), ..mail() }).await.unwrap_err();
    assert_eq!(odd, MailError::InvalidAddress);
    let config = MailConfig { username: "user".into(), password: "hunter2".into(), ..config(1) };
    let mailer = Mailer::new(&config).unwrap().unwrap();
    let told = format!("{error} {error:?} {odd} {odd:?} {:?} {config:?} {mailer:?}", mail());
    for secret in ["olga", "Quota", "tenths", "hunter2"] {
        assert!(!told.contains(secret), "{told}");
    }
}

#[test]
fn an_address_is_one_address() {
    for good in ["olga@example.org", "o.l+ga@mail.example.org", "o'brien@example.org"] {
        assert_eq!(check_mail_address(good), Ok(()), "{good}");
    }
    for bad in [
        "",
        "olga",
        "olga@",
        "@example.org",
        "olga@example.org ",
        "olga@example.org, eve@example.net",
        "Olga <olga@example.org>",
        "olga@example.org\r\nRCPT TO:<eve@example.net>",
        "\"a\r\nb\"@example.org",
        "olga@exämple.org",
        "ölga@example.org",
    ] {
        assert_eq!(check_mail_address(bad), Err(MailError::InvalidAddress), "{bad:?}");
    }
}

#[test]
fn settings_that_cannot_be_meant_are_faults() {
    let keys = |config: MailConfig| config.faults().into_iter().map(|fault| fault.0).collect::<Vec<_>>();
    let away = || MailConfig { host: "mx.example.net".into(), ..config(0) };
    let signed_in = || MailConfig { username: "user".into(), password: "secret".into(), ..config(0) };
    let none = MailConfig { timeout_ms: 0, username: "user".into(), ..MailConfig::default() };
    assert!(Mailer::new(&none).unwrap().is_none() && keys(none).is_empty());
    assert_eq!(keys(config(0)), [""; 0]);
    assert_eq!(keys(away()), [""; 0]);
    for host in ["127.0.0.1", "::1", "localhost"] {
        assert_eq!(keys(MailConfig { host: host.into(), ..signed_in() }), [""; 0], "{host}");
    }
    assert_eq!(keys(MailConfig { host: "mx.example.net".into(), ..signed_in() }), ["encryption"]);
    assert_eq!(keys(MailConfig { username: String::new(), ..signed_in() }), ["username"]);
    assert_eq!(keys(MailConfig { password: String::new(), ..signed_in() }), ["password"]);
    assert_eq!(keys(MailConfig { timeout_ms: 0, ..config(0) }), ["timeout_ms"]);
    for good in ["no-reply@example.com", "<no-reply@example.com>", "\"Sahod, Inc.\" <a@example.com>"] {
        assert_eq!(keys(MailConfig { from: good.into(), ..config(0) }), [""; 0], "{good}");
    }
    for bad in
        ["", "Sahod", "Sahod <no-reply>", "a@example.com, b@example.com", "A <a@example.com> b", "A\n<a@b.c>"]
    {
        let config = MailConfig { from: bad.into(), ..config(0) };
        assert!(matches!(Mailer::new(&config), Err(MailError::InvalidConfig { key: "from", .. })), "{bad}");
    }
}
