//! Statements that travel to PostgreSQL together: each is sent without waiting for the answers of those before.

use std::{future::poll_fn, task::Poll};

use futures_util::future::{BoxFuture, join_all};
use tokio_postgres::Error;

/// Statements that were sent and whose answers are yet to come.
#[derive(Default)]
pub(super) struct Flight<'a>(Vec<BoxFuture<'a, Result<(), Error>>>);

impl<'a> Flight<'a> {
    /// Sends a statement. An error is of a statement that could not be sent: then nothing may follow it.
    pub(super) async fn send(
        &mut self,
        statement: impl Future<Output = Result<(), Error>> + Send + 'a,
    ) -> Result<(), Error> {
        let mut statement: BoxFuture<'a, _> = Box::pin(statement);
        // The driver sends a statement at the first poll.
        match poll_fn(|context| Poll::Ready(statement.as_mut().poll(context))).await {
            Poll::Ready(answer) => answer,
            Poll::Pending => {
                self.0.push(statement);
                Ok(())
            }
        }
    }

    /// Waits for every answer; the first fault.
    pub(super) async fn land(self) -> Result<(), Error> {
        join_all(self.0).await.into_iter().collect()
    }
}
