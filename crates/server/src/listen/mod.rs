//! Accepts connections and serves them, encrypted or not.
//!
//! The loop is our own, on hyper: of a connection it has to be known whose it is and what it does, and when there are too many,
//! those that do nothing give way. hyper's own time limit for heads is also that for idle connections, and none of its limits
//! is for a connection that says nothing at all.

mod activity;
mod connection;
mod connections;
mod descriptors;
mod limits;
mod proxies;
mod served;
mod watched;

use std::{
    io,
    net::{SocketAddr, TcpListener},
    sync::Arc,
    time::Duration,
};

use futures_util::FutureExt as _;
use tokio::{
    net::TcpStream,
    task::JoinSet,
    time::{sleep, timeout},
};

use self::served::closed;
pub(crate) use self::{
    connections::Connections,
    descriptors::raise_limit,
    limits::ConnectionLimits,
    proxies::{Network, Proxies},
    served::{Served, Stage},
};
use crate::failure::Failure;

/// When nothing can be accepted, as there are no descriptors, it is tried again after so long.
const PAUSE: Duration = Duration::from_millis(100);

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
