//! Accepts connections and serves them, encrypted or not.
//!
//! The loop is our own, on hyper: of a connection it has to be known whose it is and what it does, and when there are too many,
//! those that do nothing give way. hyper's own time limit for heads is also that for idle connections, and none of its limits
//! is for a connection that says nothing at all.

mod activity;
mod connection;
mod connections;
mod descriptors;
mod proxies;
mod watched;

use std::{
    io,
    net::{SocketAddr, TcpListener},
    sync::Arc,
    time::Duration,
};

use axum::Router;
use futures_util::FutureExt as _;
use tokio::{
    net::TcpStream,
    sync::watch,
    task::JoinSet,
    time::{sleep, timeout},
};

pub(crate) use self::{
    connections::{ConnectionLimits, Connections},
    descriptors::raise_limit,
    proxies::{Network, Proxies},
};
use crate::{failure::Failure, tls::Tls};

/// When nothing can be accepted, as there are no descriptors, it is tried again after so long.
const PAUSE: Duration = Duration::from_millis(100);

/// How far a server has come with its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    /// It serves.
    Open,
    /// It serves, and asks everybody to go elsewhere.
    Leaving,
    /// It takes no more connections, and ends those that it has.
    Closed,
}

/// What is served to whom.
pub(crate) struct Served {
    /// What connections are encrypted with; `None` when they are not.
    pub(crate) tls: Option<Tls>,
    /// What answers.
    pub(crate) router: Router,
    /// Everybody who is connected, to whichever port.
    pub(crate) connections: Connections,
    /// How far the end has come.
    pub(crate) stage: watch::Receiver<Stage>,
    /// How long connections may go on when it has come.
    pub(crate) grace: Duration,
}

/// A listener at that address, ready before anything else is.
pub(crate) fn bind(address: &str) -> Result<TcpListener, Failure> {
    let listener =
        TcpListener::bind(address).map_err(|error| format!("cannot listen on {address}: {error}"))?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

/// Serves until the end has come.
pub(crate) async fn serve(listener: TcpListener, served: Served) -> Result<(), Failure> {
    let listener = tokio::net::TcpListener::from_std(listener)?;
    let (mut stage, grace) = (served.stage.clone(), served.grace);
    let served = Arc::new(served);
    // As many as `connections` lets in.
    let mut running = JoinSet::new();
    loop {
        tokio::select! {
            biased;
            () = closed(&mut stage) => break,
            Some(_) = running.join_next() => {}
            accepted = listener.accept() => welcome(accepted, &served, &mut running).await,
        }
    }
    // Whoever has connected already is served: closing the listener would reset them.
    while let Some(accepted @ Ok(_)) = listener.accept().now_or_never() {
        welcome(accepted, &served, &mut running).await;
    }
    drop(listener);
    let all_ended = async { while running.join_next().await.is_some() {} };
    if timeout(grace, all_ended).await.is_err() {
        tracing::warn!(connections = running.len(), "connections were cut off at the end of the grace time");
        running.shutdown().await;
    }
    Ok(())
}

/// Waits until the end has come.
async fn closed(stage: &mut watch::Receiver<Stage>) {
    // Without anybody to say so it has, too.
    let _ = stage.wait_for(|stage| *stage == Stage::Closed).await;
}

async fn welcome(
    accepted: io::Result<(TcpStream, SocketAddr)>,
    served: &Arc<Served>,
    running: &mut JoinSet<()>,
) {
    match accepted {
        Ok((stream, peer)) => {
            if let Some(seat) = served.connections.admit(peer.ip()) {
                running.spawn(connection::serve(stream, peer, seat, Arc::clone(served)));
            }
        }
        // Who connected may have hung up; anything else is a lack of descriptors or memory.
        Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => {}
        Err(error) => {
            served.connections.not_accepted(&error);
            sleep(PAUSE).await;
        }
    }
}
