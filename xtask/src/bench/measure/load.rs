//! A client that costs little: blocking threads, one connection kept alive on each.

use std::{
    io::{self, Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    sync::Barrier,
    time::Duration,
};

use super::answer::Answer;

/// Requests to one target before it is another one's turn.
const BATCH: usize = 200;
const TIMEOUT: Duration = Duration::from_mins(1);

pub(super) struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    pub(super) fn open(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect_timeout(&address, TIMEOUT)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(TIMEOUT))?;
        Ok(Self { stream, buffer: vec![0; 1 << 20] })
    }

    /// Sends a request and reads its whole answer, which must be a 200; how long it is, head and body.
    pub(super) fn get(&mut self, path: &str, headers: &str) -> io::Result<(usize, usize)> {
        let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n");
        self.exchange(path, &request, "200")
    }

    /// The same; the whole answer.
    pub(super) fn read(&mut self, path: &str, headers: &str) -> io::Result<Answer> {
        let (head, end) = self.get(path, headers)?;
        Ok(Answer::new(&self.buffer[..head], &self.buffer[head..end]))
    }

    /// Has something deleted, which must be answered with a 200.
    pub(super) fn delete(&mut self, path: &str, headers: &str) -> io::Result<()> {
        let request = format!("DELETE {path} HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n");
        self.exchange(path, &request, "200").map(|_| ())
    }

    /// Sends a JSON body; the whole answer, which must be a 201.
    pub(super) fn post(&mut self, path: &str, headers: &str, body: &str) -> io::Result<Answer> {
        let length = body.len();
        let (head, end) = self.exchange(
            path,
            &format!(
                "POST {path} HTTP/1.1\r\nHost: localhost\r\n{headers}Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
            ),
            "201",
        )?;
        Ok(Answer::new(&self.buffer[..head], &self.buffer[head..end]))
    }

    fn exchange(&mut self, path: &str, request: &str, status: &str) -> io::Result<(usize, usize)> {
        self.stream.write_all(request.as_bytes())?;
        let (mut read, mut head) = (0, None);
        loop {
            let count = self.stream.read(&mut self.buffer[read..])?;
            if count == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            read += count;
            if head.is_none() {
                head = self.buffer[..read].windows(4).position(|bytes| bytes == b"\r\n\r\n").map(|at| at + 4);
            }
            let Some(head) = head else { continue };
            let text = String::from_utf8_lossy(&self.buffer[..head]).to_ascii_lowercase();
            if !text.starts_with(&format!("http/1.1 {status} ")) {
                let body = String::from_utf8_lossy(&self.buffer[head..read]).into_owned();
                return Err(io::Error::other(format!("{path}: {text}{body}")));
            }
            let length =
                text.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse().ok());
            let length: usize = length.ok_or_else(|| io::Error::other("an answer without a length"))?;
            if read == head + length {
                return Ok((head, read));
            }
        }
    }
}

/// One request on a connection of its own.
pub(super) fn get(address: SocketAddr, path: &str, headers: &str) -> io::Result<Answer> {
    let mut connection = Connection::open(address)?;
    let (head, end) = connection.get(path, headers)?;
    Ok(Answer::new(&connection.buffer[..head], &connection.buffer[head..end]))
}

/// The path of the last page of a list, found by following its cursors from `path` on.
pub(super) fn last_page(address: SocketAddr, path: &str, headers: &str) -> io::Result<String> {
    let mut connection = Connection::open(address)?;
    let (list, _) = path.split_once('?').unwrap_or((path, ""));
    let mut path = path.to_owned();
    loop {
        let (head, end) = connection.get(&path, headers)?;
        let answer = Answer::new(&connection.buffer[..head], &connection.buffer[head..end]);
        let Some(cursor) = answer.member("nextCursor") else { return Ok(path) };
        path = format!("{list}?cursor={cursor}");
    }
}

/// How requests are made.
#[derive(Clone, Copy)]
pub(super) struct Load<'a> {
    /// Header lines, each with its line end.
    pub(super) headers: &'a str,
    pub(super) connections: usize,
}

/// What is asked for: paths that requests take turns at.
pub(super) struct Target<'a> {
    pub(super) address: SocketAddr,
    pub(super) paths: &'a [String],
}

/// So many requests to each target, over a few connections at once. The targets take turns every few requests, so that
/// whatever else the machine does hits them alike.
pub(super) fn drive(load: Load<'_>, targets: &[Target<'_>], requests: usize) -> io::Result<()> {
    let Load { headers, connections: count } = load;
    let turn = Barrier::new(count);
    std::thread::scope(|scope| {
        let turn = &turn;
        let client = move |first: usize| -> io::Result<()> {
            let connections = targets.iter().map(|target| Connection::open(target.address));
            let mut connections = connections.collect::<io::Result<Vec<_>>>();
            let mut fault = None;
            // Also after a fault: the others wait for everyone at each turn.
            for start in (0..requests).step_by(BATCH) {
                for (number, target) in targets.iter().enumerate() {
                    turn.wait();
                    let Ok(connections) = &mut connections else { continue };
                    let end = requests.min(start + BATCH);
                    let mine = (start + first..end).step_by(count);
                    let paths = mine.map(|request| &target.paths[request % target.paths.len()]);
                    for path in paths {
                        fault = fault.or(connections[number].get(path, headers).err());
                    }
                }
            }
            connections.map(|_| ())?;
            fault.map_or(Ok(()), Err)
        };
        let clients: Vec<_> = (0..count).map(|first| scope.spawn(move || client(first))).collect();
        clients
            .into_iter()
            .try_for_each(|client| client.join().map_err(|_| io::Error::other("a client panicked"))?)
    })
}
