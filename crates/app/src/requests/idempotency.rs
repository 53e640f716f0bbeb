//! Requests with an idempotency key: carried out once, answered alike ever after.
//!
//! What a use case writes while it is carried out this way is held back ([`sahod_store::Store::hold`]) and becomes durable
//! in one transaction with the answer. So there is no moment at which the change is there and its answer is not: a process
//! that dies has done nothing, and the next try does it.
//!
//! An answer is gone with what it told of: it is kept under the keys of all that the request read or wrote.

use std::time::Duration;

use sahod_store::{Claim, Claimed, FirstAnswer, IdempotentRequest, Scope};
use sahod_vault::KeysUsed;
use tokio::time::{Instant, sleep};

use super::Requests;
use crate::{Acting, AppError};

/// How long a claim holds when its holder died. Not a limit on the work: whoever takes longer and is overtaken undoes its
/// own.
const LEASE: Duration = Duration::from_secs(30);
/// How long a repeat waits for the first try.
const PATIENCE: Duration = Duration::from_secs(5);
/// How often it looks.
const LOOK_EVERY: Duration = Duration::from_millis(50);
/// The largest answer that is kept, in bytes.
const MAX_ANSWER_BYTES: usize = 1024 * 1024;

/// What carrying a request out came to.
#[derive(Debug)]
pub struct FreshAnswer<T> {
    /// The answer as it would be given again.
    pub answer: FirstAnswer,
    /// It is a verdict on the request and not on the moment or on a mistake in it: it is given again even when nothing was
    /// changed.
    pub verdict: bool,
    /// What the caller makes its answer of this time.
    pub response: T,
}

/// How an idempotent request ended.
#[derive(Debug)]
pub enum IdempotentAnswer<T> {
    /// It was carried out now.
    First(T),
    /// It was carried out before, with this answer.
    Again(FirstAnswer),
    /// The first try is still running; a later repeat will find its answer.
    Running,
}

impl Requests {
    /// Carries out an idempotent request, unless it was already. `work` must wait for nothing slow after its first write.
    pub async fn once<T>(
        &self,
        acting: &Acting,
        request: &IdempotentRequest<'_>,
        work: impl Future<Output = FreshAnswer<T>>,
    ) -> Result<IdempotentAnswer<T>, AppError> {
        let scope = acting.scope()?;
        let claim = match self.claim(scope, request).await? {
            Ok(claim) => claim,
            Err(ended) => return Ok(ended),
        };
        let mut release = Release { requests: self, scope, claim: Some(claim.clone()) };
        let ((fresh, used), held) = self.services.store.hold(KeysUsed::by(work)).await;
        let answer = &fresh.answer;
        // A fault of ours or of the moment undoes what was written: the repeat is a new try.
        let keep = (fresh.verdict || held.wrote()) && answer.status < 500 && answer.status != 429;
        if !keep {
            drop(held);
            release.now().await;
            return Ok(IdempotentAnswer::First(fresh.response));
        }
        if answer.body.len() > MAX_ANSWER_BYTES {
            return Err(AppError::internal("an answer is too large to be kept for its repeats"));
        }
        let mut tx = held.into_tx()?;
        if tx.scoped(scope).update_first_answer(&claim, answer, used).await? {
            tx.commit().await?;
            release.claim = None;
            return Ok(IdempotentAnswer::First(fresh.response));
        }
        // Somebody took over meanwhile. What was done here is undone, and the other's answer is the first.
        drop(tx);
        release.claim = None;
        match self.claim(scope, request).await? {
            Err(ended) => Ok(ended),
            Ok(claim) => {
                Release { requests: self, scope, claim: Some(claim) }.now().await;
                Ok(IdempotentAnswer::Running)
            }
        }
    }

    /// The claim, or how the request ended without one. Waits for a first try that is running.
    async fn claim<T>(
        &self,
        scope: &Scope,
        request: &IdempotentRequest<'_>,
    ) -> Result<Result<Claim, IdempotentAnswer<T>>, AppError> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            match self.services.store.scoped(scope).claim_idempotency_key(request, LEASE).await? {
                Claimed::Mine(claim) => return Ok(Ok(claim)),
                Claimed::Answered(answer) => return Ok(Err(IdempotentAnswer::Again(answer))),
                // Not carried out again: what was taken back must not come back.
                Claimed::Gone => return Err(AppError::Missing),
                Claimed::OtherRequest => {
                    return Err(AppError::invalid(
                        "Idempotency-Key",
                        "was used for another request; use a new key for each request, and the same one only to repeat it",
                    ));
                }
                Claimed::Running if Instant::now() < deadline => sleep(LOOK_EVERY).await,
                Claimed::Running => return Ok(Err(IdempotentAnswer::Running)),
            }
        }
    }
}

/// Gives the claim up when the work ends without an answer to keep, however it ends: the caller may go away, or the work
/// panic.
struct Release<'a> {
    requests: &'a Requests,
    scope: &'a Scope,
    claim: Option<Claim>,
}

impl Release<'_> {
    async fn now(mut self) {
        if let Some(claim) = self.claim.take() {
            release(self.requests, self.scope, &claim).await;
        }
    }
}

impl Drop for Release<'_> {
    fn drop(&mut self) {
        let Some(claim) = self.claim.take() else { return };
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            let (requests, scope) = (self.requests.clone(), self.scope.clone());
            runtime.spawn(async move { release(&requests, &scope, &claim).await });
        }
    }
}

async fn release(requests: &Requests, scope: &Scope, claim: &Claim) {
    if let Err(error) = requests.services.store.scoped(scope).release_idempotency_key(claim).await {
        tracing::warn!(%error, "cannot give an idempotency key back; it is free when its lease has ended");
    }
}
