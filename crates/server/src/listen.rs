//! Accepts connections and serves them, encrypted or not.

use std::{net::TcpListener, time::Duration};

use axum::Router;
use axum_server::{Handle, Server, accept::DefaultAcceptor, tls_rustls::RustlsConfig};
use hyper_util::rt::TokioTimer;

use crate::failure::Failure;

/// A client that takes longer than this to send its request's head is let go.
const HEAD_TIMEOUT: Duration = Duration::from_secs(15);

/// A listener at that address, ready before anything else is.
pub(crate) fn bind(address: &str) -> Result<TcpListener, Failure> {
    let listener =
        TcpListener::bind(address).map_err(|error| format!("cannot listen on {address}: {error}"))?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

/// Serves until the handle is told to stop.
pub(crate) async fn serve(
    listener: TcpListener,
    tls: Option<RustlsConfig>,
    router: Router,
    handle: Handle<std::net::SocketAddr>,
) -> Result<(), Failure> {
    let service = router.into_make_service_with_connect_info::<std::net::SocketAddr>();
    if let Some(tls) = tls {
        let mut server = axum_server::from_tcp_rustls(listener, tls)?.handle(handle);
        server.http_builder().http1().timer(TokioTimer::new()).header_read_timeout(HEAD_TIMEOUT);
        server.serve(service).await?;
    } else {
        let mut server: Server<std::net::SocketAddr, DefaultAcceptor> =
            axum_server::from_tcp(listener)?.handle(handle);
        server.http_builder().http1().timer(TokioTimer::new()).header_read_timeout(HEAD_TIMEOUT);
        server.serve(service).await?;
    }
    Ok(())
}
