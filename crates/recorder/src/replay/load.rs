//! Reading a recording.

use std::{
    fs::File,
    io::{self, BufRead as _, BufReader, Read as _},
    path::Path,
};

use crate::line::{Callback, Exchange, Line, VERSION, Webhook};

/// A recording has at most half of that.
const MOST_BYTES: u64 = 1024 * 1024 * 1024;

/// Why a file cannot be served again. Never says what is in it.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The system said no.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// A line is none of a recording's.
    #[error("line {0} is not of a recording")]
    Line(usize),
    /// The first line is none of a recording's.
    #[error("it is no recording")]
    NoRecording,
    /// Another version's.
    #[error("it was recorded in format {0}, and this program reads format {VERSION}")]
    Version(u32),
}

/// What was recorded, each kind in its order.
#[derive(Debug, Default)]
pub(crate) struct Recording {
    pub(crate) url: String,
    pub(crate) exchanges: Vec<Exchange>,
    pub(crate) webhooks: Vec<Webhook>,
    pub(crate) callbacks: Vec<Callback>,
}

impl Recording {
    pub(crate) fn load(path: &Path) -> Result<Self, LoadError> {
        let mut lines = BufReader::new(File::open(path)?.take(MOST_BYTES)).lines().enumerate();
        let Some((_, first)) = lines.next() else { return Err(LoadError::NoRecording) };
        let Ok(Line::Session(session)) = serde_json::from_str(&first?) else {
            return Err(LoadError::NoRecording);
        };
        if session.version != VERSION {
            return Err(LoadError::Version(session.version));
        }
        let mut recording = Self { url: session.url, ..Self::default() };
        for (index, line) in lines {
            match serde_json::from_str(&line?) {
                Ok(Line::Exchange(exchange)) => recording.exchanges.push(exchange),
                Ok(Line::Webhook(webhook)) => recording.webhooks.push(webhook),
                Ok(Line::Callback(callback)) => recording.callbacks.push(callback),
                Ok(Line::Session(_)) | Err(_) => return Err(LoadError::Line(index + 1)),
            }
        }
        recording.exchanges.sort_by_key(|exchange| exchange.number);
        recording.webhooks.sort_by_key(|webhook| webhook.at);
        // Both are milliseconds since 1970: by the page's clock or, from whoever gave none, by the recorder's.
        let place = |callback: &Callback| {
            callback.order.unwrap_or_else(|| callback.at.as_duration().as_secs_f64() * 1000.0)
        };
        recording.callbacks.sort_by(|one, other| place(one).total_cmp(&place(other)));
        Ok(recording)
    }
}
