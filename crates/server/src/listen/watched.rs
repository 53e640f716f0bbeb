//! What a connection is read from and written to, watched.

use std::{
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use axum::body::{Body, Bytes, HttpBody};
use http_body::{Frame, SizeHint};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::activity::Activity;

/// Of what still comes after the last answer, at most this much is read: a whole upload that was refused at its head, and more.
const MOST_AFTER_THE_END: usize = 64 * 1024 * 1024;

/// A stream of bytes that tells what happens on it.
///
/// At its end it goes on reading, without keeping anything, until the other end has hung up or had its time. A socket with bytes
/// that nobody read is closed with a reset, which takes the answer away from a client that is still sending.
pub(super) struct Watched<I> {
    stream: I,
    activity: Arc<Activity>,
    /// How much came after the end of what is sent; `None` before that.
    after_end: Option<usize>,
}

impl<I> Watched<I> {
    pub(super) fn new(stream: I, activity: Arc<Activity>) -> Self {
        Self { stream, activity, after_end: None }
    }
}

impl<I: AsyncRead + Unpin> AsyncRead for Watched<I> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = ready!(Pin::new(&mut self.stream).poll_read(context, buffer));
        if buffer.filled().len() > before {
            self.activity.heard();
        }
        Poll::Ready(read)
    }
}

impl<I: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Watched<I> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = ready!(Pin::new(&mut self.stream).poll_write(context, bytes));
        self.activity.took();
        Poll::Ready(written)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.after_end.is_none() {
            ready!(Pin::new(&mut self.stream).poll_shutdown(context))?;
            self.activity.closing();
            self.after_end = Some(0);
        }
        let mut bytes = [0; 8 * 1024];
        loop {
            let mut buffer = ReadBuf::new(&mut bytes);
            // Whatever ends the reading ends the connection.
            if ready!(Pin::new(&mut self.stream).poll_read(context, &mut buffer)).is_err() {
                return Poll::Ready(Ok(()));
            }
            let came = buffer.filled().len();
            let all = self.after_end.unwrap_or_default() + came;
            self.after_end = Some(all);
            if came == 0 || all > MOST_AFTER_THE_END {
                return Poll::Ready(Ok(()));
            }
            self.activity.heard();
        }
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = ready!(Pin::new(&mut self.stream).poll_write_vectored(context, parts));
        self.activity.took();
        Poll::Ready(written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

/// A request's body, which tells when it waits for the client.
pub(super) struct Received<B> {
    body: B,
    activity: Arc<Activity>,
    waits: bool,
}

impl<B> Received<B> {
    pub(super) fn new(body: B, activity: Arc<Activity>) -> Self {
        Self { body, activity, waits: false }
    }

    fn waits(&mut self, waits: bool) {
        if self.waits != waits {
            self.waits = waits;
            self.activity.receives(waits);
        }
    }
}

impl<B: HttpBody<Data = Bytes> + Unpin> HttpBody for Received<B> {
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        let frame = Pin::new(&mut self.body).poll_frame(context);
        self.waits(frame.is_pending());
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl<B> Drop for Received<B> {
    fn drop(&mut self) {
        self.waits(false);
    }
}

/// A request that has no whole answer yet.
pub(super) struct Running(pub(super) Arc<Activity>);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.end();
    }
}

/// An answer's body, which tells when it waits for the client. With it the request ends.
pub(super) struct Answer {
    body: Body,
    running: Running,
    unread: bool,
}

impl Answer {
    pub(super) fn new(body: Body, running: Running) -> Self {
        Self { body, running, unread: false }
    }

    fn unread(&mut self, unread: bool) {
        if self.unread != unread {
            self.unread = unread;
            self.running.0.unread(unread);
        }
    }
}

impl HttpBody for Answer {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        // Asked for more, the transport has taken what there was.
        self.unread(false);
        let frame = ready!(Pin::new(&mut self.body).poll_frame(context));
        self.unread(frame.is_some());
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Answer {
    fn drop(&mut self) {
        self.unread(false);
    }
}
