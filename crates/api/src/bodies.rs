//! Reads bodies, however slowly they come, without letting the slow ones cost anybody else anything.

#[cfg(test)]
mod tests;

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use axum::{body::Body, http::Extensions};
use bytes::{Bytes, BytesMut};
use futures_util::FutureExt as _;
use http_body::Body as _;
use http_body_util::BodyExt as _;
use sahod_app::Fault;
use tokio::{
    sync::Notify,
    time::{Instant, timeout_at},
};

use crate::{
    crowd::{Capacity, Crowd, Full, Member, Place},
    error::{ApiError, Code},
    file_places::CarriesFiles,
    limits::max_body_bytes,
    turns::Turn,
};

/// What a body that is waited for takes beside its bytes: its task and its buffers.
const OVERHEAD_BYTES: usize = 16 * 1024;

/// How bodies are waited for.
#[derive(Clone, Copy, Debug)]
pub struct BodyLimits {
    /// A body makes progress: in each such time it ends, or brings as many bytes as [`Self::bytes_per_second`] asks for.
    pub window: Duration,
    /// The least that a client sends.
    pub bytes_per_second: usize,
    /// How many bytes of unfinished bodies are kept, in all and from one address.
    pub capacity: Capacity,
}

impl Default for BodyLimits {
    fn default() -> Self {
        Self {
            window: Duration::from_secs(15),
            bytes_per_second: 8_000,
            capacity: Capacity { in_all: 256 * 1024 * 1024, of_one: 96 * 1024 * 1024 },
        }
    }
}

/// All bodies that are waited for. Cheap to clone; in the extensions of each request.
#[derive(Clone)]
pub struct Bodies {
    limits: BodyLimits,
    crowd: Crowd<Sender>,
}

impl Bodies {
    /// None yet.
    #[must_use]
    pub fn new(limits: BodyLimits) -> Self {
        Self { limits, crowd: Crowd::new(limits.capacity) }
    }

    /// The bytes that have to come in one window.
    fn bytes_per_window(&self) -> usize {
        let millis = usize::try_from(self.limits.window.as_millis()).unwrap_or(usize::MAX);
        self.limits.bytes_per_second.saturating_mul(millis) / 1_000
    }
}

/// A client whose body is waited for.
struct Sender {
    heard: Mutex<Instant>,
    gives_way: Notify,
}

impl Sender {
    fn new() -> Arc<Self> {
        Arc::new(Self { heard: Mutex::new(Instant::now()), gives_way: Notify::new() })
    }

    fn heard(&self) {
        *self.heard.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }
}

impl Member for Sender {
    fn waiting_since(&self) -> Option<Instant> {
        Some(*self.heard.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn give_way(&self) {
        self.gives_way.notify_one();
    }
}

/// The whole body of a request, which may be as large as its kind allows.
pub async fn read(request: &Extensions, body: Body) -> Result<Bytes, ApiError> {
    let most = max_body_bytes(request);
    // What says of itself that it is too large need not be read to know it.
    if usize::try_from(body.size_hint().lower()).map_or(true, |length| length > most) {
        return Err(too_large(most));
    }
    let mut reading = Reading { body, read: Read::default(), most };
    let ended = reading.what_is_there();
    let (Some(turn), Some(bodies)) = (request.get::<Turn>(), request.get::<Bodies>()) else {
        while reading.next().await? {}
        return Ok(reading.read.into_bytes());
    };
    let files = request.get::<CarriesFiles>().filter(|_| !turn.has_place_among_files());
    if let (Some(ended), None) = (&ended, files) {
        return ended.clone().map(|()| reading.read.into_bytes());
    }
    turn.pause();
    let kept = match ended {
        Some(ended) => ended.map(|()| None)?,
        None => Some(reading.wait(turn, bodies).await?),
    };
    let among_files = match files {
        Some(files) => Some(files.place().await?),
        None => None,
    };
    turn.resume(among_files)?;
    drop(kept);
    Ok(reading.read.into_bytes())
}

/// A body, as far as it has come.
struct Reading {
    body: Body,
    read: Read,
    most: usize,
}

impl Reading {
    /// Takes what is there already; how it ended when that is all.
    fn what_is_there(&mut self) -> Option<Result<(), ApiError>> {
        loop {
            match self.next().now_or_never()? {
                Ok(true) => {}
                Ok(false) => return Some(Ok(())),
                Err(error) => return Some(Err(error)),
            }
        }
    }

    /// Takes the next piece, when there is one.
    async fn next(&mut self) -> Result<bool, ApiError> {
        let Some(frame) = self.body.frame().await else { return Ok(false) };
        let frame = frame.map_err(|_| body_fault("could not be read to its end"))?;
        if let Ok(data) = frame.into_data() {
            if self.read.length() + data.len() > self.most {
                return Err(too_large(self.most));
            }
            self.read.add(data);
        }
        Ok(true)
    }

    /// Waits for the rest; what its bytes are kept in.
    async fn wait(&mut self, turn: &Turn, bodies: &Bodies) -> Result<Place<Sender>, ApiError> {
        let sender = Sender::new();
        let mut place =
            bodies.crowd.join(Some(turn.address()), &sender, OVERHEAD_BYTES + self.read.length())?;
        let mut deadline = Instant::now() + bodies.limits.window;
        let mut wanted = self.read.length() + bodies.bytes_per_window();
        loop {
            let before = self.read.length();
            let next = tokio::select! {
                next = timeout_at(deadline, self.next()) => next,
                () = sender.gives_way.notified() => return Err(Full::OfOne.into()),
            };
            match next {
                Ok(Ok(true)) => {}
                Ok(Ok(false)) => return Ok(place),
                Ok(Err(error)) => return Err(error),
                Err(_) => return Err(Code::TimeLimitExceeded.into()),
            }
            sender.heard();
            place.grow(self.read.length() - before)?;
            if self.read.length() >= wanted {
                deadline = Instant::now() + bodies.limits.window;
                wanted = self.read.length() + bodies.bytes_per_window();
            }
        }
    }
}

/// The pieces of a body. Most come in one, which is not copied.
#[derive(Default)]
struct Read {
    first: Bytes,
    rest: BytesMut,
}

impl Read {
    fn length(&self) -> usize {
        self.first.len() + self.rest.len()
    }

    fn add(&mut self, data: Bytes) {
        if self.length() == 0 {
            self.first = data;
            return;
        }
        if self.rest.is_empty() {
            self.rest.extend_from_slice(&std::mem::take(&mut self.first));
        }
        self.rest.extend_from_slice(&data);
    }

    fn into_bytes(self) -> Bytes {
        if self.rest.is_empty() { self.first } else { self.rest.freeze() }
    }
}

fn too_large(most: usize) -> ApiError {
    body_fault(format!("is larger than {most} bytes"))
}

/// A fault of the body as a whole.
pub fn body_fault(detail: impl Into<std::borrow::Cow<'static, str>>) -> ApiError {
    ApiError::invalid(vec![Fault::new("body", detail)])
}
