//! What is written down, and the order of it.

use std::{
    fmt,
    fs::{File, OpenOptions},
    io::{self, BufWriter, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use jiff::Timestamp;
use sahod_model::Clock;

use crate::{
    line::{Line, Session, VERSION, changes},
    mask::Mask,
};

/// A recording ends with an error beyond that.
const MOST_BYTES: u64 = 512 * 1024 * 1024;

/// Records one session. Cheap to clone; clones write to the same file.
#[derive(Clone)]
pub struct Recorder(Arc<Shared>);

struct Shared {
    clock: Arc<dyn Clock>,
    tape: Mutex<Tape>,
}

impl fmt::Debug for Recorder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Recorder")
    }
}

/// The file and what was seen so far.
struct Tape {
    file: BufWriter<File>,
    written: u64,
    /// The first thing that went wrong; nothing is written after it.
    failed: Option<io::Error>,
    mask: Mask,
    /// How many requests came.
    came: u64,
    /// The last of them that changes something.
    begun: u64,
    /// The last of those that was answered.
    answered: u64,
}

/// A request that came.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Began {
    pub(crate) number: u64,
    pub(crate) after: u64,
    pub(crate) at: Timestamp,
}

impl Recorder {
    /// Begins a recording of the server at `url` in a new file.
    pub fn create(path: &Path, url: &str, clock: Arc<dyn Clock>) -> io::Result<Self> {
        let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
        let session = Session { version: VERSION, at: exact(clock.as_ref()), url: url.to_owned() };
        let tape = Tape {
            file: BufWriter::new(file),
            written: 0,
            failed: None,
            mask: Mask::default(),
            came: 0,
            begun: 0,
            answered: 0,
        };
        let recorder = Self(Arc::new(Shared { clock, tape: Mutex::new(tape) }));
        recorder.write(|_| Line::Session(session));
        Ok(recorder)
    }

    /// Ends the recording; what went wrong with it, if something did.
    pub fn finish(&self) -> io::Result<()> {
        let mut tape = self.tape();
        tape.file.flush()?;
        tape.failed.take().map_or(Ok(()), Err)
    }

    fn tape(&self) -> MutexGuard<'_, Tape> {
        self.0.tape.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn now(&self) -> Timestamp {
        exact(self.0.clock.as_ref())
    }

    /// A request came.
    pub(crate) fn begin(&self, method: &str) -> Began {
        let at = self.now();
        let mut tape = self.tape();
        tape.came += 1;
        if changes(method) {
            tape.begun = tape.came;
        }
        Began { number: tape.came, after: tape.answered, at }
    }

    /// A request that changes something was answered.
    pub(crate) fn answered(&self, number: u64) {
        let mut tape = self.tape();
        tape.answered = tape.answered.max(number);
    }

    /// The last request that changes something and has come.
    pub(crate) fn reached(&self) -> u64 {
        self.tape().begun
    }

    /// Writes a line and hands it to the system at once: a process that is killed loses nothing. That takes microseconds, as
    /// nobody waits for the disk.
    pub(crate) fn write(&self, line: impl FnOnce(&mut Mask) -> Line) {
        let mut tape = self.tape();
        if tape.failed.is_some() {
            return;
        }
        let line = line(&mut tape.mask);
        if let Err(error) = tape.write(&line) {
            tracing::error!(%error, "nothing more is recorded");
            tape.failed = Some(error);
        }
    }
}

/// The present as it is written down: unlike the API's times, with the microseconds, by which webhooks have their order.
fn exact(clock: &dyn Clock) -> Timestamp {
    Timestamp::from_microsecond(clock.now().as_micros()).unwrap_or(Timestamp::MAX)
}

impl Tape {
    fn write(&mut self, line: &Line) -> io::Result<()> {
        let mut text = serde_json::to_vec(line)?;
        text.push(b'\n');
        self.written += text.len() as u64;
        if self.written > MOST_BYTES {
            return Err(io::Error::other(format!("a recording has at most {MOST_BYTES} bytes")));
        }
        self.file.write_all(&text)?;
        self.file.flush()
    }
}
