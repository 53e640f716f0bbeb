//! A receiver of webhooks with moods. It speaks HTTP by hand, so that it can do what no server should.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use sahod_model::{Random, SeededRandom};
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::watch,
};

/// What a receiver does with a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mood {
    Takes,
    /// Answers with that status.
    Refuses(u16),
    /// Takes it, but late.
    Slow,
    /// Says nothing, ever.
    Silent,
    /// Hangs up in the middle of its answer.
    HangsUp,
}

const BAD: [Mood; 6] =
    [Mood::Refuses(500), Mood::Refuses(302), Mood::Refuses(404), Mood::Slow, Mood::Silent, Mood::HangsUp];
/// After so many tries everything is taken.
const PATIENCE: usize = 2;

/// One delivery that came.
#[derive(Clone, Debug)]
pub(super) struct Delivery {
    pub(super) id: String,
    pub(super) sequence: String,
    pub(super) body: Value,
    pub(super) taken: bool,
}

/// Receives on a port of its own.
pub(super) struct Receiver {
    pub(super) url: String,
    got: watch::Receiver<Vec<Delivery>>,
}

struct Moods {
    random: SeededRandom,
    /// How often each event came.
    tries: Mutex<HashMap<String, usize>>,
    /// Of a hundred first tries, so many go wrong.
    bad: u64,
    got: watch::Sender<Vec<Delivery>>,
}

impl Receiver {
    /// One in whose hands so many of a hundred deliveries go wrong at first.
    pub(super) async fn start(seed: u64, bad: u64) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let (sender, got) = watch::channel(Vec::new());
        let random = SeededRandom::new(seed);
        let moods = Arc::new(Moods { random, tries: Mutex::default(), bad, got: sender });
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let moods = Arc::clone(&moods);
                tokio::spawn(async move { moods.serve(stream).await });
            }
        });
        Self { url, got }
    }

    pub(super) fn deliveries(&self) -> Vec<Delivery> {
        self.got.borrow().clone()
    }
}

impl Moods {
    async fn serve(&self, mut stream: TcpStream) {
        while let Some((head, body)) = read(&mut stream).await {
            let header = |name: &str| {
                let line = head.lines().find(|line| line.to_ascii_lowercase().starts_with(name));
                line.and_then(|line| line.split_once(": "))
                    .map_or(String::new(), |(_, value)| value.to_owned())
            };
            let id = header("webhook-id:");
            let mood = self.mood(&id);
            let taken = matches!(mood, Mood::Takes | Mood::Slow);
            let body = serde_json::from_slice(&body).unwrap();
            let delivery = Delivery { id, sequence: header("sahod-sequence:"), body, taken };
            self.got.send_modify(|got| got.push(delivery));
            let answer = match mood {
                Mood::Takes => "HTTP/1.1 204 No Content\r\n\r\n".to_owned(),
                Mood::Refuses(status) => {
                    format!("HTTP/1.1 {status} No\r\nContent-Length: 0\r\nLocation: /\r\n\r\n")
                }
                Mood::Slow => {
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".to_owned()
                }
                Mood::Silent => std::future::pending().await,
                Mood::HangsUp => "HTTP/1.1 2".to_owned(),
            };
            if stream.write_all(answer.as_bytes()).await.is_err() || mood == Mood::HangsUp {
                return;
            }
        }
    }

    fn mood(&self, id: &str) -> Mood {
        let chance = |below: u64| u64::from_le_bytes((&self.random as &dyn Random).array()) % below;
        let mut tries = self.tries.lock().unwrap();
        let tries = tries.entry(id.to_owned()).or_default();
        *tries += 1;
        if *tries > PATIENCE || chance(100) >= self.bad {
            return Mood::Takes;
        }
        BAD[usize::try_from(chance(BAD.len() as u64)).unwrap()]
    }
}

/// The head and the body of a request; `None` when there is none any more.
async fn read(stream: &mut TcpStream) -> Option<(String, Vec<u8>)> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break end + 4;
        }
        more(stream, &mut bytes).await?;
    };
    let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
    let length = head
        .lines()
        .find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok());
    let length: usize = length.unwrap();
    while bytes.len() < end + length {
        more(stream, &mut bytes).await?;
    }
    Some((head, bytes[end..].to_vec()))
}

async fn more(stream: &mut TcpStream, bytes: &mut Vec<u8>) -> Option<()> {
    let mut block = [0; 8 * 1024];
    match stream.read(&mut block).await {
        Ok(0) | Err(_) => None,
        Ok(length) => {
            bytes.extend_from_slice(&block[..length]);
            Some(())
        }
    }
}
