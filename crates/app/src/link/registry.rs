//! The attempts that run on this node.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use sahod_model::{AccountId, SecretString};
use tokio::{
    sync::{mpsc, watch},
    task::AbortHandle,
};

use super::Progress;

/// The attempts that run on this node, one per account.
#[derive(Debug, Default)]
pub(crate) struct Registry(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    attempts: HashMap<AccountId, Attempt>,
    started: u64,
}

/// One running attempt, as the rest of the system reaches it.
#[derive(Debug)]
struct Attempt {
    number: u64,
    account: AccountId,
    progress: watch::Sender<Progress>,
    answers: mpsc::Sender<Answer>,
    task: AbortHandle,
}

/// Attempts that were ended. Who follows them learns of it when this is dropped, and then looks into the store.
#[derive(Debug)]
pub(crate) struct Ended(Vec<Attempt>);

impl Ended {
    /// Whether one of them was of that account.
    pub(crate) fn has(&self, account: &str) -> bool {
        self.0.iter().any(|attempt| attempt.account.as_str() == account)
    }
}

/// What the person answered to a prompt.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) prompt: String,
    pub(super) value: SecretString,
}

/// Takes the attempt off the registry when its actor ends, however it ends.
pub(super) struct Registration {
    app: crate::App,
    account: AccountId,
    number: u64,
}

impl Drop for Registration {
    fn drop(&mut self) {
        let mut state = self.app.links.lock();
        if state.attempts.get(&self.account).is_some_and(|attempt| attempt.number == self.number) {
            state.attempts.remove(&self.account);
        }
    }
}

impl Registry {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many attempts run.
    pub(super) fn len(&self) -> usize {
        self.lock().attempts.len()
    }

    /// Starts an attempt, ending an earlier one of the same account. `spawn` gets the registration that the actor
    /// must hold until its end.
    pub(super) fn start(
        &self,
        app: &crate::App,
        account: &AccountId,
        progress: watch::Sender<Progress>,
        answers: mpsc::Sender<Answer>,
        spawn: impl FnOnce(Registration) -> AbortHandle,
    ) {
        let mut state = self.lock();
        state.started += 1;
        let number = state.started;
        let task = spawn(Registration { app: app.clone(), account: account.clone(), number });
        let attempt = Attempt { number, account: account.clone(), progress, answers, task };
        let earlier = state.attempts.insert(account.clone(), attempt);
        drop(state);
        if let Some(earlier) = earlier {
            earlier.task.abort();
        }
    }

    /// Ends the attempt of that account, if one runs.
    pub(crate) fn cancel(&self, account: &AccountId) {
        let attempt = self.lock().attempts.remove(account);
        if let Some(attempt) = attempt {
            attempt.task.abort();
        }
    }

    /// Ends all attempts.
    pub(crate) fn cancel_all(&self) -> Ended {
        let attempts = std::mem::take(&mut self.lock().attempts);
        for attempt in attempts.values() {
            attempt.task.abort();
        }
        Ended(attempts.into_values().collect())
    }

    /// The progress of the attempt of that account.
    pub(super) fn watch(&self, account: &AccountId) -> Option<watch::Receiver<Progress>> {
        self.lock().attempts.get(account).map(|attempt| attempt.progress.subscribe())
    }

    /// Hands over an answer; `false` when that prompt is not open.
    pub(super) fn answer(&self, account: &AccountId, answer: Answer) -> bool {
        let state = self.lock();
        let Some(attempt) = state.attempts.get(account) else { return false };
        let open = attempt.progress.borrow().prompt.as_ref().is_some_and(|prompt| prompt.id == answer.prompt);
        open && attempt.answers.try_send(answer).is_ok()
    }
}
