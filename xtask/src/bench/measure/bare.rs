//! The bare handler: axum as it comes, the same bytes from memory.

use std::{net::SocketAddr, path::PathBuf, sync::Arc};

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue},
    routing::get,
};
use bytes::Bytes;

use super::{answer::Answer, failure::Failure};

#[derive(clap::Args)]
pub(super) struct Arguments {
    #[arg(long)]
    listen: SocketAddr,
    /// Captured answers; the first is served at `/0`, and so on.
    answers: Vec<PathBuf>,
}

type Shared = Arc<(HeaderMap, Bytes)>;

pub(super) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let mut router = Router::new();
    for (number, path) in arguments.answers.iter().enumerate() {
        let answer = Answer::read(path)?;
        let mut headers = HeaderMap::new();
        for (name, value) in answer.headers {
            headers.insert(name.parse::<HeaderName>()?, HeaderValue::from_str(&value)?);
        }
        let shared: Shared = Arc::new((headers, answer.body.into()));
        let route = Router::new().route(&format!("/{number}"), get(serve)).with_state(shared);
        router = router.merge(route);
    }
    // The same runtime as the program's.
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(async {
        let listener = tokio::net::TcpListener::bind(arguments.listen).await?;
        axum::serve(listener, router).await?;
        Ok(())
    })
}

async fn serve(State(shared): State<Shared>) -> (HeaderMap, Bytes) {
    (shared.0.clone(), shared.1.clone())
}
