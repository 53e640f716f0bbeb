//! One connection, from its first byte to its last.

use std::{convert::Infallible, net::SocketAddr, pin::pin, sync::Arc, time::Duration};

use axum::{
    body::Body,
    extract::ConnectInfo,
    http::{HeaderValue, Request, Version, header},
};
use hyper::{body::Incoming, service::service_fn};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::conn::auto::Builder,
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    time::{sleep_until, timeout},
};
use tower::ServiceExt as _;

use super::{
    connections::Seat,
    served::{Served, Stage, closed},
    watched::{Answer, Received, Running, Watched},
};

/// Requests beside each other on one HTTP/2 connection.
const MOST_STREAMS: u32 = 100;
/// An HTTP/2 peer that has said nothing for so long is asked whether it is still there …
const ASK_AFTER: Duration = Duration::from_secs(30);
/// … and is gone when it does not answer in this time.
const GONE_AFTER: Duration = Duration::from_secs(20);

/// Serves a connection to its end.
pub(super) async fn serve(stream: TcpStream, peer: SocketAddr, seat: Seat, served: Arc<Served>) {
    // An answer is not to wait for the acknowledgement of its head.
    let _ = stream.set_nodelay(true);
    let Some(tls) = &served.tls else { return talk(stream, peer, &seat, &served).await };
    tokio::select! {
        opened = timeout(seat.limits.head_timeout, tls.accept(stream)) => {
            if let Ok(Ok(stream)) = opened {
                seat.activity.opened();
                talk(stream, peer, &seat, &served).await;
            }
        }
        () = seat.gives_way() => {}
    }
}

async fn talk<I>(stream: I, peer: SocketAddr, seat: &Seat, served: &Served)
where
    I: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let activity = &seat.activity;
    let stream = TokioIo::new(Watched::new(stream, Arc::clone(activity)));
    let service = {
        let (router, activity, stage) = (served.router.clone(), Arc::clone(activity), served.stage.clone());
        service_fn(move |request: Request<Incoming>| {
            let (router, stage) = (router.clone(), stage.clone());
            let version = request.version();
            activity.begin(version);
            let running = Running(Arc::clone(&activity));
            let mut request = request.map(|body| Body::new(Received::new(body, Arc::clone(&activity))));
            request.extensions_mut().insert(ConnectInfo(peer));
            async move {
                let mut response = match router.oneshot(request).await {
                    Ok(response) => response,
                    Err(never) => match never {},
                };
                // Whoever kept the connection for its next request makes another one elsewhere.
                if version < Version::HTTP_2 && *stage.borrow() != Stage::Open {
                    response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
                }
                Ok::<_, Infallible>(response.map(|body| Answer::new(body, running)))
            }
        })
    };
    let builder = builder();
    let mut connection = pin!(builder.serve_connection(stream, service));
    let (mut stage, mut ending) = (served.stage.clone(), false);
    loop {
        tokio::select! {
            // Who broke off is gone; what there was to say of a request was answered.
            _ = connection.as_mut() => return,
            () = seat.gives_way() => return,
            () = closed(&mut stage), if !ending => {
                ending = true;
                activity.stop();
                connection.as_mut().graceful_shutdown();
            }
            () = sleep_until(activity.look_at()) => if activity.is_over() {
                if ending || !activity.is_idle() {
                    return;
                }
                // HTTP/2 can say that it ends; then the other end has as long as after any last answer.
                ending = true;
                activity.closing();
                connection.as_mut().graceful_shutdown();
            }
        }
    }
}

/// Heads and idle connections are [`Activity`](super::activity::Activity)'s: what hyper has for them is one number for both.
fn builder() -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(None);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(MOST_STREAMS)
        .keep_alive_interval(ASK_AFTER)
        .keep_alive_timeout(GONE_AFTER);
    builder
}
