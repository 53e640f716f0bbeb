//! The attempts that run on this node.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use sahod_connectors::PromptReply;
use sahod_model::{AccountId, ExposeSecret as _, Origin, SecretString, link::Prompt};
use sahod_vault::same_bytes;
use tokio::{
    sync::{mpsc, watch},
    task::AbortHandle,
};

use super::Progress;
use crate::Slot;

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
    channels: Channels,
    /// How the person leaves for the source's own page.
    departure: Option<Departure>,
    task: AbortHandle,
    /// Another one may begin when this one is taken off.
    _slot: Slot,
}

/// How an attempt and the person at the widget hear of each other.
#[derive(Debug)]
pub(super) struct Channels {
    pub(super) progress: watch::Sender<Progress>,
    pub(super) answers: mpsc::Sender<Answer>,
}

/// How a person leaves for the source's own page. The browser that leaves by the ticket is given the proof, and whoever comes
/// back must have it: else the address could be sent to somebody else, whose consent would complete the sender's attempt.
#[derive(Clone, Debug)]
pub struct Departure {
    /// The prompt that leads there.
    pub(super) prompt: String,
    /// The source's own page.
    pub url: String,
    /// Names this departure, in the address by which the person leaves.
    pub ticket: String,
    /// What the browser keeps that leaves.
    pub proof: SecretString,
    /// The pages that the ticket may be used on, by their origins.
    pub(super) from: Vec<Origin>,
    /// The customer's page that the person left, and goes back to.
    pub(super) return_to: Option<String>,
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
    /// This is not the browser that left.
    OtherBrowser,
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

    /// Starts an attempt, ending an earlier one of the same account. `spawn` gets the registration that the actor
    /// must hold until its end.
    pub(super) fn start(
        self: &Arc<Self>,
        account: &AccountId,
        channels: Channels,
        slot: Slot,
        spawn: impl FnOnce(Registration) -> AbortHandle,
    ) {
        let mut state = self.lock();
        state.started += 1;
        let number = state.started;
        let task = spawn(Registration { attempts: Arc::clone(self), account: account.clone(), number });
        let attempt =
            Attempt { number, account: account.clone(), channels, departure: None, task, _slot: slot };
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
        self.lock().attempts.get(account).map(|attempt| attempt.channels.progress.subscribe())
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
            && attempt.channels.answers.try_send(answer).is_ok()
    }

    /// Prepares for the person to leave for the source's own page, which `departure` makes of its address: as it was prepared
    /// before for the same prompt, but for the page that is left. `None` when that prompt is not open, or leads nowhere.
    pub(super) fn leave(
        &self,
        account: &AccountId,
        prompt: &str,
        departure: impl FnOnce(String) -> Departure,
    ) -> Option<Departure> {
        let mut state = self.lock();
        let attempt = state.attempts.get_mut(account)?;
        let url = {
            let progress = attempt.channels.progress.borrow();
            let open = progress.prompt.as_ref().filter(|open| open.id == prompt)?;
            open.question.url()?.to_owned()
        };
        let new = departure(url);
        let departure = match attempt.departure.take().filter(|earlier| earlier.prompt == prompt) {
            Some(earlier) => Departure { ticket: earlier.ticket, proof: earlier.proof, ..new },
            None => new,
        };
        Some(attempt.departure.insert(departure).clone())
    }

    /// The departure of that ticket, from a page at that origin, as long as its prompt is open.
    pub(super) fn departure(&self, ticket: &str, from: &Origin) -> Option<Departure> {
        let state = self.lock();
        let attempt = state
            .attempts
            .values()
            .find(|attempt| attempt.departure.as_ref().is_some_and(|found| found.ticket == ticket))?;
        let departure = attempt.departure.as_ref().filter(|departure| departure.from.contains(from))?;
        attempt.is_asking(|prompt| prompt.id == departure.prompt).then(|| departure.clone())
    }

    /// Hands over what the source's own page sent the person back with, to the attempt that waits for `state`. `proof_of` is
    /// what the browser keeps for the departure of that ticket.
    pub(super) fn come_back(
        &self,
        state: &str,
        reply: PromptReply,
        proof_of: impl FnOnce(&str) -> Option<SecretString>,
    ) -> Returned {
        let mut attempts = self.lock();
        let waits = |attempt: &&mut Attempt| {
            attempt.is_asking(|prompt| prompt.question.state().is_some_and(|known| known == state))
        };
        let Some(attempt) = attempts.attempts.values_mut().find(waits) else { return Returned::TooLate };
        let prompt = attempt.channels.progress.borrow().prompt.as_ref().map(|prompt| prompt.id.clone());
        let left = attempt.departure.as_ref().filter(|left| prompt.as_ref() == Some(&left.prompt));
        let left = left.filter(|left| proof_of(&left.ticket).is_some_and(|proof| left.is_proven_by(&proof)));
        let (Some(prompt), Some(left)) = (prompt, left) else { return Returned::OtherBrowser };
        let returned = left.return_to.clone().map_or(Returned::Elsewhere, Returned::To);
        match attempt.channels.answers.try_send(Answer { prompt, reply }) {
            Ok(()) => returned,
            Err(_) => Returned::TooLate,
        }
    }
}

impl Departure {
    fn is_proven_by(&self, proof: &SecretString) -> bool {
        same_bytes(self.proof.expose_secret().as_bytes(), proof.expose_secret().as_bytes())
    }
}

impl Attempt {
    fn is_asking(&self, fits: impl FnOnce(&Prompt) -> bool) -> bool {
        self.channels.progress.borrow().prompt.as_ref().is_some_and(fits)
    }
}
