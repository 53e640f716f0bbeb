//! How far a recording has been served again, and what may follow.

use std::{
    collections::BTreeSet,
    sync::{Mutex, MutexGuard, PoisonError},
};

use sahod_model::{SecretString, WebhookUrl};
use tokio::sync::watch;

use super::{load::Recording, matching::Matcher};
use crate::{
    LINK_API,
    line::{Callback, Exchange},
    surface,
};

/// Where webhooks go, and what signs them.
#[derive(Clone, Debug)]
pub struct WebhookReceiver {
    /// The customer's server.
    pub url: WebhookUrl,
    /// Keys the signatures.
    pub secret: SecretString,
}

/// A recording and how far it has been served.
pub(super) struct Playback {
    pub(super) recording: Recording,
    /// Where this server is.
    pub(super) url: String,
    matcher: Mutex<Matcher>,
    /// The requests that changed something and were made again.
    pub(super) done: watch::Sender<BTreeSet<u64>>,
    /// `None` until somebody says where webhooks go.
    pub(super) receiver: watch::Sender<Option<WebhookReceiver>>,
    /// Where the widget tells its callbacks from.
    told: Mutex<usize>,
}

impl Playback {
    pub(super) fn new(recording: Recording, url: &str, receiver: Option<WebhookReceiver>) -> Self {
        Self {
            matcher: Mutex::new(Matcher::new(&recording.exchanges)),
            recording,
            url: url.to_owned(),
            done: watch::Sender::new(BTreeSet::new()),
            receiver: watch::Sender::new(receiver),
            told: Mutex::new(0),
        }
    }

    pub(super) fn matcher(&self) -> MutexGuard<'_, Matcher> {
        self.matcher.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether what followed that request may happen.
    pub(super) fn is_due(&self, after: u64) -> bool {
        due(&self.done.borrow(), after)
    }

    /// Waits until what followed that request may happen.
    pub(super) async fn due(&self, after: u64) {
        // The sender is in `self`, so it is there as long as anybody waits.
        let _ = self.done.subscribe().wait_for(|done| due(done, after)).await;
    }

    /// A request that changes something was answered again.
    pub(super) fn did(&self, number: u64) {
        self.done.send_modify(|done| {
            done.insert(number);
        });
    }

    /// Does what the widget did, up to where somebody else has to do something: the callbacks that it made meanwhile, or the
    /// request that has to come first.
    pub(super) fn play_widget(&self) -> Result<&[Callback], &Exchange> {
        let exchanges = &self.recording.exchanges;
        let (mut played, mut missing) = (false, None);
        for (place, exchange) in
            exchanges.iter().enumerate().filter(|(_, exchange)| exchange.request.changes())
        {
            if self.done.borrow().contains(&exchange.number) {
                continue;
            }
            if surface(&exchange.request.path) != LINK_API {
                missing = Some(exchange);
                break;
            }
            self.matcher().skip(place);
            self.did(exchange.number);
            played = true;
        }
        let callbacks = &self.recording.callbacks;
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let from = *told;
        *told += callbacks[from..].iter().take_while(|callback| self.is_due(callback.after)).count();
        match missing {
            Some(missing) if !played && *told == from => Err(missing),
            _ => Ok(&callbacks[from..*told]),
        }
    }
}

fn due(done: &BTreeSet<u64>, after: u64) -> bool {
    after == 0 || done.contains(&after)
}
