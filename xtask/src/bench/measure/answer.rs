//! One captured answer, kept as a file for the bare handler to give again.

use std::{fs, io, path::Path};

/// An answer's headers and body.
#[derive(Clone)]
pub(super) struct Answer {
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
}

/// Headers that whoever serves the answer writes itself.
const OF_THE_SERVER: [&str; 3] = ["content-length", "date", "connection"];

impl Answer {
    pub(super) fn new(head: &[u8], body: &[u8]) -> Self {
        let head = String::from_utf8_lossy(head);
        let headers = head.lines().skip(1).filter_map(|line| line.split_once(": "));
        let headers = headers.map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()));
        let headers = headers.filter(|(name, _)| !OF_THE_SERVER.contains(&name.as_str())).collect();
        Self { headers, body: body.to_vec() }
    }

    pub(super) fn write(&self, path: &Path) -> io::Result<()> {
        let headers: Vec<String> =
            self.headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        let head = format!("HTTP/1.1 200 OK\r\n{}\r\n", headers.concat());
        fs::write(path, [head.as_bytes(), &self.body].concat())
    }

    pub(super) fn read(path: &Path) -> io::Result<Self> {
        let bytes = fs::read(path)?;
        let end = bytes.windows(4).position(|bytes| bytes == b"\r\n\r\n").map_or(bytes.len(), |at| at + 4);
        Ok(Self::new(&bytes[..end], &bytes[end..]))
    }

    /// The text after `"name":"` in the body, up to the next quote.
    pub(super) fn member(&self, name: &str) -> Option<String> {
        let body = std::str::from_utf8(&self.body).ok()?;
        let (_, rest) = body.split_once(&format!("\"{name}\":\""))?;
        rest.split_once('"').map(|(value, _)| value.to_owned())
    }

    /// The texts after each `"name":"` in the body, up to the next quote.
    pub(super) fn members(&self, name: &str) -> Vec<String> {
        let (body, before) = (String::from_utf8_lossy(&self.body), format!("\"{name}\":\""));
        let after = body.split(&before).skip(1);
        after.filter_map(|rest| Some(rest.split_once('"')?.0.to_owned())).collect()
    }

    /// How many items the list in the body has.
    pub(super) fn items(&self) -> usize {
        String::from_utf8_lossy(&self.body).matches("\"metadata\":").count()
    }
}
