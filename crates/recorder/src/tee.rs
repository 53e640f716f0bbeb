//! A body whose bytes are kept while they pass.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use axum::body::{Body, Bytes};
use http_body::{Body as HttpBody, Frame, SizeHint};

/// Longer ones pass without being kept: the longest that the API takes are files of 22 MiB.
pub(crate) const MOST: usize = 32 * 1024 * 1024;

/// Hears what passes.
pub(crate) trait Listener: Send + 'static {
    /// Some bytes passed.
    fn passed(&mut self, bytes: &[u8]);

    /// Nothing more will: the body ended, or nobody wants the rest.
    fn ended(self: Box<Self>);
}

/// The same body, overheard.
pub(crate) fn overheard(body: Body, listener: impl Listener) -> Body {
    Body::new(Tee { body, listener: Some(Box::new(listener)) })
}

struct Tee {
    body: Body,
    listener: Option<Box<dyn Listener>>,
}

impl Tee {
    fn end(&mut self) {
        if let Some(listener) = self.listener.take() {
            listener.ended();
        }
    }
}

impl HttpBody for Tee {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(context);
        match &polled {
            Poll::Ready(Some(Ok(frame))) => {
                if let (Some(bytes), Some(listener)) = (frame.data_ref(), &mut self.listener) {
                    listener.passed(bytes);
                }
                // Before the last bytes leave: whoever gets them may ask for what follows at once.
                if self.body.is_end_stream() {
                    self.end();
                }
            }
            Poll::Ready(Some(Err(_)) | None) => self.end(),
            Poll::Pending => {}
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// A body that is at its end is not always asked again.
impl Drop for Tee {
    fn drop(&mut self) {
        self.end();
    }
}

/// The bytes that passed, up to [`MOST`], and how many there were.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    pub(crate) bytes: Vec<u8>,
    pub(crate) length: u64,
}

impl Kept {
    pub(crate) fn add(&mut self, bytes: &[u8]) {
        self.length += bytes.len() as u64;
        if self.is_whole() {
            self.bytes.extend_from_slice(bytes);
        } else {
            self.bytes = Vec::new();
        }
    }

    pub(crate) const fn is_whole(&self) -> bool {
        self.length <= MOST as u64
    }
}
