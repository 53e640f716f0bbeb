//! Connections of strangers: on which nothing happens, of which there are too many, and what their requests say they are for.

use std::{process::Stdio, time::Duration};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpSocket, TcpStream},
    process::Command,
    time::timeout,
};

use crate::harness::{Engine, Installation, Sahod, soon};

const GET: &str = "GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n";
const PREFACE: &str = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

async fn started(settings: &[(&str, &str)]) -> (Sahod, Installation) {
    let installation = Installation::new(Engine::Sqlite).await;
    let installation =
        settings.iter().fold(installation, |installation, (name, value)| installation.with(name, value));
    (installation.dev().await, installation)
}

/// Connects, sends that, and reads until the other end closes.
async fn until_closed(address: &str, text: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(text.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    let _ = soon("the other end to close", stream.read_to_end(&mut answer)).await;
    String::from_utf8_lossy(&answer).into_owned()
}

/// Sends a request and reads the head of its answer.
async fn ask(stream: &mut TcpStream) -> String {
    stream.write_all(GET.as_bytes()).await.unwrap();
    let mut answer = vec![0; 4096];
    let length = soon("an answer", stream.read(&mut answer)).await.unwrap();
    String::from_utf8_lossy(&answer[..length]).into_owned()
}

#[tokio::test]
async fn a_silent_connection_is_closed_whatever_it_began() {
    let (sahod, _kept) = started(&[("SAHOD_SERVER__HEAD_TIMEOUT_MS", "300")]).await;
    for begun in ["", "G", "GET /livez HTTP/1.1\r\nHost: local", PREFACE, &PREFACE[..9]] {
        let answer = until_closed(&sahod.address(), begun).await;
        assert!(!answer.contains(" 200 "), "{begun:?}: {answer}");
    }
    assert_eq!(sahod.open().get("/users").await.unwrap().status, 200);
}

#[tokio::test]
async fn a_connection_is_kept_for_longer_than_a_head_may_take_and_not_for_ever() {
    let (sahod, _kept) =
        started(&[("SAHOD_SERVER__HEAD_TIMEOUT_MS", "500"), ("SAHOD_SERVER__KEEP_ALIVE_MS", "3000")]).await;
    let mut stream = TcpStream::connect(sahod.address()).await.unwrap();
    for _ in 0..2 {
        assert!(ask(&mut stream).await.starts_with("HTTP/1.1 200"));
        // Longer than a head may take; the pause itself, not a wait for something.
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    assert!(ask(&mut stream).await.starts_with("HTTP/1.1 200"));
    let mut rest = Vec::new();
    soon("the end of an idle connection", stream.read_to_end(&mut rest)).await.unwrap();
    assert_eq!(rest, b"");
    // A next request that does not come whole has the time of a head.
    let begun = format!("{GET}GET /livez HT");
    assert!(until_closed(&sahod.address(), &begun).await.starts_with("HTTP/1.1 200"));
}

/// `dev`, started by a shell that was told that of its limits.
async fn limited(installation: &Installation, ulimit: &str) -> Sahod {
    let data = installation.data();
    let program = installation.command(&["dev", "--json", "--port", "0", "--data", data.to_str().unwrap()]);
    let program = program.as_std();
    let mut command = Command::new("sh");
    command.arg("-c").arg(format!("ulimit {ulimit} && exec \"$0\" \"$@\"")).arg(program.get_program());
    command.args(program.get_args()).env_clear();
    command.envs(program.get_envs().filter_map(|(name, value)| Some((name, value?))));
    command.env("PATH", "/usr/bin:/bin").current_dir(program.get_current_dir().unwrap());
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    Sahod::spawn(command).until_ready().await
}

#[tokio::test]
async fn more_silent_connections_than_files_may_be_open_stop_nobody() {
    let installation = Installation::new(Engine::Sqlite).await;
    let mut sahod = limited(&installation, "-n 256").await;
    let mut held = Vec::new();
    for number in 0..600_u16 {
        let socket = TcpSocket::new_v4().unwrap();
        // Of one stranger, and of many.
        let own = if number % 2 == 0 { 2 } else { 2 + number % 97 };
        socket.bind(format!("127.0.0.{own}:0").parse().unwrap()).unwrap();
        let mut stream =
            soon("a connection", socket.connect(sahod.address().parse().unwrap())).await.unwrap();
        if number % 3 == 0 {
            // It may have been let go already.
            let _ = stream.write_all(b"GET /sandbox/v1/us").await;
        }
        held.push(stream);
    }
    for _ in 0..20 {
        assert_eq!(sahod.open().get("/users").await.unwrap().status, 200);
    }
    sahod.logged("too many connections").await;
    drop(held);
}

#[tokio::test]
async fn the_soft_limit_of_open_files_is_raised() {
    let installation = Installation::new(Engine::Sqlite).await.with("SAHOD_LOG__FILTER", "info");
    let sahod = limited(&installation, "-S -n 200").await;
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", sahod.pid())).unwrap();
    let line = limits.lines().find(|line| line.starts_with("Max open files")).unwrap();
    let numbers: Vec<_> = line.split_whitespace().filter_map(|word| word.parse::<u64>().ok()).collect();
    assert!(matches!(numbers[..], [soft, hard] if soft == hard && soft > 200), "{line}");
}

#[tokio::test]
async fn a_large_request_that_is_refused_early_has_an_answer_that_can_be_read() {
    let (sahod, _kept) = started(&[]).await;
    let body = vec![b'x'; 8 * 1024 * 1024];
    let key = |pair: &str| {
        use base64::Engine as _;
        base64::engine::general_purpose::STANDARD.encode(pair)
    };
    let right =
        format!("{}:{}", sahod.ready["apiKey"].as_str().unwrap(), sahod.ready["apiSecret"].as_str().unwrap());
    for (pair, length, code) in [
        (key("key-nobody:wrong"), format!("Content-Length: {}", body.len()), "INVALID_CREDENTIALS"),
        (key(&right), format!("Content-Length: {}", body.len()), "INVALID_PARAMETERS"),
    ] {
        for _ in 0..5 {
            let mut stream = TcpStream::connect(sahod.address()).await.unwrap();
            let head = format!(
                "POST /sandbox/v1/users HTTP/1.1\r\nHost: localhost\r\nAuthorization: Basic {pair}\r\n\
                 Content-Type: application/json\r\n{length}\r\n\r\n"
            );
            // As many clients do: everything is sent before anything is read.
            soon("the head to be sent", stream.write_all(head.as_bytes())).await.unwrap();
            soon("the body to be sent", stream.write_all(&body)).await.unwrap();
            let mut answer = Vec::new();
            soon("an answer", stream.read_to_end(&mut answer)).await.unwrap();
            let answer = String::from_utf8_lossy(&answer);
            assert!(answer.starts_with("HTTP/1.1 4") && answer.contains(code), "{answer}");
        }
    }
}

#[tokio::test]
async fn a_request_that_is_for_no_host_or_for_two_is_refused() {
    let (sahod, _kept) = started(&[]).await;
    let ask = async |hosts: &str| {
        let request = format!("GET /sandbox/v1/users HTTP/1.1\r\n{hosts}Connection: close\r\n\r\n");
        until_closed(&sahod.address(), &request).await
    };
    for hosts in ["", "Host: localhost\r\nHost: localhost\r\n", "Host: a b\r\n", "Host: \r\n"] {
        let answer = ask(hosts).await;
        assert!(answer.starts_with("HTTP/1.1 400"), "{hosts:?}: {answer}");
    }
    assert!(ask("").await.contains("\"parameter\":\"Host\""));
    assert!(ask("Host: localhost\r\n").await.starts_with("HTTP/1.1 401"));
}

#[tokio::test]
async fn a_developers_server_does_not_answer_to_foreign_names() {
    let (sahod, _kept) = started(&[("SAHOD_SERVER__BASE_DOMAIN", "sahod.test")]).await;
    let demo = sahod.ready["demoUrl"].as_str().unwrap().rsplit_once(':').unwrap().1.to_owned();
    for address in [sahod.address(), format!("127.0.0.1:{demo}")] {
        let status = async |host: &str, path: &str| {
            let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
            let answer = until_closed(&address, &request).await;
            answer.split(' ').nth(1).unwrap_or_default().to_owned()
        };
        for own in
            ["localhost", "127.0.0.1:8080", "[::1]:80", "web.localhost:1", "sahod.test", "SAHOD.test:8080"]
        {
            assert_ne!(status(own, "/").await, "421", "{own}");
        }
        for foreign in [
            "evil.example",
            "localhost.evil.example:8080",
            "127.0.0.1.evil.example",
            "sahod.test.evil.example",
        ] {
            for path in ["/", "/livez", "/sandbox/v1/users", "/api/config"] {
                assert_eq!(status(foreign, path).await, "421", "{foreign} {path}");
            }
        }
    }
}

#[tokio::test]
async fn browsers_that_come_encrypted_are_told_to_go_on_so() {
    let told = async |settings: &[(&str, &str)], paths: &[&str]| {
        let installation =
            Installation::new(Engine::Sqlite).await.with("SAHOD_SERVER__LISTEN", "127.0.0.1:0");
        let installation =
            settings.iter().fold(installation, |installation, (name, value)| installation.with(name, value));
        std::fs::write(installation.home().join("sahod.toml"), "").unwrap();
        let mut sahod = Sahod::spawn(installation.command(&["serve"]));
        let line: serde_json::Value = serde_json::from_str(&sahod.logged("serving").await).unwrap();
        let address = line["fields"]["address"].as_str().unwrap();
        let mut told = Vec::new();
        for path in paths {
            let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
            let answer = until_closed(address, &request).await.to_ascii_lowercase();
            let line = answer.lines().find_map(|line| line.strip_prefix("strict-transport-security: "));
            told.push(line.map(ToOwned::to_owned));
        }
        told
    };
    let url = ("SAHOD_SERVER__PUBLIC_URL", "https://sahod.test");
    let year = Some("max-age=31536000".to_owned());
    let paths = ["/web/v2/smile.v2.js", "/sandbox/v1/users", "/readyz", "/nowhere"];
    assert_eq!(told(&[url], &paths).await, [year.clone(), year.clone(), year.clone(), year]);
    assert_eq!(told(&[url, ("SAHOD_SERVER__HSTS_S", "0")], &["/readyz"]).await, [None]);
    assert_eq!(told(&[], &["/readyz"]).await, [None]);
}

#[tokio::test]
async fn the_last_connection_of_an_address_that_has_many_is_served() {
    let (sahod, _kept) = started(&[("SAHOD_SERVER__MAX_CONNECTIONS_PER_ADDRESS", "3")]).await;
    let mut held = Vec::new();
    for _ in 0..10 {
        let mut stream = TcpStream::connect(sahod.address()).await.unwrap();
        assert!(ask(&mut stream).await.starts_with("HTTP/1.1 200"));
        held.push(stream);
    }
    let mut closed = 0;
    for stream in &mut held {
        let mut byte = [0];
        if let Ok(Ok(0) | Err(_)) = timeout(Duration::from_millis(500), stream.read(&mut byte)).await {
            closed += 1;
        }
    }
    assert_eq!(closed, 7, "the oldest gave way");
}
