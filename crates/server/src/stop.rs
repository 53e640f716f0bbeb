//! What a running process is told by signals, and what it is ended by.

use std::{
    io::{self, IsTerminal as _, Read as _},
    os::{
        fd::AsFd as _,
        unix::{fs::FileTypeExt as _, process::parent_id},
    },
    time::Duration,
};

use tokio::{
    signal::unix::{Signal, SignalKind, signal},
    sync::oneshot::{self, error::TryRecvError},
};

use crate::failure::Failure;

/// How often it is looked whether the parent still lives: nothing tells of its end.
const LOOK: Duration = Duration::from_millis(250);

/// The signals that a process takes.
pub(crate) struct Signals {
    interrupt: Signal,
    terminate: Signal,
    hang_up: Signal,
}

/// What a signal asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Told {
    /// To end, once others had the time to go elsewhere.
    Terminate,
    /// To end at once: a person waits for it.
    Interrupt,
    /// To read anew what may have changed.
    Reload,
}

impl Signals {
    pub(crate) fn catch() -> io::Result<Self> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hang_up: signal(SignalKind::hangup())?,
        })
    }

    /// The next signal.
    pub(crate) async fn told(&mut self) -> Told {
        tokio::select! {
            _ = self.interrupt.recv() => Told::Interrupt,
            _ = self.terminate.recv() => Told::Terminate,
            _ = self.hang_up.recv() => Told::Reload,
        }
    }

    /// Waits for one that asks for the end; there is nothing to read anew.
    pub(crate) async fn received(&mut self) {
        while self.told().await == Told::Reload {}
    }
}

/// Waits until the terminal is closed that a person typed the command in. Without one, for ever: then the same signal is
/// somebody who asks for something to be read anew.
pub(crate) async fn terminal_closed() {
    if io::stdin().is_terminal()
        && let Ok(mut hang_up) = signal(SignalKind::hangup())
    {
        hang_up.recv().await;
    } else {
        std::future::pending::<()>().await;
    }
}

/// Whoever started this process.
pub(crate) struct Parent {
    id: u32,
    /// Tells when standard input has ended; `None` where that says nothing.
    input: Option<oneshot::Receiver<()>>,
}

impl Parent {
    /// Begins to watch the parent.
    ///
    /// A test suite that starts a program holds the other end of the program's input, which closes when the suite ends,
    /// however it ends. A terminal, a file and `/dev/null`, which a shell gives to what it starts with `&`, are nobody's end
    /// of anything: they are left alone.
    pub(crate) fn watch() -> io::Result<Self> {
        let input = std::fs::File::from(io::stdin().as_fd().try_clone_to_owned()?);
        let kind = input.metadata()?.file_type();
        let input = if kind.is_fifo() || kind.is_socket() { Some(end_of(input)?) } else { None };
        Ok(Self { id: parent_id(), input })
    }

    /// Says so when standard input has ended already: it was never anybody's to hold, and what runs would end at once.
    pub(crate) fn check(parent: Option<&mut Self>) -> Result<(), Failure> {
        match parent.and_then(|parent| parent.input.as_mut()).map(oneshot::Receiver::try_recv) {
            None | Some(Err(TryRecvError::Empty)) => Ok(()),
            Some(Ok(()) | Err(TryRecvError::Closed)) => {
                Err("standard input is a pipe that is closed already: \
                hold its other end for as long as this is to run, or use --keep"
                    .into())
            }
        }
    }

    /// Waits until the parent is gone, or has closed this process's input; for ever without a parent to watch.
    pub(crate) async fn gone(parent: Option<Self>) {
        let Some(Self { id, input }) = parent else { return std::future::pending().await };
        let closed = async {
            match input {
                Some(closed) => drop(closed.await),
                None => std::future::pending().await,
            }
        };
        let dead = async {
            while parent_id() == id {
                tokio::time::sleep(LOOK).await;
            }
        };
        tokio::select! {
            () = closed => tracing::info!("standard input was closed"),
            () = dead => tracing::info!("the parent has ended"),
        }
    }
}

/// Tells when that has been read to its end; what is in it is for nobody. On a thread of its own: a read that never returns
/// must keep neither the runtime from working nor the process from ending.
fn end_of(mut input: std::fs::File) -> io::Result<oneshot::Receiver<()>> {
    let (closed, is_closed) = oneshot::channel();
    let read = move || {
        let mut buffer = [0; 4096];
        loop {
            match input.read(&mut buffer) {
                Ok(1..) => {}
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Ok(0) | Err(_) => break,
            }
        }
        // Whoever would hear it may be gone already.
        let _ = closed.send(());
    };
    std::thread::Builder::new().name("standard-input".into()).spawn(read)?;
    Ok(is_closed)
}
