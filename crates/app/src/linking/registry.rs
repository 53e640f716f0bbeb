//! The attempts that run on this node.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use sahod_connectors::PromptReply;
use sahod_model::{AccountId, link::Prompt};
use tokio::{
    sync::{mpsc, watch},
    task::AbortHandle,
};

use super::Progress;

/// The attempts that run on this node, one per account.
#[derive(Debug, Default)]
pub(super) struct Registry(Mutex<State>);

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
    /// The customer's page that the person left for the source's own one, and goes back to.
    return_to: Option<String>,
    task: AbortHandle,
}

/// Attempts that were ended. Who follows them learns of it when this is dropped, and then looks into the store.
#[derive(Debug)]
pub(super) struct EndedAttempts(Vec<Attempt>);

impl EndedAttempts {
    /// Whether one of them was of that account.
    pub(super) fn has(&self, account: &str) -> bool {
        self.0.iter().any(|attempt| attempt.account.as_str() == account)
    }
}

/// What the person did about a prompt.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) prompt: String,
    pub(super) reply: PromptReply,
}

/// Where a person goes on who came back from the source's own page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Returned {
    /// To the customer's page that they left.
    To(String),
    /// The widget is open in another window and goes on by itself.
    Elsewhere,
    /// Nobody waits for them: it took too long, or they came back twice.
    TooLate,
}

/// Takes the attempt off the registry when its actor ends, however it ends.
pub(super) struct Registration {
    attempts: Arc<Registry>,
    account: AccountId,
    number: u64,
}

impl Drop for Registration {
    fn drop(&mut self) {
        let mut state = self.attempts.lock();
        if state.attempts.get(&self.account).is_some_and(|attempt| attempt.number == self.number) {
            state.attempts.remove(&self.account);
        }
    }
}

impl Registry {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The accounts whose attempts run.
    pub(super) fn accounts(&self) -> Vec<AccountId> {
        self.lock().attempts.keys().cloned().collect()
    }

    /// How many attempts run.
    pub(super) fn len(&self) -> usize {
        self.lock().attempts.len()
    }

    /// Starts an attempt, ending an earlier one of the same account. `spawn` gets the registration that the actor
    /// must hold until its end.
    pub(super) fn start(
        self: &Arc<Self>,
        account: &AccountId,
        progress: watch::Sender<Progress>,
        answers: mpsc::Sender<Answer>,
        spawn: impl FnOnce(Registration) -> AbortHandle,
    ) {
        let mut state = self.lock();
        state.started += 1;
        let number = state.started;
        let task = spawn(Registration { attempts: Arc::clone(self), account: account.clone(), number });
        let attempt = Attempt { number, account: account.clone(), progress, answers, return_to: None, task };
        let earlier = state.attempts.insert(account.clone(), attempt);
        drop(state);
        if let Some(earlier) = earlier {
            earlier.task.abort();
        }
    }

    /// Ends the attempt of that account, if one runs.
    pub(super) fn cancel(&self, account: &AccountId) {
        let attempt = self.lock().attempts.remove(account);
        if let Some(attempt) = attempt {
            attempt.task.abort();
        }
    }

    /// Ends all attempts.
    pub(super) fn cancel_all(&self) -> EndedAttempts {
        let attempts = std::mem::take(&mut self.lock().attempts);
        for attempt in attempts.values() {
            attempt.task.abort();
        }
        EndedAttempts(attempts.into_values().collect())
    }

    /// The progress of the attempt of that account.
    pub(super) fn watch(&self, account: &AccountId) -> Option<watch::Receiver<Progress>> {
        self.lock().attempts.get(account).map(|attempt| attempt.progress.subscribe())
    }

    /// Hands over an answer to a prompt that is open and `fits`; else `false`.
    pub(super) fn answer(
        &self,
        account: &AccountId,
        answer: Answer,
        fits: impl FnOnce(&Prompt) -> bool,
    ) -> bool {
        let state = self.lock();
        let Some(attempt) = state.attempts.get(account) else { return false };
        attempt.is_asking(|prompt| prompt.id == answer.prompt && fits(prompt))
            && attempt.answers.try_send(answer).is_ok()
    }

    /// Notes where the person goes back to who now leaves for the source's own page: its address. `None` when that
    /// prompt is not open.
    pub(super) fn leave(&self, account: &AccountId, prompt: &str, return_to: String) -> Option<String> {
        let mut state = self.lock();
        let attempt = state.attempts.get_mut(account)?;
        let url = {
            let progress = attempt.progress.borrow();
            let open = progress.prompt.as_ref().filter(|open| open.id == prompt)?;
            open.question.url()?.to_owned()
        };
        attempt.return_to = Some(return_to);
        Some(url)
    }

    /// Hands over what the source's own page sent the person back with, to the attempt that waits for `state`.
    pub(super) fn come_back(&self, state: &str, reply: PromptReply) -> Returned {
        let mut attempts = self.lock();
        let waits = |attempt: &&mut Attempt| {
            attempt.is_asking(|prompt| prompt.question.state().is_some_and(|known| known == state))
        };
        let Some(attempt) = attempts.attempts.values_mut().find(waits) else { return Returned::TooLate };
        let prompt = attempt.progress.borrow().prompt.as_ref().map(|prompt| prompt.id.clone());
        let taken = prompt.is_some_and(|prompt| attempt.answers.try_send(Answer { prompt, reply }).is_ok());
        match attempt.return_to.take() {
            _ if !taken => Returned::TooLate,
            Some(page) => Returned::To(page),
            None => Returned::Elsewhere,
        }
    }
}

impl Attempt {
    fn is_asking(&self, fits: impl FnOnce(&Prompt) -> bool) -> bool {
        self.progress.borrow().prompt.as_ref().is_some_and(fits)
    }
}
