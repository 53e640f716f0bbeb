//! The client against servers that misbehave. Each server is a few lines on a local port; time limits are the client's
//! own, and no test measures the clock on the wall.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "these are tests, helpers included")]

use std::{net::SocketAddr, sync::Arc, time::Duration};

use sahod_outbound::{HttpClient, HttpClientConfig, HttpError, HttpRequest, Method, NetworkKind};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::mpsc,
};

/// Far above every limit a test sets: it only keeps a broken client from hanging the whole run.
const PATIENCE: Duration = Duration::from_secs(30);
const LIMIT_BYTES: usize = 64 * 1024;

fn client(timeout_ms: u64) -> HttpClient {
    HttpClient::new(HttpClientConfig {
        allow_private_networks: true,
        connect_timeout_ms: 5_000,
        timeout_ms,
        max_response_bytes: LIMIT_BYTES,
    })
    .unwrap()
}

/// A server that treats every connection the same way.
async fn server<F>(treat: impl Fn(TcpStream) -> F + Send + 'static) -> SocketAddr
where
    F: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(treat(stream));
        }
    });
    address
}

/// Reads the head of a request, and its body when it tells the length.
async fn read_request(stream: &mut TcpStream) -> String {
    let mut received = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let count = stream.read(&mut buffer).await.unwrap_or(0);
        received.extend_from_slice(&buffer[..count]);
        let text = String::from_utf8_lossy(&received).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            if count == 0 {
                return text;
            }
            continue;
        };
        let length = head.lines().find_map(|line| {
            line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse::<usize>().ok()
        });
        if count == 0 || body.len() >= length.unwrap_or(0) {
            return text;
        }
    }
}

async fn answering(answer: &'static str) -> SocketAddr {
    server(move |mut stream| async move {
        read_request(&mut stream).await;
        let _ = stream.write_all(answer.as_bytes()).await;
    })
    .await
}

async fn get(client: &HttpClient, url: &str) -> Result<u16, HttpError> {
    let answer = tokio::time::timeout(PATIENCE, client.get(url, &[])).await.expect("bounded");
    answer.map(|answer| answer.status)
}

#[tokio::test]
async fn what_is_posted_arrives_byte_for_byte() {
    let (tell, mut told) = mpsc::channel(1);
    let address = server(move |mut stream| {
        let tell = tell.clone();
        async move {
            let request = read_request(&mut stream).await;
            let _ = tell.send(request).await;
            let _ = stream
                .write_all(b"HTTP/1.1 201 Created\r\nContent-Type: text/plain\r\nSet-Cookie: a=b\r\nContent-Length: 2\r\n\r\nok")
                .await;
        }
    })
    .await;
    let body = "{\"a\":  1.10}";
    let answer = client(5_000)
        .post(&format!("http://{address}/hook?x=1"), &[("Smile-Signature", "ab12")], body)
        .await
        .unwrap();

    assert_eq!((answer.status, &answer.body[..]), (201, &b"ok"[..]));
    assert_eq!(answer.header("content-type"), Some("text/plain"));
    assert_eq!(answer.header("set-cookie"), None, "only a few headers are kept");
    let request = told.recv().await.unwrap();
    assert!(request.starts_with("POST /hook?x=1 HTTP/1.1\r\n"), "{request}");
    assert!(request.contains("smile-signature: ab12\r\n"), "{request}");
    assert!(request.ends_with(body), "{request}");
}

#[tokio::test]
async fn every_status_is_an_answer_and_no_redirect_is_followed() {
    let missing = answering("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n").await;
    assert_eq!(get(&client(5_000), &format!("http://{missing}/")).await, Ok(404));

    let moved =
        answering("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n").await;
    let answer = client(5_000).get(&format!("http://{moved}/"), &[]).await.unwrap();
    assert_eq!((answer.status, answer.header("location")), (302, Some("http://127.0.0.1:1/")));
}

#[tokio::test]
async fn a_server_that_never_answers_is_given_up() {
    let address = server(|mut stream| async move {
        read_request(&mut stream).await;
        std::future::pending::<()>().await;
    })
    .await;
    let error = get(&client(200), &format!("http://{address}/")).await.unwrap_err();
    assert_eq!(error, HttpError::TimedOut { after_ms: 200 });
    assert_eq!(error.to_string(), "timed out after 200 ms");
}

/// Each byte comes in time; all of them together do not.
async fn dripping(head: &'static str) -> SocketAddr {
    server(move |mut stream| async move {
        read_request(&mut stream).await;
        let _ = stream.write_all(head.as_bytes()).await;
        while stream.write_all(b"x").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    })
    .await
}

#[tokio::test]
async fn a_dripping_answer_is_given_up_as_a_whole() {
    for head in ["HTTP/1.1 200 OK\r\nContent-Length: 50000\r\n\r\n", "HTTP/1.1 200 OK\r\nX-Slow: "] {
        let address = dripping(head).await;
        let error = get(&client(300), &format!("http://{address}/")).await.unwrap_err();
        assert_eq!(error, HttpError::TimedOut { after_ms: 300 }, "{head}");
    }
}

#[tokio::test]
async fn those_who_ask_for_a_beginning_get_the_status_and_what_came_in_time() {
    let address = dripping("HTTP/1.1 202 Accepted\r\nContent-Length: 50000\r\n\r\n").await;
    let request = HttpRequest::new(Method::Post, format!("http://{address}/")).body("{}");
    let client = client(10_000);
    let answer = tokio::time::timeout(PATIENCE, client.begin(request, 5)).await.expect("bounded").unwrap();
    assert_eq!((answer.status, answer.whole), (202, false));
    assert!(answer.body.len() <= 5 && answer.body.iter().all(|byte| *byte == b'x'), "{:?}", answer.body);
}

#[tokio::test]
async fn an_endless_answer_is_cut_off_at_the_limit() {
    for head in ["HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n"] {
        let (tell, mut told) = mpsc::channel(1);
        let address = server(move |mut stream| {
            let tell = tell.clone();
            async move {
                read_request(&mut stream).await;
                let _ = stream.write_all(head.as_bytes()).await;
                let block = [b'x'; 16 * 1024];
                while stream.write_all(&block).await.is_ok() {}
                let _ = tell.send(()).await;
            }
        })
        .await;
        let error = get(&client(20_000), &format!("http://{address}/")).await.unwrap_err();
        assert_eq!(error, HttpError::TooLarge { limit_bytes: LIMIT_BYTES });
        tokio::time::timeout(PATIENCE, told.recv()).await.expect("the connection was dropped, not drained");
    }
}

#[tokio::test]
async fn endless_headers_do_not_fill_the_memory() {
    let address = server(|mut stream| async move {
        read_request(&mut stream).await;
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n").await;
        while stream.write_all(b"X-More: and more and more and more\r\n").await.is_ok() {}
    })
    .await;
    let error = get(&client(20_000), &format!("http://{address}/")).await.unwrap_err();
    assert_eq!(error, HttpError::NotHttp);
}

#[tokio::test]
async fn a_server_that_hangs_up_is_told_from_one_that_is_not_there() {
    let closing = server(|mut stream| async move {
        read_request(&mut stream).await;
    })
    .await;
    assert_eq!(get(&client(5_000), &format!("http://{closing}/")).await, Err(HttpError::Closed));

    let short = answering("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort").await;
    assert_eq!(get(&client(5_000), &format!("http://{short}/")).await, Err(HttpError::Closed));

    let gone = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let error = get(&client(5_000), &format!("http://{gone}/")).await.unwrap_err();
    assert_eq!(
        (error.clone(), error.to_string().as_str()),
        (HttpError::RefusedConnection, "refused connection")
    );
}

#[tokio::test]
async fn what_is_no_http_is_said_so() {
    let address = answering("SSH-2.0-OpenSSH_9.9\r\n\r\n").await;
    assert_eq!(get(&client(5_000), &format!("http://{address}/")).await, Err(HttpError::NotHttp));
}

#[tokio::test]
async fn a_certificate_nobody_vouches_for_is_refused() {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let config =
        rustls::ServerConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(
                vec![made.cert.der().clone()],
                rustls::pki_types::PrivateKeyDer::Pkcs8(made.signing_key.serialize_der().into()),
            )
            .unwrap();
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
    let address = server(move |stream| {
        let acceptor = acceptor.clone();
        async move {
            let _ = acceptor.accept(stream).await;
        }
    })
    .await;
    let error = get(&client(5_000), &format!("https://localhost:{}/", address.port())).await.unwrap_err();
    assert!(error.to_string().starts_with("secure connection failed: "), "{error:?}");
}

#[tokio::test]
async fn private_networks_are_refused_by_number_and_by_name() {
    let guarded = HttpClient::new(HttpClientConfig::default()).unwrap();
    let (tell, mut told) = mpsc::channel::<()>(1);
    let address = server(move |_| {
        let tell = tell.clone();
        async move {
            let _ = tell.send(()).await;
        }
    })
    .await;
    let port = address.port();
    for host in ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1", "127.1"] {
        let error = get(&guarded, &format!("http://{host}:{port}/")).await.unwrap_err();
        assert_eq!(error, HttpError::RefusedAddress(NetworkKind::Loopback), "{host}");
        let early = guarded.check_destination(&format!("https://{host}/hook")).await;
        assert_eq!(early, Err(HttpError::RefusedAddress(NetworkKind::Loopback)), "{host}, before any call");
    }
    assert_eq!(guarded.check_destination("https://nobody.invalid/hook").await, Ok(()), "not known yet");
    let open = HttpClientConfig { allow_private_networks: true, ..HttpClientConfig::default() };
    assert_eq!(HttpClient::new(open).unwrap().check_destination("http://localhost/hook").await, Ok(()));
    let error = get(&guarded, "http://169.254.169.254/latest/meta-data/").await.unwrap_err();
    assert_eq!(error.to_string(), "address is in a private network (the local link)");
    assert!(told.try_recv().is_err(), "nobody connected");
}

#[tokio::test]
async fn what_is_no_web_address_is_refused() {
    let client = client(5_000);
    let with_login =
        ["http://me:canary@example.com/", "https://canary@example.com/", "https://:canary@example.com/"];
    let no_web = ["", "example.com", "file:///etc/passwd", "gopher://example.com/", "http://", "http://a b/"];
    for url in with_login.into_iter().chain(no_web) {
        let error = get(&client, url).await.unwrap_err();
        assert!(matches!(error, HttpError::InvalidUrl(_)), "{url}: {error:?}");
        assert!(!error.to_string().contains("canary"));
    }
    let error = get(&client, "http://no-such-host.invalid/").await.unwrap_err();
    assert_eq!(error, HttpError::UnknownHost);
    let request = HttpRequest::new(Method::Get, "http://127.0.0.1/").header("X-A", "one\r\nX-B: two");
    assert!(matches!(client.request(request).await, Err(HttpError::InvalidHeader(_))));
}

#[tokio::test]
async fn nothing_secret_shows_in_errors_or_debug_output() {
    let gone = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let request = HttpRequest::new(Method::Post, format!("http://canary:canary@{gone}/canary?canary=1"))
        .header("Authorization", "canary")
        .body("canary");
    let shown = format!("{request:?}");
    let error = client(5_000).request(request).await.unwrap_err();
    let shown = format!("{shown} {error} {error:?}");
    assert!(!shown.contains("canary"), "{shown}");
}

#[test]
fn limits_of_nothing_are_faults() {
    assert!(HttpClientConfig::default().faults().is_empty());
    let none = HttpClientConfig { connect_timeout_ms: 0, timeout_ms: 0, ..HttpClientConfig::default() };
    assert_eq!(none.faults().len(), 2);
}
